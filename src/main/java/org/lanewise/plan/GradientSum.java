package org.lanewise.plan;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernel.Elements;
import org.lanewise.kernel.Task;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.ParameterSpec;

/**
 * The gradients of an update, from one batch or added up over several: those of the mean or the sum of the
 * losses of all their samples.
 */
public final class GradientSum {
    private final Plan plan;
    private final int batches;
    private final List<ParameterBuffer> memory = new ArrayList<>();
    private final List<Task> copies = new ArrayList<>();
    private final List<Task> additions = new ArrayList<>();
    private final List<Task> results = new ArrayList<>();
    /** Batches so far, below 0 where they are those of single steps, and the sum of their divisors. */
    private final double[] seen;
    /** What a batch counts: 1 in an epoch, -1 in single steps. */
    private double one = 1;
    private double scale;

    /**
     * Allocates what several batches need with a plan's arrays.
     *
     * @param plan what computes gradients
     * @param batches of an update
     */
    public GradientSum(Plan plan, int batches) {
        this.plan = plan;
        this.batches = batches;
        this.seen = new double[2];
        if (batches > 1) {
            add(MemoryUse.WHOLE_NETWORK, new ParameterSpec("accumulation/batches", List.of(2)),
                    Elements.of(seen));
            plan.parameters().stream().filter(one -> one.gradient() != null).forEach(this::sum);
        }
    }

    private void add(int layer, ParameterSpec spec, Elements values) {
        memory.add(new ParameterBuffer(layer, spec, values, null));
    }

    private void sum(ParameterBuffer parameter) {
        ParameterSpec spec = parameter.spec();
        Elements gradient = parameter.gradient();
        Elements sum = plan.workspace().elements(parameter.layer(), Kind.OPTIMIZER,
                spec.name() + " accumulated gradient", spec.size());
        add(parameter.layer(), new ParameterSpec(spec.name() + "/accumulated", spec.shape()), sum);
        copies.add(task(sum, plan.loops().copy(gradient, sum)));
        additions.add(task(sum, plan.loops().accumulate(gradient, sum)));
        results.add(task(sum, plan.loops().scaled(() -> scale, sum, gradient)));
    }

    private static Task task(Elements sum, Task.Range loop) {
        return Task.range(sum.length(), Update.PIECE, loop);
    }

    /** {@return what the sum of the last batch's losses is divided by for their mean} */
    public double divisor() {
        return plan.objective().divisor();
    }

    /** {@return whether the next batch is the last of an update} */
    public boolean isFull() {
        return Math.abs(seen[0]) + 1 >= batches;
    }

    /**
     * Sets what the next batches are part of; those of the other kind that no update followed are dropped.
     *
     * @param single whether they are those of single steps; else they are those of an epoch
     */
    public void continues(boolean single) {
        one = single ? -1 : 1;
        if (seen[0] * one < 0) {
            clear();
        }
    }

    /**
     * Marks restored batches as those of single steps, where there are any. Checkpoints before format 6 do
     * not mark them; where no step of an epoch was taken, they can be no others.
     */
    public void restoredSingle() {
        if (seen[0] > 0) {
            seen[0] = -seen[0];
        }
    }

    /** Forgets batches that no update followed. */
    public void clear() {
        seen[0] = 0;
        seen[1] = 0;
    }

    /** Lets the next backward pass compute gradients that can be added up; its loss was computed. */
    public void begin() {
        if (batches > 1) {
            plan.objective().sumGradients();
        }
    }

    /** Adds the gradients that the backward pass after {@link #begin} computed to those before. */
    public void add() {
        add(divisor());
    }

    /**
     * Adds the gradients that the parameters have, of the sum of the losses of a batch, to those before.
     *
     * @param divisor what that sum is divided by for the mean
     */
    public void add(double divisor) {
        if (batches > 1) {
            plan.workers().run(seen[0] == 0 ? copies : additions, 1);
            seen[1] += divisor;
        }
        seen[0] += one;
    }

    /**
     * Leaves the gradients of all batches since the last update in the parameters' gradients.
     *
     * @return whether there was a batch
     */
    public boolean finish() {
        boolean any = seen[0] != 0;
        if (any && batches > 1) {
            scale = plan.network().loss().reduction().scale(seen[1]);
            plan.workers().run(results, 1);
        }
        clear();
        return any;
    }

    /** {@return the sums, named as {@code 0.weight/accumulated}, and their counts; shared with it} */
    public List<ParameterBuffer> memory() {
        return memory;
    }
}
