package org.lanewise;

import org.lanewise.plan.ParameterBuffer;
import org.lanewise.plan.Plan;
import org.lanewise.spec.LayerDescription;

/** Whether a training is still within the numbers, and where it left them. */
final class FiniteCheck {
    private final Plan plan;

    FiniteCheck(Plan plan) {
        this.plan = plan;
    }

    /** Where in the last forward pass numbers ceased to be finite. */
    String origin(int samples) {
        int sample = firstNonFinite(plan.inputs(), samples, plan.inputSize());
        if (sample >= 0) {
            return "for input " + sample + " of the batch, which is not finite itself";
        }
        for (LayerDescription layer : plan.network().describe()) {
            int size = Math.toIntExact(layer.output().size());
            sample = firstNonFinite(plan.outputs(layer.index()), samples, size);
            if (sample >= 0) {
                return "first seen in the output of layer " + layer.index() + " ("
                        + layer.layer().type() + ") for input " + sample + " of the batch";
            }
        }
        return "though the outputs of all layers are finite";
    }

    private static int firstNonFinite(double[] values, int samples, int size) {
        for (int i = 0; i < samples * size; i++) {
            if (!Double.isFinite(values[i])) {
                return i / size;
            }
        }
        return -1;
    }

    /** The first parameter that is not finite, as a line of text; null if all are. */
    String parameterFault() {
        for (ParameterBuffer parameter : plan.parameters()) {
            for (double value : parameter.values()) {
                if (!Double.isFinite(value)) {
                    return "parameter " + parameter.spec().name() + " holds " + value;
                }
            }
        }
        return null;
    }
}
