package org.lanewise.examples;

import java.util.Arrays;
import java.util.List;
import org.lanewise.Model;
import org.lanewise.Parameters;
import org.lanewise.Samples;
import org.lanewise.Trainer;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingOptions;
import org.lanewise.TrainingProgress;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

/**
 * An exercise's regression: one 3x3 filter over all channels, ReLU and a dense layer, learned from
 * the whole data set at every step with mean squared error.
 *
 * <p>The exercise publishes NumPy code. Run in double precision from a seed, that code and this
 * class agree to a relative 1e-10 after a hundred steps.
 */
public final class MeanSquaredErrorCnn {
    private static final int FILTERS = 1;
    private static final int KERNEL = 3;
    private static final double DEVIATION = 0.1;

    private MeanSquaredErrorCnn() {}

    /**
     * What training ends with, laid out as in the exercise.
     *
     * @param kernel the filter (1, channel, row, column)
     * @param convBias its bias
     * @param denseWeights (input, output), the inputs ordered by row and column
     * @param denseBias one number an output
     * @param firstLoss mean squared error before the first update
     * @param loss mean squared error before the last update, which is what the exercise returns
     */
    public record Trained(
            double[][][][] kernel,
            double[] convBias,
            double[][] denseWeights,
            double[] denseBias,
            double firstLoss,
            double loss) {}

    /**
     * Trains the network of the exercise, which calls this {@code train_cnn}.
     *
     * @param x images (image, channel, row, column), at least 3x3
     * @param y targets (image, output)
     * @param epochs updates, at least 1; each sees all images
     * @param learningRate finite, at least 0
     * @param seed first state of {@code RandomState}, which draws the kernel, then the dense
     *        weights; 0 to 2^32 - 1
     * @return the parameters after the last update, and two losses on the way
     * @throws IllegalArgumentException if arrays are ragged, the numbers of images and targets
     *         differ, or a size is out of range
     * @throws org.lanewise.DivergenceException if a loss is not finite
     */
    public static Trained trainCnn(double[][][][] x, double[][] y, int epochs, double learningRate,
            long seed) {
        if (epochs < 1) {
            throw new IllegalArgumentException(
                    "epochs " + epochs + " must be at least 1: without a step there is no loss");
        }
        RowMajor images = RowMajor.of("x", x);
        RowMajor targets = RowMajor.of("y", y);
        Network network = Network.input(images.size(1), images.size(2), images.size(3))
                .conv2d(FILTERS, KERNEL).relu().flatten().linear(targets.size(1))
                .meanSquaredError();
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(learningRate))
                .batchSize(images.size(0)).shuffle(false).seed(seed)
                .initializer(InputsFirst.normal(DEVIATION));
        Trainer trainer = new Trainer(network, options);
        // One batch is one epoch, and a step reports the loss before its update.
        double[] losses = new double[epochs];
        trainer.train(Samples.valued(network.input(), images.values(), targets.values()), epochs,
                new TrainingListener() {
                    @Override
                    public void step(TrainingProgress progress) {
                        losses[progress.epoch() - 1] = progress.loss();
                    }
                });
        Parameters learned = trainer.parameters();
        return new Trained(stacks(learned.values("0.weight"), images.size(1), KERNEL, KERNEL),
                learned.values("0.bias"),
                InputsFirst.transposed(learned.values("3.weight"), targets.size(1)),
                learned.values("3.bias"), losses[0], losses[epochs - 1]);
    }

    /**
     * {@return the maps (image, filter, row, column) of one convolution, which the exercise calls
     * {@code conv2d_forward}}
     *
     * @param x images (image, channel, row, column)
     * @param kernel filters (filter, channel, row, column)
     * @param bias one number a filter
     * @param stride step between windows, at least 1
     * @param pad zeros added on every side, at least 0
     * @throws IllegalArgumentException if arrays are ragged, channels or filters do not agree, or
     *         no window fits
     */
    public static double[][][][] conv2dForward(double[][][][] x, double[][][][] kernel,
            double[] bias, int stride, int pad) {
        RowMajor images = RowMajor.of("x", x);
        RowMajor filters = RowMajor.of("kernel", kernel);
        Window window = Window.of(filters.size(2), filters.size(3)).stride(stride).padding(pad);
        // A network needs a loss; this one's is not used.
        Network network = Network.input(images.size(1), images.size(2), images.size(3))
                .layer(new Conv2d(filters.size(0), window)).meanSquaredError();
        Parameters parameters = ChosenParameters.of(network, filters.values(), bias);
        double[] maps = new Model(network, parameters, images.size(0)).outputs(images.values());
        Shape.Image map = (Shape.Image) network.output();
        return stacks(maps, map.channels(), map.height(), map.width());
    }

    private static double[][][][] stacks(double[] values, int channels, int height, int width) {
        List<double[][]> maps = Arrays.asList(RowMajor.maps(values, height, width));
        double[][][][] stacks = new double[maps.size() / channels][][][];
        for (int i = 0; i < stacks.length; i++) {
            stacks[i] = maps.subList(i * channels, (i + 1) * channels).toArray(double[][][]::new);
        }
        return stacks;
    }
}
