package org.lanewise.peers;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * A network of what every library here can express, and the batch that it learns.
 *
 * <p>Convolutions have stride 1 and keep the size of their maps; each is followed by ReLU, as are
 * hidden dense layers; softmax with cross-entropy follows the last layer.
 *
 * @param name as reports show it
 * @param batch samples of a step
 * @param channels maps of an image
 * @param side rows and columns of a map
 * @param layers all but the last, which is dense
 */
record Problem(String name, int batch, int channels, int side, List<Layer> layers) {
    /** Outputs of the last layer. */
    static final int CLASSES = 10;
    static final double LEARNING_RATE = 0.05;

    private static final long SEED = 1;
    private static final int STEPS = 10;

    /** A layer; dense ones come last, and at least one of them, which Deep Netts needs. */
    sealed interface Layer {
        /** {@code filters} windows of {@code window} by {@code window}, an odd number. */
        record Convolution(int filters, int window) implements Layer {}

        /** The largest of each {@code window} by {@code window}; windows do not overlap. */
        record Pooling(int window) implements Layer {}

        /** Each output from all inputs. */
        record Dense(int outputs) implements Layer {}
    }

    private static final List<Problem> ALL = List.of(
            new Problem("LeNet-like 28x28", 64, 1, 28,
                    List.of(new Layer.Convolution(8, 5), new Layer.Pooling(2),
                            new Layer.Convolution(16, 5), new Layer.Pooling(2),
                            new Layer.Dense(120))),
            new Problem("digits 8x8 with padding", 32, 1, 8,
                    List.of(new Layer.Convolution(8, 3), new Layer.Dense(32))));

    static Problem named(String name) {
        return ALL.stream().filter(problem -> problem.name.equals(name)).findFirst().orElseThrow(
                () -> new IllegalArgumentException("no problem is called " + name + "; there are "
                        + ALL.stream().map(Problem::name).toList()));
    }

    /** Labels of a report come from parameters, which -p sets for every benchmark. */
    static IllegalArgumentException stranger(String library) {
        return new IllegalArgumentException(library + " is measured by another benchmark; choose"
                + " by a pattern, as in TorchBench");
    }

    int imageSize() {
        return channels * side * side;
    }

    /** {@return a class for each sample} */
    int[] labels() {
        return new Random(SEED).ints(batch, 0, CLASSES).toArray();
    }

    /** {@return the labels as rows with a single 1} */
    double[] targets() {
        int[] labels = labels();
        double[] targets = new double[batch * CLASSES];
        for (int i = 0; i < batch; i++) {
            targets[i * CLASSES + labels[i]] = 1;
        }
        return targets;
    }

    /** {@return images (batch, channels, side, side) from 0 to 1: one of a class, and noise} */
    double[] images() {
        Random random = new Random(SEED);
        int[] labels = random.ints(batch, 0, CLASSES).toArray();
        double[] classes = random.doubles((long) CLASSES * imageSize()).toArray();
        double[] images = random.doubles((long) batch * imageSize()).toArray();
        Arrays.setAll(images, i -> 0.5 * images[i] + 0.5
                * classes[labels[i / imageSize()] * imageSize() + i % imageSize()]);
        return images;
    }

    /** {@return weights and biases of the network} */
    long parameters() {
        long parameters = 0;
        int maps = channels;
        int across = side;
        int features = imageSize();
        for (Layer layer : layers) {
            switch (layer) {
                case Layer.Convolution conv -> {
                    parameters += conv.filters * ((long) maps * conv.window * conv.window + 1);
                    maps = conv.filters;
                }
                case Layer.Pooling pooling -> across /= pooling.window;
                case Layer.Dense dense -> {
                    parameters += dense.outputs * (features + 1L);
                    maps = dense.outputs;
                    across = 1;
                }
            }
            features = maps * across * across;
        }
        return parameters + CLASSES * (features + 1L);
    }

    /**
     * Checks a library before it is measured: it has the same network, and its steps learn.
     *
     * @param found how many parameters its network has
     * @param step makes a step and returns the loss before it
     * @throws AssertionError if the network is another, or its loss does not fall
     */
    void require(long found, DoubleSupplier step) {
        if (found != parameters()) {
            throw new AssertionError(
                    name + " has " + parameters() + " parameters, but this one " + found);
        }
        double first = step.getAsDouble();
        double last = first;
        for (int i = 0; i < STEPS; i++) {
            last = step.getAsDouble();
        }
        if (!(last < first)) {
            throw new AssertionError(name + " does not learn: its loss was " + first + ", and "
                    + last + " after " + STEPS + " steps");
        }
    }
}
