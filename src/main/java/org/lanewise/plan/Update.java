package org.lanewise.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.lanewise.kernel.Task;
import org.lanewise.spec.Lion;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.NAdam;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.RmsProp;
import org.lanewise.spec.Schedule;

/** Moves every parameter along its gradient, by one rule; holds the rule's memory. */
public abstract sealed class Update permits SgdUpdate, AdamUpdate, NAdamUpdate, RmsPropUpdate,
        LionUpdate {
    /** Elements of a block: updating them takes longer than taking the block. */
    private static final int PIECE = 16384;

    private final Team team;
    private final List<ParameterBuffer> parameters;
    private final List<List<ParameterBuffer>> memory = new ArrayList<>();
    private final double base;
    private final Schedule schedule;
    private List<Task> tasks = List.of();
    private long updates;

    /**
     * Allocates the memory of a rule.
     *
     * @param names of its arrays, one of each a parameter
     */
    Update(Plan plan, Optimizer optimizer, Schedule schedule, List<String> names) {
        this.team = plan.workers();
        this.parameters = plan.parameters();
        this.base = optimizer.learningRate();
        this.schedule = schedule;
        for (String name : names) {
            memory.add(parameters.stream().map(parameter -> {
                ParameterSpec spec = parameter.spec();
                double[] array = plan.workspace().doubles(parameter.layer(), Kind.OPTIMIZER,
                        spec.name() + " " + name.replace('_', ' '), spec.size());
                return new ParameterBuffer(parameter.layer(),
                        new ParameterSpec(spec.name() + "/" + name, spec.shape()), array, null);
            }).toList());
        }
    }

    /**
     * {@return the rule for a plan at a constant learning rate, its state zero and allocated with
     * the plan's}
     *
     * @param plan what learns
     * @param optimizer which rule
     */
    public static Update of(Plan plan, Optimizer optimizer) {
        return of(plan, optimizer, Schedule.CONSTANT);
    }

    /**
     * {@return the rule for a plan, its state zero and allocated with the plan's}
     *
     * @param plan what learns
     * @param optimizer which rule
     * @param schedule of its learning rate
     */
    public static Update of(Plan plan, Optimizer optimizer, Schedule schedule) {
        return switch (optimizer) {
            case Optimizer.Sgd sgd -> new SgdUpdate(plan, sgd, schedule);
            case Optimizer.Adam adam -> AdamUpdate.of(plan, adam, schedule);
            case Optimizer.AdamW adamW -> AdamUpdate.of(plan, adamW, schedule);
            case NAdam nadam -> new NAdamUpdate(plan, nadam, schedule);
            case RmsProp rmsProp -> new RmsPropUpdate(plan, rmsProp, schedule);
            case Lion lion -> new LionUpdate(plan, lion, schedule);
        };
    }

    /** Sets the loops over the elements of each parameter, which do not depend on one another. */
    final void loops(IntFunction<Task.Range> loop) {
        tasks = IntStream.range(0, parameters.size()).mapToObj(i -> Task.range(
                parameters.get(i).values().length, PIECE, loop.apply(i))).toList();
    }

    final ParameterBuffer parameter(int i) {
        return parameters.get(i);
    }

    /** {@return one of the rule's arrays of a parameter, null if the rule has fewer} */
    final double[] memory(int array, int i) {
        return array < memory.size() ? memory.get(array).get(i).values() : null;
    }

    /**
     * Computes what all elements share, before the loops run.
     *
     * @param rate learning rate of this update
     * @param number of this update, from 1
     */
    abstract void prepare(double rate, long number);

    /**
     * Reads the gradients of the last backward pass and overwrites the parameters.
     *
     * @throws IllegalArgumentException if the schedule has no rate for this update; no parameter has
     *         moved
     */
    public final void apply() {
        prepare(schedule.rate(base, updates), updates + 1);
        team.run(tasks, 1);
        updates++;
    }

    /** {@return the learning rate of the last update; before the first, that of the first} */
    public final double learningRate() {
        return schedule.rate(base, Math.max(0, updates - 1));
    }

    /** {@return how often it was applied} */
    public final long updates() {
        return updates;
    }

    /**
     * Lets the next update be that after a number of others, of which {@link #memory()} was filled.
     *
     * @param before how many
     */
    public final void updates(long before) {
        updates = before;
        resume(before);
    }

    /** Restores what follows from the number of updates. */
    void resume(long before) {}

    /**
     * {@return what the rule remembers, an array a parameter, named as {@code 0.weight/velocity};
     * row-major, shared with it, without gradients}
     */
    public final List<ParameterBuffer> memory() {
        return memory.stream().flatMap(List::stream).toList();
    }
}
