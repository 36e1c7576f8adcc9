package org.lanewise.examples;

import java.util.Arrays;
import org.lanewise.Parameters;
import org.lanewise.Samples;
import org.lanewise.Trainer;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingOptions;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;

/**
 * An exercise's training run: convolution, ReLU, dense layer, softmax and cross-entropy, learned by
 * gradient descent, one image at a time.
 *
 * <p>The exercise publishes the parameters that three small runs end with, and this class meets
 * them to the eight decimals given. What it takes to do so is what its NumPy code does: weights are
 * drawn from {@code RandomState(42)} with standard deviation 0.01, biases begin at 0, images come
 * in the given order, and each moves the parameters by its own gradient.
 */
public final class SoftmaxCnn {
    private static final long SEED = 42;
    private static final double DEVIATION = 0.01;

    private SoftmaxCnn() {}

    /**
     * What training ends with, laid out as in the exercise.
     *
     * @param convWeights kernels (row, column, filter)
     * @param convBias one number a filter
     * @param denseWeights (input, class), the inputs ordered by filter, row and column
     * @param denseBias one number a class
     */
    public record Trained(
            double[][][] convWeights,
            double[] convBias,
            double[][] denseWeights,
            double[] denseBias) {}

    /**
     * Trains the network of the exercise, which calls this {@code train_cnn_with_gradient_descent}.
     *
     * @param x images (image, row, column)
     * @param y one row an image, 1 for its class and 0 for the others
     * @param epochs how often every image is seen; 0 gives the first parameters
     * @param learningRate finite, at least 0
     * @param kernelSize side of the square kernels, at most that of the images
     * @param numFilters kernels
     * @return the parameters after the last epoch
     * @throws IllegalArgumentException if arrays are ragged, a row of {@code y} is not one-hot, the
     *         numbers of images and rows differ, or a size is out of range
     * @throws org.lanewise.DivergenceException if a loss is not finite
     */
    public static Trained trainCnnWithGradientDescent(double[][][] x, double[][] y, int epochs,
            double learningRate, int kernelSize, int numFilters) {
        RowMajor images = RowMajor.of("x", x);
        int[] labels = labels(y);
        Network network = Network.input(1, images.size(1), images.size(2))
                .conv2d(numFilters, kernelSize).relu().flatten().linear(y[0].length)
                .softmaxCrossEntropy();
        // The loss of a batch is a mean: with one image a batch, it is that image's own.
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(learningRate)).batchSize(1)
                .shuffle(false).seed(SEED).initializer(InputsFirst.normal(DEVIATION));
        Trainer trainer = new Trainer(network, options);
        trainer.train(Samples.labelled(network.input(), images.values(), labels), epochs,
                TrainingListener.SILENT);
        return trained(trainer.parameters(), kernelSize, numFilters, y[0].length);
    }

    /** Softmax cross-entropy takes the number of a class where the exercise has a row. */
    private static int[] labels(double[][] y) {
        RowMajor.of("y", y);
        int[] labels = new int[y.length];
        for (int i = 0; i < y.length; i++) {
            double[] row = y[i];
            long ones = Arrays.stream(row).filter(value -> value == 1).count();
            long zeros = Arrays.stream(row).filter(value -> value == 0).count();
            if (ones != 1 || zeros != row.length - 1) {
                throw new IllegalArgumentException("y[" + i + "] is " + Arrays.toString(row)
                        + "; one-hot means one 1 and " + (row.length - 1) + " zeros");
            }
            while (row[labels[i]] == 0) {
                labels[i]++;
            }
        }
        return labels;
    }

    private static Trained trained(Parameters parameters, int kernelSize, int filters,
            int classes) {
        double[][] taps = InputsFirst.transposed(parameters.values("0.weight"), filters);
        double[][][] kernels = new double[kernelSize][][];
        for (int row = 0; row < kernelSize; row++) {
            kernels[row] = Arrays.copyOfRange(taps, row * kernelSize, (row + 1) * kernelSize);
        }
        return new Trained(kernels, parameters.values("0.bias"),
                InputsFirst.transposed(parameters.values("3.weight"), classes),
                parameters.values("3.bias"));
    }
}
