package org.lanewise.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.kernel.Elements;
import org.lanewise.kernel.Task;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.ReduceOnPlateau;
import org.lanewise.spec.Schedule;

/**
 * Moves every parameter along its gradient by the rule of an optimizer, whose state it holds.
 *
 * <p>Parameters that are frozen from the first epoch have neither a gradient nor a state.
 */
public final class Update {
    /** Elements of a block: updating them takes longer than taking the block. */
    static final int PIECE = 16384;

    /** In {@link #base}: the learning rate that the schedule begins with, reduced at each plateau. */
    private static final int RATE = 0;
    /** The lowest loss of an epoch. */
    private static final int BEST = 1;
    /** Epochs since then, without those of a cooldown. */
    private static final int BAD_EPOCHS = 2;
    /** Epochs of the cooldown that are left. */
    private static final int COOLDOWN = 3;

    /** What is learned, with the group that it belongs to. */
    private record Learned(ParameterBuffer buffer, ParameterGroup group, Task task) {}

    private final Team team;
    private final Schedule schedule;
    /** An array, because checkpoints hold it where the schedule is a {@link ReduceOnPlateau}. */
    private final double[] base;
    private final ReduceOnPlateau plateau;
    private final List<ParameterBuffer> memory = new ArrayList<>();
    private final List<Learned> parameters = new ArrayList<>();
    private final List<ParameterGroup> groups;
    private final List<UpdateRule> rules;
    private final boolean freezes;
    private List<Task> tasks = List.of();
    private List<ParameterBuffer> learning = List.of();
    private long updates;

    private Update(Plan plan, Optimizer optimizer, Schedule schedule) {
        this.team = plan.workers();
        this.schedule = schedule;
        this.plateau = schedule.plateau().orElse(null);
        this.base = new double[COOLDOWN + 1];
        base[RATE] = optimizer.learningRate();
        base[BEST] = Double.MAX_VALUE;
        List<ParameterBuffer> buffers = plan.parameters();
        List<ParameterGroup> assigned = ParameterGroup.of(plan.options().groups(),
                buffers.stream().map(ParameterBuffer::spec).toList());
        List<List<Elements>> arrays = new ArrayList<>();
        for (String name : UpdateRule.arrays(optimizer)) {
            arrays.add(buffers.stream().map(buffer -> state(plan, buffer, name)).toList());
        }
        Map<ParameterGroup, UpdateRule> ruleOf = new LinkedHashMap<>();
        for (int i = 0; i < buffers.size(); i++) {
            int index = i;
            ParameterBuffer buffer = buffers.get(i);
            ParameterGroup group = assigned.get(i);
            if (buffer.gradient() != null) {
                UpdateRule rule = ruleOf.computeIfAbsent(group,
                        _ -> new UpdateRule(group.weightDecay().isPresent()
                                ? optimizer.weightDecay(group.weightDecay().getAsDouble())
                                : optimizer));
                parameters.add(new Learned(buffer, group, Task.range(buffer.values().length(),
                        PIECE,
                        plan.loops().update(rule, buffer, array -> arrays.get(array).get(index)))));
            }
        }
        this.groups = List.copyOf(ruleOf.keySet());
        this.rules = List.copyOf(ruleOf.values());
        this.freezes = groups.stream().anyMatch(group -> group.frozenFromEpoch().isPresent());
        if (plateau != null) {
            memory.add(new ParameterBuffer(MemoryUse.WHOLE_NETWORK,
                    new ParameterSpec("plateau/rate", List.of(base.length)), Elements.of(base),
                    null));
        }
        freeze(0);
    }

    /** An array of the state of a parameter; null if the parameter is not learned. */
    private Elements state(Plan plan, ParameterBuffer parameter, String name) {
        if (parameter.gradient() == null) {
            return null;
        }
        ParameterSpec spec = parameter.spec();
        Elements array = plan.workspace().elements(parameter.layer(), Kind.OPTIMIZER,
                spec.name() + " " + name.replace('_', ' '), spec.size());
        memory.add(new ParameterBuffer(parameter.layer(),
                new ParameterSpec(spec.name() + "/" + name, spec.shape()), array, null));
        return array;
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
     * @param plan what learns, compiled for its groups of parameters
     * @param optimizer which rule
     * @param schedule of its learning rate
     */
    public static Update of(Plan plan, Optimizer optimizer, Schedule schedule) {
        return new Update(plan, optimizer, schedule);
    }

    /**
     * Freezes the groups of parameters that an epoch does not change, and no others.
     *
     * @param index of the epoch, from 0
     */
    public void epoch(int index) {
        if (freezes) {
            freeze(index);
        }
    }

    private void freeze(int index) {
        List<Learned> learned = parameters.stream().filter(one -> !one.group().frozen(index))
                .toList();
        tasks = learned.stream().map(Learned::task).toList();
        learning = learned.stream().map(Learned::buffer).toList();
    }

    /** {@return the index of the first epoch that changes no parameter; {@code Integer.MAX_VALUE} if none} */
    public int frozenFrom() {
        return groups.stream()
                .mapToInt(group -> group.frozenFromEpoch().orElse(Integer.MAX_VALUE)).max()
                .orElse(0);
    }

    /** {@return the parameters that {@link #apply} moves, in order of the layers} */
    public List<ParameterBuffer> learning() {
        return learning;
    }

    /**
     * Reads the gradients of the last backward pass and overwrites the parameters.
     *
     * @throws IllegalArgumentException if the schedule has no rate for this update; no parameter has
     *         moved
     */
    public void apply() {
        double rate = schedule.rate(base[RATE], updates);
        for (int i = 0; i < rules.size(); i++) {
            rules.get(i).prepare(rate * groups.get(i).learningRateFactor(), updates + 1);
        }
        team.run(tasks, 1);
        updates++;
    }

    /**
     * Reduces the learning rate after an epoch, where the schedule is a {@link ReduceOnPlateau}.
     *
     * @param loss of the epoch
     */
    public void epochEnds(double loss) {
        if (plateau == null) {
            return;
        }
        boolean better = plateau.isBetter(loss, base[BEST]);
        base[BEST] = better ? loss : base[BEST];
        base[BAD_EPOCHS] = better || base[COOLDOWN] > 0 ? 0 : base[BAD_EPOCHS] + 1;
        base[COOLDOWN] = Math.max(0, base[COOLDOWN] - 1);
        if (base[BAD_EPOCHS] > plateau.patience()) {
            base[RATE] = plateau.reduced(base[RATE]);
            base[BAD_EPOCHS] = 0;
            base[COOLDOWN] = plateau.cooldown();
        }
    }

    /** {@return the learning rate of the last update; before the first, that of the first} */
    public double learningRate() {
        return schedule.rate(base[RATE], Math.max(0, updates - 1));
    }

    /** {@return how often it was applied} */
    public long updates() {
        return updates;
    }

    /**
     * Lets the next update be that after a number of others, of which {@link #memory()} was filled.
     *
     * @param before how many
     */
    public void updates(long before) {
        updates = before;
        rules.forEach(UpdateRule::restart);
    }

    /**
     * {@return the state of the optimizer, an array a parameter, named as {@code 0.weight/velocity};
     * row-major, shared with it, without gradients}
     */
    public List<ParameterBuffer> memory() {
        return List.copyOf(memory);
    }
}
