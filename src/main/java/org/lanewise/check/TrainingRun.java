package org.lanewise.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.plan.GradientClip;
import org.lanewise.plan.ParameterBuffer;
import org.lanewise.plan.Plan;
import org.lanewise.plan.PlanOptions;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.Team;
import org.lanewise.plan.Update;

/** A case computed by one plan, step by step. */
final class TrainingRun {
    private final Plan plan;
    private final Update update;
    private final double gradientNorm;
    private final CaseData data;
    private double loss;

    /**
     * Compiles the plan and copies the first parameters.
     *
     * @param drawn what to compute
     * @param data the numbers to compute it from; not modified
     * @param options how; the capacity is the case's
     * @param team who computes
     */
    TrainingRun(NetworkCase drawn, CaseData data, PlanOptions options, Team team) {
        this.plan = Plan.compile(drawn.network(), options.capacity(drawn.capacity()), team);
        this.update = Update.of(plan, drawn.optimizer());
        this.gradientNorm = drawn.gradientNorm();
        this.data = data;
        for (ParameterBuffer buffer : plan.arrays()) {
            double[] values = data.initial().values(buffer.spec().name());
            buffer.values().write(values, 0, 0, values.length);
        }
    }

    Plan plan() {
        return plan;
    }

    int samples(int step) {
        return data.batches().get(step).samples();
    }

    /** Computes outputs, loss and gradients of one step. */
    void computeGradients(int step) {
        CaseData.Batch batch = data.batches().get(step);
        plan.inputs().write(batch.inputs(), 0, 0, batch.inputs().length);
        if (batch.labels() != null) {
            System.arraycopy(batch.labels(), 0, plan.labels(), 0, batch.samples());
        } else {
            plan.targets().write(batch.targets(), 0, 0, batch.targets().length);
        }
        plan.forward(batch.samples(), step, 0);
        loss = plan.loss(batch.samples());
        plan.backward(batch.samples());
    }

    /** Updates the parameters as a trainer does, and returns all that the step has computed. */
    List<NamedArray> finish(int step) {
        List<NamedArray> arrays = new ArrayList<>();
        int samples = samples(step);
        arrays.add(new NamedArray("outputs",
                Arrays.copyOf(plan.outputs().copy(), samples * plan.outputSize())));
        arrays.add(NamedArray.of("loss", loss));
        for (ParameterBuffer buffer : plan.parameters()) {
            arrays.add(new NamedArray(buffer.spec().name() + " gradient",
                    buffer.gradient().copy()));
        }
        if (plan.options().purpose() == Purpose.TRAIN_WITH_INPUT_GRADIENT) {
            arrays.add(new NamedArray("input gradient",
                    Arrays.copyOf(plan.inputGradient().copy(), samples * plan.inputSize())));
        }
        if (gradientNorm != Double.POSITIVE_INFINITY) {
            arrays.add(NamedArray.of("gradient norm",
                    GradientClip.clip(plan, plan.parameters(), gradientNorm)));
        }
        update.apply();
        plan.commit(samples);
        for (ParameterBuffer buffer : plan.arrays()) {
            arrays.add(new NamedArray(buffer.spec().name(), buffer.values().copy()));
        }
        return arrays;
    }

    /** All steps. */
    List<List<NamedArray>> all() {
        List<List<NamedArray>> steps = new ArrayList<>();
        for (int step = 0; step < data.batches().size(); step++) {
            computeGradients(step);
            steps.add(finish(step));
        }
        return steps;
    }
}
