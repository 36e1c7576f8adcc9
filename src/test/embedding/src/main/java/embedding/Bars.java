package embedding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.lanewise.Backend;
import org.lanewise.Model;
import org.lanewise.Samples;
import org.lanewise.Trainer;
import org.lanewise.TrainingOptions;
import org.lanewise.io.ParameterFile;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Shape;

/** Learns to classify upright and level bars, from images that it draws. */
public final class Bars {
    private static final int SIZE = 9;
    private static final int BATCH = 16;

    private Bars() {}

    /**
     * Trains step by step, saves the weights, and evaluates them as another program would.
     *
     * @param arguments none
     * @throws IOException if the weights cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        Network network = Network.input(1, SIZE, SIZE).conv2d(4, 3).relu().maxPool2d(2).flatten()
                .linear(2).softmaxCrossEntropy();
        Trainer trainer = new Trainer(network,
                TrainingOptions.of(Optimizer.adam(0.02)).batchSize(BATCH).seed(1));

        Random random = new Random(1);
        double[] images = new double[BATCH * SIZE * SIZE];
        int[] labels = new int[BATCH];
        double loss = Double.NaN;
        for (int step = 0; step < 400; step++) {
            draw(random, images, labels);
            loss = trainer.step(images, labels);
        }
        Path weights = Files.createTempFile("bars", ".npz");
        ParameterFile.write(trainer.parameters(), weights);

        draw(random, images, labels);
        Model model = new Model(network, ParameterFile.read(weights), BATCH);
        System.out.printf("loops %s, last loss %.4f, accuracy on new bars %.2f%n",
                Backend.AUTO.chosen(), loss, model.evaluate(
                        Samples.labelled(new Shape.Image(1, SIZE, SIZE), images, labels))
                        .accuracy());
        Files.delete(weights);
    }

    /** Overwrites images and labels: a bar in each image, upright (0) or level (1), in noise. */
    private static void draw(Random random, double[] images, int[] labels) {
        for (int n = 0; n < labels.length; n++) {
            labels[n] = random.nextInt(2);
            int place = random.nextInt(SIZE);
            for (int i = 0; i < SIZE * SIZE; i++) {
                boolean bar = (labels[n] == 0 ? i % SIZE : i / SIZE) == place;
                images[n * SIZE * SIZE + i] = (bar ? 1.0 : 0.0) + 0.1 * random.nextGaussian();
            }
        }
    }
}
