package org.lanewise;

import java.io.Serializable;
import java.util.List;
import java.util.function.IntFunction;
import org.lanewise.kernel.Elements;
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

    /**
     * Where numbers ceased to be finite.
     *
     * @param text the place, for a message
     * @param advice what may help
     */
    record Origin(String text, String advice) implements Serializable {
        /** {@return the same, of samples that are numbered within a part of the data} */
        Origin in(String part) {
            return new Origin(text + ", in " + part, advice);
        }

        private static Origin data(String text) {
            return new Origin(text, DivergenceException.CORRECT_SAMPLE);
        }

        private static Origin computed(String text) {
            return new Origin(text, DivergenceException.SMALLER_LEARNING_RATE);
        }
    }

    /**
     * Where in the last forward pass numbers ceased to be finite; it is computed again for that,
     * batch normalization with its running values and without dropout.
     *
     * @param samples of the batch
     * @param name names a sample by its place in the batch
     */
    Origin origin(int samples, IntFunction<String> name) {
        int each = plan.inputSize();
        int found = firstNonFinite(plan.inputs(), samples * each);
        if (found >= 0) {
            return Origin.data("because input value " + found % each + " of "
                    + name.apply(found / each) + " is " + shown(plan.inputs(), found));
        }
        int width = plan.outputSize();
        found = plan.targets() == null ? -1 : firstNonFinite(plan.targets(), samples * width);
        if (found >= 0) {
            return Origin.data("because target value " + found % width + " of "
                    + name.apply(found / width) + " is " + shown(plan.targets(), found));
        }
        // A plan that trains does not store what is between fused layers; a batch of one is enough.
        Plan trace = Plan.compile(plan.network(),
                plan.options().purpose(Purpose.PREDICT).unfused().capacity(1), Team.alone());
        copyArrays(plan, trace);
        List<LayerDescription> layers = plan.network().describe();
        int layer = layers.size();
        int sample = 0;
        for (int i = 0; i < samples; i++) {
            plan.inputs().copy(i * each, trace.inputs(), 0, each);
            trace.forward(1);
            int left = firstNonFinite(trace, layer);
            if (left < layer) {
                layer = left;
                sample = i;
            }
        }
        return Origin.computed(layer == layers.size()
                ? "though the outputs of all layers are finite"
                : "first seen in the output of " + layers.get(layer).label() + " for "
                        + name.apply(sample));
    }

    /** A value for a message: one that a float cannot hold became infinite as it was rounded. */
    private static String shown(Elements values, int index) {
        double value = values.get(index);
        return values instanceof Elements.Floats && Double.isInfinite(value)
                ? value + " (single precision ends at " + Float.MAX_VALUE + ")"
                : String.valueOf(value);
    }

    /** Copies the arrays of a network from one plan to another. */
    static void copyArrays(Plan from, Plan to) {
        for (int i = 0; i < from.arrays().size(); i++) {
            Elements values = from.arrays().get(i).values();
            values.copy(0, to.arrays().get(i).values(), 0, values.length());
        }
    }

    /** The first of some layers whose output is not finite; their number if all are. */
    private static int firstNonFinite(Plan trace, int layers) {
        for (int layer = 0; layer < layers; layer++) {
            double[] outputs = trace.outputs(layer, 1);
            if (firstNonFinite(Elements.of(outputs), outputs.length) >= 0) {
                return layer;
            }
        }
        return layers;
    }

    /** The index of the first of some values that is not finite; -1 if all are. */
    private static int firstNonFinite(Elements values, int count) {
        for (int i = 0; i < count; i++) {
            if (!Double.isFinite(values.get(i))) {
                return i;
            }
        }
        return -1;
    }

    /** The first parameter that is not finite, as a line of text; null if all are. */
    String parameterFault() {
        for (ParameterBuffer parameter : plan.arrays()) {
            int found = firstNonFinite(parameter.values(), parameter.values().length());
            if (found >= 0) {
                return "parameter " + parameter.spec().name() + " holds "
                        + parameter.values().get(found);
            }
        }
        return null;
    }
}
