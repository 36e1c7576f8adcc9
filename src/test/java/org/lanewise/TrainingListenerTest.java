package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Shape;

/** Listeners that are combined into one. */
class TrainingListenerTest {
    private static final Network NETWORK = Network.input(1).linear(1).meanSquaredError();

    private final List<String> calls = new ArrayList<>();

    private TrainingListener recorder(String name) {
        return new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                calls.add(name + " step " + progress.step());
            }

            @Override
            public void epoch(EpochReport report) {
                calls.add(name + " epoch " + report.epoch());
            }
        };
    }

    private static void train(TrainingListener listener) {
        new Trainer(NETWORK, TrainingOptions.of(Optimizer.sgd(0.1)).batchSize(1)).train(
                Samples.valued(new Shape.Flat(1), new double[] {1, 2}, new double[] {1, 2}), 1,
                listener);
    }

    @Test
    void callsEachListenerInOrder() {
        TrainingListener[] listeners = {recorder("first"), recorder("second")};
        TrainingListener both = TrainingListener.all(listeners);
        listeners[0] = TrainingListener.SILENT;
        train(both);
        assertEquals(List.of("first step 1", "second step 1", "first step 2", "second step 2",
                "first epoch 1", "second epoch 1"), calls);
    }

    @Test
    void acceptsNoListenersAndRejectsNull() {
        train(TrainingListener.all());
        assertThrows(NullPointerException.class,
                () -> TrainingListener.all(TrainingListener.SILENT, null));
    }
}
