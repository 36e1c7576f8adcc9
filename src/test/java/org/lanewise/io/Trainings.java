package org.lanewise.io;

import java.util.Arrays;
import org.lanewise.Backend;
import org.lanewise.RandomState;
import org.lanewise.Samples;
import org.lanewise.Trainer;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingOptions;
import org.lanewise.TrainingProgress;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;

/** A small training that tests save, kill and resume: ten steps an epoch. */
final class Trainings {
    static final int EPOCHS = 40;

    private static final Network NETWORK = Network.input(1, 6, 6).conv2d(4, 3).relu().maxPool2d(2)
            .flatten().linear(3).softmaxCrossEntropy();
    private static final int SAMPLES = 48;

    private Trainings() {}

    static Trainer trainer() {
        return trainer(Backend.AUTO);
    }

    static Trainer trainer(Backend backend) {
        return new Trainer(NETWORK, TrainingOptions.of(Optimizer.adam(1e-3)).batchSize(5).seed(11)
                .backend(backend));
    }

    static Samples samples() {
        int[] labels = new int[SAMPLES];
        Arrays.setAll(labels, i -> i * i % 3);
        return Samples.labelled(NETWORK.input(), inputs(), labels);
    }

    static double[] inputs() {
        return new RandomState(1).randn(SAMPLES * 36);
    }

    /** A trainer after some steps. */
    static Trainer trained(int steps) {
        Trainer trainer = trainer();
        train(trainer, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                if ((progress.epoch() - 1) * progress.stepsPerEpoch() + progress.step() == steps) {
                    trainer.stop();
                }
            }
        });
        return trainer;
    }

    static void train(Trainer trainer, TrainingListener listener) {
        trainer.train(samples(), EPOCHS, listener);
    }

    /** All parameters one after another. */
    static double[] weights(Trainer trainer) {
        return trainer.parameters().list().stream()
                .flatMapToDouble(parameter -> Arrays.stream(parameter.values())).toArray();
    }
}
