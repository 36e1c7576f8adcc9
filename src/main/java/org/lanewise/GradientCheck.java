package org.lanewise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.lanewise.kernel.Elements;
import org.lanewise.plan.Kernels;
import org.lanewise.plan.ParameterBuffer;
import org.lanewise.plan.Plan;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.Team;
import org.lanewise.spec.Activation;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;

/**
 * Holds the gradients of a network against central differences,
 * {@code (loss(x + h) - loss(x - h)) / 2h}.
 *
 * <p>ReLU, functions like it and max pooling have kinks, across which a difference says nothing: an element
 * whose nudge makes an input cross a kink or a maximum move is nudged by less, and left out if that does
 * not help.
 */
public final class GradientCheck {
    /**
     * The cube root of the rounding unit u balances the two errors of a central difference, where the loss
     * is computed to u: {@code u / h} by rounding and {@code h^2 / 6} by the third derivative, both some
     * 1e-11.
     *
     * <p>By Winograd's tiles it is not: their transforms leave errors of up to {@code e = 4e-13} of the
     * largest output (8x8), some 2,000 u. Gradients by tiles have errors as small, but a difference of losses
     * divides them by h: {@code e / h} is 7e-8 of the loss, and gradients may be smaller than that. Two
     * correct layers of 8x8 tiles differed by 2e-7. The h that balances e, 7e-5, would leave 5e-9, but twelve
     * times as many nudges would cross a kink. So slopes are those of the loss by the direct algorithm, which
     * is computed to u, and gradients are those of the plan itself: the same layers differ by 1e-9. A wrong
     * forward pass by tiles is noticed, too, because its gradients are not those of the direct loss.
     */
    private static final double NUDGE = Math.cbrt(Math.ulp(1.0));

    private static final int ATTEMPTS = 2;
    private static final double SMALLER = 0.1;

    /**
     * The part of the loss that a gradient is compared with at least. Differences of a loss say nothing about smaller
     * ones, such as those of a bias before batch normalization, which are 0 but for rounding.
     */
    private static final double SMALL = 0.01;

    /**
     * How well one gradient agrees.
     *
     * @param array name of what the gradient is by, as {@code 0.weight} or {@code input}
     * @param elements how many were compared
     * @param kinks how many were left out
     * @param relativeError largest difference, divided by the largest gradient of the array, or by a
     *        hundredth of the loss if that is larger; NaN where a gradient is NaN or nothing could be compared
     */
    public record Result(String array, int elements, int kinks, double relativeError) {}

    private final Plan plan;
    private final int samples;
    private final double factor;
    private final List<LayerDescription> kinked;
    /** Whose loss slopes are of: the plan itself, or one without Winograd's algorithm. */
    private final Plan measured;
    /** Where kinks are looked for: the same, or an unfused one if it does not store what they are in. */
    private final Plan traced;
    private double slope;

    private GradientCheck(Plan plan, Parameters parameters, Samples samples, double factor) {
        this.plan = plan;
        this.samples = samples.size();
        this.factor = factor;
        this.kinked = plan.network().describe().stream().filter(GradientCheck::hasKinks).toList();
        this.measured = plan.algorithm().equals(LayerPlan.DIRECT)
                ? plan
                : Plan.compile(plan.network(), plan.options().unfused().kernels(Kernels.DIRECT),
                        plan.team());
        this.traced = kinked.stream().allMatch(layer -> layer.resolved() instanceof MaxPool2d
                || isRelu(layer) || isStored(measured, layer))
                        ? measured
                        : Plan.compile(plan.network(), plan.options().unfused(), plan.team());
        for (Plan one : List.of(plan, measured)) {
            Model model = new Model(one);
            model.set(parameters);
            try (BatchLoader loader = BatchLoader.inOrder(one, samples)) {
                loader.loadAt(0);
            }
        }
    }

    private static boolean hasKinks(LayerDescription layer) {
        return layer.resolved() instanceof MaxPool2d || kinks(layer).length > 0;
    }

    /** The inputs at which the slope of a function jumps. */
    private static double[] kinks(LayerDescription layer) {
        if (!(layer.layer() instanceof Activation(Activation.Function function, double _))) {
            return new double[0];
        }
        return switch (function.name()) {
            case "RELU", "LEAKY_RELU", "ELU" -> new double[] {0};
            case "RELU6" -> new double[] {0, 6};
            case "HARDSWISH" -> new double[] {-3, 3};
            case "SOFTPLUS" -> new double[] {20};
            default -> new double[0];
        };
    }

    /**
     * {@return how well the gradients with respect to all parameters and to the input agree, as a
     * trainer with {@linkplain TrainingOptions#of default options} and batches of as many samples
     * computes them}
     *
     * @param network what to check
     * @param parameters where to check it; not modified
     * @param samples a batch to check it on; a few are enough
     * @throws IllegalArgumentException if parameters or samples do not fit the network, or the loss
     *         is not finite
     */
    public static List<Result> run(Network network, Parameters parameters, Samples samples) {
        // The optimizer only uses the gradients; any will do.
        return run(network, parameters, samples,
                TrainingOptions.of(Optimizer.sgd(0)).batchSize(samples.size()));
    }

    /**
     * {@return how well the gradients with respect to all parameters and to the input agree}
     *
     * <p>The plan is the one that training uses, with the same fused layers and algorithms. The
     * gradient with respect to the input, which training does not need, comes from a second plan.
     *
     * @param network what to check
     * @param parameters where to check it; not modified
     * @param samples a batch to check it on; a few are enough
     * @param options how the network is trained; backend, algorithm and batch size are used
     * @throws IllegalArgumentException if parameters or samples do not fit the network, the samples
     *         are more than a batch, or the loss is not finite
     */
    public static List<Result> run(Network network, Parameters parameters, Samples samples,
            TrainingOptions options) {
        return run(network, parameters, samples, options, Team.alone(), 1.0);
    }

    /**
     * {@return the same, computed by several threads; the results do not depend on them}
     *
     * @param network what to check
     * @param parameters where to check it; not modified
     * @param samples a batch to check it on; a few are enough
     * @param options how the network is trained; backend, algorithm and batch size are used
     * @param pool shares each pass: the calling thread and, up to the pool's parallelism in all, its
     *        threads; never shut down here
     * @throws IllegalArgumentException if parameters or samples do not fit the network, the samples
     *         are more than a batch, or the loss is not finite
     */
    public static List<Result> run(Network network, Parameters parameters, Samples samples,
            TrainingOptions options, ForkJoinPool pool) {
        return run(network, parameters, samples, options, Team.of(pool), 1.0);
    }

    /** Multiplies every gradient by a factor first, so that a test can show wrong ones. */
    static List<Result> run(Network network, Parameters parameters, Samples samples,
            TrainingOptions options, Team team, double factor) {
        samples.requireFit(network);
        parameters.requireMatch(network);
        if (samples.size() > options.batchSize()) {
            throw new IllegalArgumentException(samples.size()
                    + " samples do not fit in one batch of " + options.batchSize());
        }
        if (options.precision() == Precision.SINGLE) {
            throw new IllegalArgumentException("gradients are compared with differences of losses,"
                    + " of which single precision leaves too few digits; check them in double"
                    + " precision, whose kernels those of single precision are derived from");
        }
        TrainingOptions all = options.groups(List.of()).shards(1);
        Plan training = Plan.compile(network, all.plan(Purpose.TRAIN), team);
        StepArguments.requireVariance(training, samples.size(), 1);
        List<Result> results = new ArrayList<>(
                new GradientCheck(training, parameters, samples, factor).parameters());
        Plan whole = Plan.compile(network, all.plan(Purpose.TRAIN_WITH_INPUT_GRADIENT),
                team);
        results.add(new GradientCheck(whole, parameters, samples, factor).input());
        return results;
    }

    private List<Result> parameters() {
        computeGradients();
        return IntStream.range(0, plan.parameters().size()).mapToObj(i -> {
            ParameterBuffer parameter = plan.parameters().get(i);
            return compare(parameter.spec().name(), measured.parameters().get(i).values(),
                    parameter.gradient(), parameter.values().length());
        }).toList();
    }

    private Result input() {
        computeGradients();
        return compare("input", measured.inputs(), plan.inputGradient(),
                samples * plan.inputSize());
    }

    private void computeGradients() {
        plan.forward(samples);
        double loss = plan.loss(samples);
        if (!Double.isFinite(loss)) {
            throw new IllegalArgumentException("the loss is " + loss
                    + " with these parameters and samples; it has no gradient to check");
        }
        plan.backward(samples);
    }

    private Result compare(String name, Elements values, Elements computed, int elements) {
        // Measuring slopes runs the loss again and again, but overwrites no gradient.
        double[] gradient = Arrays.stream(computed.copy()).map(value -> value * factor).toArray();
        double scale = SMALL * Math.abs(loss());
        double error = 0.0;
        int kinks = 0;
        for (int i = 0; i < elements; i++) {
            if (!measure(values, i)) {
                kinks++;
                continue;
            }
            scale = Math.max(scale, Math.max(Math.abs(gradient[i]), Math.abs(slope)));
            error = Math.max(error, Math.abs(gradient[i] - slope));
        }
        int compared = elements - kinks;
        // Where nothing was compared nothing was shown; and 0 / 0 would be no agreement either.
        double relative = compared == 0 ? Double.NaN : scale == 0.0 ? 0.0 : error / scale;
        return new Result(name, compared, kinks, relative);
    }

    /** Measures the slope at one element, which is put back; returns false at a kink. */
    private boolean measure(Elements values, int i) {
        double value = values.get(i);
        double nudge = NUDGE * Math.max(1.0, Math.abs(value));
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            double above = value + nudge;
            double below = value - nudge;
            values.set(i, above);
            double lossAbove = loss();
            long sidesAbove = sides();
            values.set(i, below);
            double lossBelow = loss();
            long sidesBelow = sides();
            values.set(i, value);
            if (sidesAbove == sidesBelow) {
                slope = (lossAbove - lossBelow) / (above - below);
                return true;
            }
            nudge *= SMALLER;
        }
        return false;
    }

    private double loss() {
        measured.forward(samples);
        return measured.loss(samples);
    }

    /**
     * A number that changes when the input of a function crosses a kink or the argmax of a pooling
     * window changes.
     */
    private long sides() {
        if (traced != measured) {
            measured.inputs().copy(0, traced.inputs(), 0, samples * plan.inputSize());
            FiniteCheck.copyArrays(measured, traced);
            traced.forward(samples);
        }
        long hash = 1;
        for (LayerDescription layer : kinked) {
            if (layer.resolved() instanceof MaxPool2d) {
                hash = 31 * hash + Arrays.hashCode(traced.argmax(layer.index(), samples));
                continue;
            }
            if (!isStored(traced, layer)) {
                continue;
            }
            double[] kinks = kinks(layer);
            for (double value : inputs(layer)) {
                for (double kink : kinks) {
                    hash = 31 * hash + (value > kink ? 1 : 0);
                }
            }
        }
        return hash;
    }

    /** Whether there is an array of a layer's sides; of a ReLU before a max pooling the argmax has them. */
    private static boolean isStored(Plan plan, LayerDescription layer) {
        int source = sides(layer);
        return source == LayerDescription.NETWORK_INPUT || plan.stores(source);
    }

    /** The inputs of a layer; of a ReLU, which may be fused, its outputs, which have their signs. */
    private double[] inputs(LayerDescription layer) {
        int source = sides(layer);
        return source == LayerDescription.NETWORK_INPUT
                ? Arrays.copyOf(measured.inputs().copy(), samples * plan.inputSize())
                : traced.outputs(source, samples);
    }

    private static int sides(LayerDescription layer) {
        return isRelu(layer) ? layer.index() : layer.source();
    }

    private static boolean isRelu(LayerDescription layer) {
        return layer.layer().type().equals("relu");
    }
}
