package org.lanewise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.lanewise.plan.ParameterBuffer;
import org.lanewise.plan.Plan;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.Team;
import org.lanewise.spec.Activation;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Network;

/**
 * Holds the gradients of a network against central differences,
 * {@code (loss(x + h) - loss(x - h)) / 2h}.
 *
 * <p>ReLU and max pooling have kinks, across which a difference says nothing: an element whose
 * nudge makes a ReLU switch or a maximum move is nudged by less, and left out if that does not
 * help.
 */
public final class GradientCheck {
    /** The cube root of the rounding unit balances the two errors of a central difference. */
    private static final double NUDGE = Math.cbrt(Math.ulp(1.0));

    private static final int ATTEMPTS = 2;
    private static final double SMALLER = 0.1;

    /**
     * How well one gradient agrees.
     *
     * @param array name of what the gradient is by, as {@code 0.weight} or {@code input}
     * @param elements how many were compared
     * @param kinks how many were left out
     * @param relativeError largest difference, divided by the largest gradient of the array; NaN
     *        where a gradient is NaN or nothing could be compared
     */
    public record Result(String array, int elements, int kinks, double relativeError) {}

    private final Plan plan;
    private final int samples;
    private final List<LayerDescription> kinked;
    private double slope;

    private GradientCheck(Network network, Parameters parameters, Samples samples, Team team) {
        samples.requireFit(network);
        parameters.requireMatch(network);
        this.samples = samples.size();
        this.plan = Plan.compile(network, Purpose.TRAIN_WITH_INPUT_GRADIENT,
                Backend.AUTO.loops(), samples.size(), team);
        this.kinked = network.describe().stream().filter(GradientCheck::hasKinks).toList();
        Model model = new Model(plan);
        model.set(parameters);
        model.load(samples, 0);
    }

    private static boolean hasKinks(LayerDescription layer) {
        return layer.layer() instanceof MaxPool2d
                || layer.layer() instanceof Activation(Activation.Function function)
                        && function == Activation.Function.RELU;
    }

    /**
     * {@return how well the gradients by all parameters and by the input agree}
     *
     * @param network what to check
     * @param parameters where to check it; not modified
     * @param samples a batch to check it on; a few are enough
     * @throws IllegalArgumentException if parameters or samples do not fit the network, or the loss
     *         is not finite
     */
    public static List<Result> run(Network network, Parameters parameters, Samples samples) {
        return run(network, parameters, samples, 1.0);
    }

    /**
     * {@return the same, to the same bits, with passes that several threads share}
     *
     * @param network what to check
     * @param parameters where to check it; not modified
     * @param samples a batch to check it on; a few are enough
     * @param pool its threads and the calling one compute; not shut down
     * @throws IllegalArgumentException if parameters or samples do not fit the network, or the loss
     *         is not finite
     */
    public static List<Result> run(Network network, Parameters parameters, Samples samples,
            ForkJoinPool pool) {
        return new GradientCheck(network, parameters, samples, Team.of(pool)).run(1.0);
    }

    /** Multiplies every gradient by a factor first, so that a test can show wrong ones. */
    static List<Result> run(Network network, Parameters parameters, Samples samples,
            double factor) {
        return new GradientCheck(network, parameters, samples, Team.alone()).run(factor);
    }

    private List<Result> run(double factor) {
        double loss = loss();
        if (!Double.isFinite(loss)) {
            throw new IllegalArgumentException("the loss is " + loss
                    + " with these parameters and samples; it has no gradient to check");
        }
        plan.backward(samples);
        List<Result> results = new ArrayList<>();
        for (ParameterBuffer parameter : plan.parameters()) {
            results.add(compare(parameter.spec().name(), parameter.values(),
                    scaled(parameter.gradient(), factor)));
        }
        results.add(compare("input", plan.inputs(), scaled(plan.inputGradient(), factor)));
        return results;
    }

    private static double[] scaled(double[] gradient, double factor) {
        return Arrays.stream(gradient).map(value -> value * factor).toArray();
    }

    private Result compare(String name, double[] values, double[] gradient) {
        double scale = 0.0;
        double error = 0.0;
        int kinks = 0;
        for (int i = 0; i < values.length; i++) {
            if (!measure(values, i)) {
                kinks++;
                continue;
            }
            scale = Math.max(scale, Math.max(Math.abs(gradient[i]), Math.abs(slope)));
            error = Math.max(error, Math.abs(gradient[i] - slope));
        }
        int compared = values.length - kinks;
        // Where nothing was compared nothing was shown; and 0 / 0 would be no agreement either.
        double relative = compared == 0 ? Double.NaN : scale == 0.0 ? 0.0 : error / scale;
        return new Result(name, compared, kinks, relative);
    }

    /** Measures the slope at one element, which is put back; returns false at a kink. */
    private boolean measure(double[] values, int i) {
        double value = values[i];
        double nudge = NUDGE * Math.max(1.0, Math.abs(value));
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            double above = value + nudge;
            double below = value - nudge;
            values[i] = above;
            double lossAbove = loss();
            long sidesAbove = sides();
            values[i] = below;
            double lossBelow = loss();
            long sidesBelow = sides();
            values[i] = value;
            if (sidesAbove == sidesBelow) {
                slope = (lossAbove - lossBelow) / (above - below);
                return true;
            }
            nudge *= SMALLER;
        }
        return false;
    }

    private double loss() {
        plan.forward(samples);
        return plan.loss(samples);
    }

    /** A number that changes when a ReLU switches or the winner of a maximum moves. */
    private long sides() {
        long hash = 1;
        for (LayerDescription layer : kinked) {
            if (layer.layer() instanceof MaxPool2d) {
                hash = 31 * hash + Arrays.hashCode(plan.winners(layer.index(), samples));
                continue;
            }
            for (double output : plan.outputs(layer.index(), samples)) {
                hash = 31 * hash + (output > 0.0 ? 1 : 0);
            }
        }
        return hash;
    }
}
