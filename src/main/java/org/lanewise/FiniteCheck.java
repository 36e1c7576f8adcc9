package org.lanewise;

import java.util.List;
import org.lanewise.plan.ParameterBuffer;
import org.lanewise.plan.Plan;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.Team;
import org.lanewise.spec.LayerDescription;

/** Whether a training is still within the numbers, and where it left them. */
final class FiniteCheck {
    private final Plan plan;

    FiniteCheck(Plan plan) {
        this.plan = plan;
    }

    /** Where in the last forward pass numbers ceased to be finite; it is computed again for that. */
    String origin(int samples) {
        int each = plan.inputSize();
        for (int sample = 0; sample < samples; sample++) {
            if (!finite(plan.inputs(), sample * each, each)) {
                return "for input " + sample + " of the batch, which is not finite itself";
            }
        }
        // A plan that trains does not store what is between fused layers; a batch of one is enough.
        Plan trace = Plan.compile(plan.network(),
                plan.options().purpose(Purpose.PREDICT).unfused().capacity(1), Team.alone());
        copyParameters(plan, trace);
        List<LayerDescription> layers = plan.network().describe();
        int layer = layers.size();
        int sample = 0;
        for (int i = 0; i < samples; i++) {
            System.arraycopy(plan.inputs(), i * each, trace.inputs(), 0, each);
            trace.forward(1);
            int left = firstNonFinite(trace, layer);
            if (left < layer) {
                layer = left;
                sample = i;
            }
        }
        return layer == layers.size()
                ? "though the outputs of all layers are finite"
                : "first seen in the output of layer " + layer + " ("
                        + layers.get(layer).layer().type() + ") for input " + sample
                        + " of the batch";
    }

    private static void copyParameters(Plan from, Plan to) {
        for (int i = 0; i < from.parameters().size(); i++) {
            double[] values = from.parameters().get(i).values();
            System.arraycopy(values, 0, to.parameters().get(i).values(), 0, values.length);
        }
    }

    /** The first of some layers whose output is not finite; their number if all are. */
    private static int firstNonFinite(Plan trace, int layers) {
        for (int layer = 0; layer < layers; layer++) {
            double[] outputs = trace.outputs(layer, 1);
            if (!finite(outputs, 0, outputs.length)) {
                return layer;
            }
        }
        return layers;
    }

    private static boolean finite(double[] values, int from, int count) {
        for (int i = from; i < from + count; i++) {
            if (!Double.isFinite(values[i])) {
                return false;
            }
        }
        return true;
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
