package org.lanewise.check;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lanewise.plan.Kernels;
import org.lanewise.plan.ParameterBuffer;
import org.lanewise.plan.Plan;
import org.lanewise.plan.PlanOptions;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.SingleStep;
import org.lanewise.plan.Team;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;

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

    /** Checks the passes that a plan has just run for some samples. */
    PassCheck(Plan plan, int samples) {
        this.plan = plan;
        this.samples = samples;
    }

    /** The first pass that differs by more than the bound, in words. */
    Optional<String> failure() {
        return plan.steps().stream().filter(step -> !step.parameters().isEmpty())
                .flatMap(step -> failure(step).stream()).findFirst();
    }

    private Optional<String> failure(SingleStep step) {
        LayerDescription layer = plan.network().describe().get(step.layer());
        Network alone = new Network(layer.input(), List.of(layer.layer()),
                Loss.meanSquaredError());
        Plan plain = Plan.compile(alone, PlanOptions.of(Purpose.TRAIN_WITH_INPUT_GRADIENT,
                Kernels.SCALAR, samples), Team.alone());
        double[] inputs = step.inputs(samples);
        System.arraycopy(inputs, 0, plain.inputs(), 0, inputs.length);
        for (int i = 0; i < step.parameters().size(); i++) {
            double[] values = step.parameters().get(i).values();
            System.arraycopy(values, 0, plain.parameters().get(i).values(), 0, values.length);
        }
        SingleStep reference = plain.steps().getFirst(); // Scalar plans reorder nothing.
        reference.forward(samples);
        double[] outputs = reference.outputs(samples);
        if (step.outputLayer() > step.layer()) {
            for (int i = 0; i < outputs.length; i++) {
                outputs[i] = outputs[i] <= 0 ? 0 : outputs[i];
            }
        }
        Optional<String> failure = compare(layer, "output", outputs, step.outputs(samples));
        if (!step.hasGradient()) {
            return failure;
        }
        double[] gradient = step.outputGradient(samples);
        double terms = Arrays.stream(gradient).map(Math::abs).max().orElse(0.0);
        reference.setOutputGradient(samples, gradient);
        reference.backwardWeights(samples);
        for (int i = 0; i < step.parameters().size(); i++) {
            ParameterBuffer found = step.parameters().get(i);
            double[] expected = plain.parameters().get(i).gradient();
            // The terms of the gradient with respect to a bias before batch normalization cancel.
            failure = failure.or(() -> report(layer, found.spec().name() + " gradient",
                    Agreement.of(expected, found.gradient(), Agreement.REORDERED, terms)));
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

    private static Optional<String> compare(LayerDescription layer, String name, double[] expected,
            double[] found) {
        return report(layer, name, Agreement.of(expected, found, Agreement.REORDERED));
    }

    private static Optional<String> report(LayerDescription layer, String name,
            Agreement agreement) {
        return agreement.good()
                ? Optional.empty()
                : Optional.of("layer " + layer.index() + " (" + layer.layer().type() + "), "
                        + NetworkCheck.describe(name, agreement));
    }
}
