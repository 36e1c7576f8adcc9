package org.lanewise.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lanewise.kernel.Elements;
import org.lanewise.plan.Kernels;
import org.lanewise.plan.ParameterBuffer;
import org.lanewise.plan.Plan;
import org.lanewise.plan.PlanOptions;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.SingleStep;
import org.lanewise.plan.Team;
import org.lanewise.spec.Layer;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Shape;

/**
 * Compares each pass of each weighted layer with the scalar reference, computed from the very arrays
 * that the pass read.
 *
 * <p>A whole network cannot be compared within a bound: a difference in the last bits may switch a
 * ReLU or move a maximum.
 */
final class PassCheck {
    private final Plan plan;
    private final int samples;
    private final double bound;
    /**
     * What sums of many terms may lose, as a part of the sum of their sizes over the bound: a sum of floats whose
     * terms cancel is as far from the reference as its partial sums are large.
     */
    private final double share;

    /** Checks the passes that a plan has just run for some samples. */
    PassCheck(Plan plan, int samples) {
        this.plan = plan;
        this.samples = samples;
        this.bound = Agreement.reordered(plan.options().precision());
        this.share = plan.options().precision() == Precision.SINGLE ? 1e-6 / bound : 0.0;
    }

    /** The first pass that differs by more than the bound, in words. */
    Optional<String> failure() {
        return plan.steps().stream().filter(step -> !step.parameters().isEmpty())
                .flatMap(step -> failure(step).stream()).findFirst();
    }

    private Optional<String> failure(SingleStep step) {
        LayerDescription layer = plan.network().describe().get(step.layer());
        Network alone = new Network(layer.input(), layers(step), Loss.meanSquaredError());
        Plan plain = Plan.compile(alone, PlanOptions.of(Purpose.TRAIN_WITH_INPUT_GRADIENT,
                Kernels.SCALAR, samples).precision(plan.options().precision()).unfused(),
                Team.alone());
        double[] inputs = step.inputs(samples);
        plain.inputs().write(inputs, 0, 0, inputs.length);
        for (int i = 0; i < step.parameters().size(); i++) {
            Elements values = step.parameters().get(i).values();
            values.copy(0, plain.parameters().get(i).values(), 0, values.length());
        }
        // Scalar plans reorder nothing and fuse nothing: the first step is that of the layer itself.
        List<SingleStep> steps = plain.steps();
        SingleStep reference = steps.getFirst();
        steps.forEach(one -> one.forward(samples));
        Optional<String> failure = compare(layer, "output", steps.getLast().outputs(samples),
                step.outputs(samples));
        if (!step.hasGradient()) {
            return failure;
        }
        // By the largest pixels of the plan's windows: those of the reference may be others by a rounding.
        double[] gradient = step.layerGradient(samples, layer.output());
        double terms = Math.max(Arrays.stream(gradient).map(Math::abs).max().orElse(0.0),
                share * largestSum(gradient, layer.output()));
        reference.setOutputGradient(samples, gradient);
        reference.backwardWeights(samples);
        for (int i = 0; i < step.parameters().size(); i++) {
            ParameterBuffer found = step.parameters().get(i);
            double[] expected = plain.parameters().get(i).gradient().copy();
            // The terms of the gradient with respect to a bias before batch normalization cancel.
            failure = failure.or(() -> report(layer, found.spec().name() + " gradient",
                    Agreement.of(expected, found.gradient().copy(), bound, terms)));
        }
        if (!step.hasInputGradient()) {
            return failure;
        }
        reference.backwardInput(samples);
        // Contributions of other layers may have been added, or have used the same array.
        step.contribution(samples);
        double[] expected = reference.inputGradient(samples);
        for (int i = 0; step.masksInputGradient() && i < expected.length; i++) {
            expected[i] = inputs[i] <= 0 ? 0 : expected[i];
        }
        return failure.or(() -> compare(layer, "input gradient", expected,
                step.inputGradient(samples)));
    }

    /** The largest sum of sizes over one channel of a batch, which bounds the partial sums of a bias. */
    private static double largestSum(double[] gradient, Shape output) {
        int channels = switch (output) {
            case Shape.Image image -> image.channels();
            case Shape.Flat flat -> flat.features();
        };
        double[] sums = new double[channels];
        int map = Math.toIntExact(output.size() / channels);
        for (int i = 0; i < gradient.length; i++) {
            sums[i / map % channels] += Math.abs(gradient[i]);
        }
        return Arrays.stream(sums).max().orElse(0.0);
    }

    /** The layers that a step computes, of which each reads the one before it. */
    private List<Layer> layers(SingleStep step) {
        List<LayerDescription> all = plan.network().describe();
        List<Layer> layers = new ArrayList<>();
        for (int i = step.outputLayer(); i > step.layer(); i = all.get(i).source()) {
            layers.addFirst(all.get(i).layer());
        }
        layers.addFirst(all.get(step.layer()).layer());
        return layers;
    }

    private Optional<String> compare(LayerDescription layer, String name, double[] expected,
            double[] found) {
        return report(layer, name, Agreement.of(expected, found, bound));
    }

    private static Optional<String> report(LayerDescription layer, String name,
            Agreement agreement) {
        return agreement.good()
                ? Optional.empty()
                : Optional.of("layer " + layer.index() + " (" + layer.layer().type() + "), "
                        + NetworkCheck.describe(name, agreement));
    }
}
