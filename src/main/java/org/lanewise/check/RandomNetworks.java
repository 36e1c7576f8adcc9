package org.lanewise.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.lanewise.RandomState;
import org.lanewise.spec.Activation;
import org.lanewise.spec.Add;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Concat;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Dropout;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.GlobalPool2d;
import org.lanewise.spec.GroupNorm;
import org.lanewise.spec.Layer;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.LayerNorm;
import org.lanewise.spec.Linear;
import org.lanewise.spec.Loss;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Scale;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Size;
import org.lanewise.spec.Window;

/**
 * Draws small networks at random: chains and graphs, every type of layer after every other, every
 * option, every loss and optimizer, batches that are full and batches that are not.
 *
 * <p>Most are tiny, so that thousands are computed in a minute. Of every eight, one has enough channels for Winograd
 * convolution, one is wide enough that several threads share a step, and one takes images of few channels in larger
 * batches, for which there are kernels of their own. Every third is of single precision.
 */
public final class RandomNetworks {
    private static final int MOST_LAYERS = 8;
    private static final int STEPS = 3;
    private static final int PERIOD = 8;
    private static final int[] CHANNELS = {1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 8, 9, 12, 16, 17, 19,
            24, 33};
    private static final int[] FEW_CHANNELS = {1, 2, 3, 4};
    private static final int[] WIDE_CHANNELS = {8, 16, 20, 32, 40, 64};
    private static final int[] TILED_CHANNELS = {32, 32, 40, 64};
    /** Sides that tiles of 4, 7 and 8 fill best, and one that none does. */
    private static final int[] TILED_SIDES = {14, 16, 16, 21, 24, 24, 13};
    private static final int[] TILED_PADDING = {0, 1, 1, 1, 2};
    /** Operations of all forward passes; the plain reference computes some 10^9 a second. */
    private static final long MOST_FLOPS = 3_000_000;
    private static final long MOST_FLOPS_OF_LARGE = 60_000_000;

    private final RandomState random;

    private RandomNetworks(long seed) {
        this.random = new RandomState(seed);
    }

    /** Which sizes a network has. */
    private enum Kind {
        TINY,
        /** As photographs are: few channels, many pixels. */
        IMAGES,
        /** Wide enough to be worth sharing among threads. */
        SHARED,
        /** With convolutions that Winograd's algorithm computes. */
        TILED;

        static Kind of(int index) {
            return switch (index % PERIOD) {
                case PERIOD - 1 -> TILED;
                case PERIOD - 2 -> SHARED;
                case PERIOD - 3 -> IMAGES;
                default -> TINY;
            };
        }
    }

    /**
     * {@return the first networks of a seed}
     *
     * @param count how many
     * @param seed 0 to 2^32 - 1; the same seed draws the same networks
     */
    public static List<NetworkCase> of(int count, long seed) {
        RandomNetworks networks = new RandomNetworks(seed);
        return IntStream.range(0, count).mapToObj(i -> networks
                .next("network " + i + " of seed " + seed, Kind.of(i))
                .precision(Precision.values()[i % 3 / 2])).toList();
    }

    private NetworkCase next(String name, Kind kind) {
        while (true) {
            Network network = network(kind);
            int fewest = NetworkCase.fewestSamples(network);
            int capacity = switch (kind) {
                case TINY -> from(fewest, 9);
                case SHARED -> from(4, 16);
                case IMAGES -> from(fewest, 16);
                case TILED -> from(fewest, 4);
            };
            NetworkCase drawn = new NetworkCase(name, network, capacity, batches(fewest, capacity),
                    optimizer(), from(0, 3) == 0 ? 0.5 : Double.POSITIVE_INFINITY, Precision.DOUBLE,
                    from(0, Integer.MAX_VALUE - 1));
            long most = kind == Kind.TINY ? MOST_FLOPS : MOST_FLOPS_OF_LARGE;
            if (network.parameterCount() > 0 && drawn.flops() <= most) {
                return drawn;
            }
        }
    }

    /** A full batch in the middle, others of any size: what is left of a larger batch must not count. */
    private List<Integer> batches(int fewest, int capacity) {
        List<Integer> batches = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            batches.add(i == 1 ? capacity : from(fewest, capacity));
        }
        return batches;
    }

    private Optimizer optimizer() {
        double rate = oneOf(0.001, 0.01, 0.02);
        double decay = oneOf(0, 0, 0.01);
        return switch (from(0, 8)) {
            case 0 -> Optimizer.sgd(rate).weightDecay(decay);
            case 1 -> Optimizer.sgd(rate).momentum(0.9).weightDecay(decay);
            case 2 -> Optimizer.sgd(rate).momentum(0.5).dampening(0.3).weightDecay(decay);
            case 3 -> Optimizer.sgd(rate).momentum(0.9).nesterov(true).weightDecay(decay);
            case 4 -> Optimizer.adam(rate).betas(0.8, 0.99).weightDecay(decay);
            case 5 -> Optimizer.adamW(rate).weightDecay(decay);
            case 6 -> Optimizer.nadam(rate).weightDecay(decay);
            case 7 -> Optimizer.rmsProp(rate).alpha(0.9).momentum(oneOf(0, 0.5))
                    .centered(from(0, 1) == 0).weightDecay(decay);
            default -> Optimizer.lion(rate).weightDecay(decay);
        };
    }

    private Network network(Kind kind) {
        boolean flat = kind == Kind.TINY && from(0, 3) == 0;
        Shape input = flat ? new Shape.Flat(from(1, 40)) : image(kind);
        int count = from(1, MOST_LAYERS);
        GraphDraft draft = new GraphDraft(input);
        start(kind).forEach(draft::append);
        boolean chain = from(0, 2) == 0;
        while (draft.size() < count) {
            Layer layer = layer(draft.shape(), kind);
            if (!chain && from(0, 2) == 0) {
                branchOrJoin(draft, kind);
            } else if (output(layer, draft.shape()) != null) {
                draft.append(layer);
                if (layer.type().equals("relu") && from(0, 7) == 0) {
                    draft.append(dropout());
                }
            }
        }
        while (draft.unread() > 0) {
            draft.join(from(0, 1) == 0);
        }
        return draft.network(loss(draft.shape()));
    }

    private void branchOrJoin(GraphDraft draft, Kind kind) {
        int most = 2;
        switch (from(0, 6)) {
            case 0, 1, 2 ->
                draft.joinSome(from(0, 1) == 0 ? new Add() : new Concat(), from(1, most),
                        from(0, 1) == 0);
            case 3 -> {
                if (draft.unread() > 0) {
                    draft.join(from(0, 1) == 0);
                }
            }
            case 4 -> {
                int width = channels(kind);
                if (draft.shape() instanceof Shape.Image) {
                    draft.addBranches(new Conv2d(width, Window.of(3).padding(1)),
                            new Conv2d(width, Window.of(1)));
                } else {
                    draft.addBranches(new Linear(width), new Linear(width, false));
                }
            }
            default -> {
                if (draft.unread() < most) {
                    draft.branch(from(0, draft.outputs() - 1));
                }
            }
        }
    }

    /** First layers that a kind of network must have; they fit the kind's smallest image. */
    private List<Layer> start(Kind kind) {
        return switch (kind) {
            case TINY, SHARED -> List.of();
            case TILED -> IntStream.rangeClosed(0, from(0, 1)).<Layer>mapToObj(i -> tiled())
                    .toList();
            case IMAGES -> {
                List<Layer> layers = new ArrayList<>();
                boolean ends = from(0, 1) == 0;
                int convolutions = ends ? 1 : 2;
                for (int i = 0; i < convolutions; i++) {
                    layers.add(new Conv2d(ends ? 8 * from(1, 2) : oneOf(FEW_CHANNELS),
                            Window.of(from(1, 3), from(1, 3)).padding(from(0, 1), from(0, 1),
                                    from(0, 1), from(0, 1)),
                            1,
                            from(0, 3) > 0));
                }
                if (from(0, 1) == 0) {
                    layers.add(new Activation(Activation.Function.RELU));
                }
                if (ends) {
                    layers.add(new Flatten());
                }
                yield layers;
            }
        };
    }

    private Conv2d tiled() {
        Window window = Window.of(3).padding(oneOf(TILED_PADDING), oneOf(TILED_PADDING));
        return new Conv2d(oneOf(TILED_CHANNELS), from(0, 3) > 0
                ? window
                : window.padding(oneOf(TILED_PADDING), oneOf(TILED_PADDING), from(0, 4),
                        from(0, 4)));
    }

    private Shape.Image image(Kind kind) {
        return switch (kind) {
            case TINY -> new Shape.Image(channels(kind), from(1, 13), from(1, 13));
            case SHARED -> new Shape.Image(from(0, 1) == 0 ? from(1, 4) : channels(kind),
                    from(8, 24), from(8, 24));
            case IMAGES -> new Shape.Image(channels(kind), from(5, 20), from(5, 20));
            case TILED -> new Shape.Image(channels(kind), oneOf(TILED_SIDES),
                    oneOf(TILED_SIDES));
        };
    }

    private int channels(Kind kind) {
        return oneOf(switch (kind) {
            case TINY -> CHANNELS;
            case IMAGES -> FEW_CHANNELS;
            case SHARED -> WIDE_CHANNELS;
            case TILED -> TILED_CHANNELS;
        });
    }

    /** The output shape of a layer; null if the layer does not fit. */
    private static Shape output(Layer layer, Shape input) {
        try {
            return layer.output(input);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private Layer layer(Shape input, Kind kind) {
        if (input instanceof Shape.Image image) {
            return switch (from(0, 23)) {
                case 0, 1, 2, 3, 4, 5 -> kind == Kind.TILED && from(0, 4) > 0
                        ? tiled()
                        : convolution(image.channels(), kind);
                case 6, 7 -> new MaxPool2d(pooling().dilation(usuallyOne(2)),
                        from(0, 2) == 0);
                case 8, 9 -> new AvgPool2d(pooling(), from(0, 1) == 0, from(0, 2) == 0,
                        from(0, 5) == 0 ? from(1, 5) : 0);
                case 10, 11, 12, 13 -> new Activation(Activation.Function.RELU);
                case 14, 15 -> function();
                case 16, 17, 18 -> new GlobalPool2d(from(0, 1) == 0);
                case 19 -> batchNorm();
                case 20, 21, 22 -> perSample(image.channels());
                default -> new Flatten();
            };
        }
        return switch (from(0, 23)) {
            case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 -> new Linear(oneOf(CHANNELS), from(0, 3) > 0);
            case 11, 12, 13, 14, 15, 16 -> new Activation(Activation.Function.RELU);
            case 17, 18 -> function();
            case 19 -> batchNorm();
            case 20, 21, 22 -> perSample((int) input.size());
            default -> new Flatten();
        };
    }

    private BatchNorm batchNorm() {
        return new BatchNorm(oneOf(0.02, 0.1), from(0, 2) == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(oneOf(0.1, 0.4, 0.0, 1.0)), from(0, 3) > 0, from(0, 3) > 0);
    }

    /** A layer that is random, or normalizes each sample by itself. */
    private Layer perSample(int channels) {
        return switch (from(0, 2)) {
            case 0 -> dropout();
            case 1 -> new GroupNorm(divisor(channels), oneOf(0.02, 0.1), from(0, 3) > 0);
            default -> new LayerNorm(oneOf(0.02, 0.1), from(0, 3) > 0, from(0, 3) > 0);
        };
    }

    private Dropout dropout() {
        return new Dropout(oneOf(0.5, 0.5, 0.25, 0.0, 0.875));
    }

    private int divisor(int number) {
        int[] divisors = IntStream.rangeClosed(1, number).filter(i -> number % i == 0).toArray();
        return oneOf(divisors);
    }

    /** A function other than ReLU. */
    private Layer function() {
        Activation.Function[] functions = Activation.Function.values();
        int drawn = from(1, functions.length);
        if (drawn == functions.length) {
            return new Scale(oneOf(-1.5, 0.25, 2.0));
        }
        return switch (functions[drawn].name()) {
            case "LEAKY_RELU" -> new Activation(functions[drawn], oneOf(-0.5, 0.01, 0.2));
            case "ELU" -> new Activation(functions[drawn], oneOf(0.0, 0.5, 1.0));
            default -> new Activation(functions[drawn]);
        };
    }

    private Conv2d convolution(int channels, Kind kind) {
        Window window = from(0, 3) == 0
                ? Window.of(1)
                : new Window(new Size(from(1, 5), from(1, 5)), new Size(usuallyOne(3),
                        usuallyOne(3)), new Size(from(0, 3), from(0, 3)),
                        new Size(usuallyOne(3), usuallyOne(3)));
        if (from(0, 3) == 0) {
            window = window.padding(from(0, 3), from(0, 3), from(0, 3), from(0, 3));
        }
        int groups = from(0, 3) == 0 ? divisor(channels) : 1;
        int outChannels = groups == 1 ? channels(kind) : groups * from(1, 3);
        return new Conv2d(outChannels, window, groups, from(0, 3) > 0);
    }

    /** The usual 2x2 and 3x3 windows among others. */
    private Window pooling() {
        return switch (from(0, 3)) {
            case 0 -> Window.of(2).stride(2);
            case 1 -> Window.of(3).stride(2).padding(1);
            default -> {
                Size kernel = new Size(from(1, 4), from(1, 4));
                yield new Window(kernel, new Size(from(1, 3), from(1, 3)),
                        new Size(from(0, kernel.height() / 2), from(0, kernel.width() / 2)),
                        Size.square(1));
            }
        };
    }

    private Loss loss(Shape output) {
        int drawn = from(0, 15);
        Loss.Reduction reduction = drawn < 4 ? Loss.Reduction.SUM : Loss.Reduction.MEAN;
        boolean probabilities = drawn % 4 == 0;
        int outputs = (int) output.size();
        Loss loss = output instanceof Shape.Flat && from(0, 1) == 0
                ? Loss.softmaxCrossEntropy().weight(factors(outputs, 1))
                        .ignoreIndex(from(0, 2) > 0
                                ? Loss.SoftmaxCrossEntropy.IGNORE_INDEX
                                : from(-1, outputs - 1))
                        .labelSmoothing(oneOf(0, 0, 0.1, 0.7))
                : switch (from(0, 5)) {
                    case 0 -> Loss.smoothL1().beta(oneOf(0, 0.5, 1, 2));
                    case 2 -> Loss.huber().delta(oneOf(0.25, 1, 3));
                    case 1 -> Loss.binaryCrossEntropyWithLogits().posWeight(factors(outputs, 0));
                    default -> Loss.meanSquaredError();
                };
        return (probabilities && loss instanceof Loss.SoftmaxCrossEntropy labels
                ? labels.ignoreIndex(Loss.SoftmaxCrossEntropy.IGNORE_INDEX).probabilities(true)
                : loss).reduction(reduction);
    }

    /** None, or one for each output, of which the first is at least a number. */
    private double[] factors(int outputs, double least) {
        double[] factors = new double[from(0, 2) > 0 ? 0 : outputs];
        Arrays.setAll(factors, i -> oneOf(0, 0.25, 1, 3));
        if (factors.length > 0) {
            factors[0] = Math.max(factors[0], least);
        }
        return factors;
    }

    private int usuallyOne(int most) {
        return Math.max(1, from(1, 2 * most) - most);
    }

    private int oneOf(int... values) {
        return values[from(0, values.length - 1)];
    }

    private double oneOf(double... values) {
        return values[from(0, values.length - 1)];
    }

    private int from(int low, int high) {
        return low + (int) (random.nextDouble() * (high - low + 1.0));
    }
}
