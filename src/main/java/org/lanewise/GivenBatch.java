package org.lanewise;

import org.lanewise.plan.Plan;

/** A batch in arrays of a caller, of a step outside of a training. */
final class GivenBatch implements BatchSource {
    private final Plan plan;
    private final int shards;
    private int samples;
    private int first;
    private double[] doubles;
    private float[] floats;
    private int[] labels;
    private double[] doubleTargets;
    private float[] floatTargets;

    GivenBatch(Plan plan, int shards) {
        this.plan = plan;
        this.shards = shards;
    }

    /** Holds arrays until {@link #clear}; one of each pair is null, and so are labels or targets. */
    GivenBatch of(int count, double[] inputs, float[] floatInputs, int[] classes, double[] values,
            float[] floatValues) {
        samples = count;
        doubles = inputs;
        floats = floatInputs;
        labels = classes;
        doubleTargets = values;
        floatTargets = floatValues;
        return this;
    }

    void clear() {
        of(0, null, null, null, null, null);
    }

    @Override
    public int load(int shard) {
        int count = Shards.size(samples, shards, shard);
        first = Shards.first(samples, shards, shard);
        int each = plan.inputSize();
        if (doubles != null) {
            plan.inputs().write(doubles, first * each, 0, count * each);
        } else {
            plan.inputs().write(floats, first * each, 0, count * each);
        }
        int width = plan.outputSize();
        if (labels != null) {
            System.arraycopy(labels, first, plan.labels(), 0, count);
        } else if (doubleTargets != null) {
            plan.targets().write(doubleTargets, first * width, 0, count * width);
        } else {
            plan.targets().write(floatTargets, first * width, 0, count * width);
        }
        if (labels == null) {
            StepArguments.requireAccepted(plan, count, first);
        }
        return count;
    }

    @Override
    public String name(int place) {
        return "input " + (first + place) + " of the batch";
    }
}
