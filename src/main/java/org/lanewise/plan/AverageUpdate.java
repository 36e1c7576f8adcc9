package org.lanewise.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lanewise.kernel.Elements;
import org.lanewise.kernel.Task;
import org.lanewise.spec.Average;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.ParameterSpec;

/**
 * The average of parameters and states of layers over the updates of a training; nothing where there is
 * none.
 *
 * <p>The average of an {@link Average.Ema} is what others see as the parameters. It has their arrays except
 * while steps are taken; then those hold what learns.
 */
public final class AverageUpdate {
    private final Team team;
    private final Average average;
    private final List<ParameterBuffer> memory = new ArrayList<>();
    private final List<Task> copies = new ArrayList<>();
    private final List<Task> updates = new ArrayList<>();
    private final List<Task> exchanges = new ArrayList<>();
    private double keep;
    private boolean shown = true;
    private boolean begun;

    /**
     * Allocates an average with a plan's arrays.
     *
     * @param plan what learns
     * @param average which, if any
     */
    public AverageUpdate(Plan plan, Optional<Average> average) {
        this.team = plan.workers();
        this.average = average.orElse(null);
        boolean feedsBack = this.average instanceof Average.Lookahead;
        for (ParameterBuffer array : average.isEmpty()
                ? List.<ParameterBuffer>of()
                : plan.arrays()) {
            ParameterSpec spec = array.spec();
            if (array.gradient() != null || spec.state() && !spec.counts()) {
                String name = feedsBack ? "slow" : "fast";
                Elements copy = plan.workspace().elements(array.layer(), Kind.OPTIMIZER,
                        spec.name() + " " + name, spec.size());
                memory.add(new ParameterBuffer(array.layer(),
                        new ParameterSpec(spec.name() + "/" + name, spec.shape()), copy, null));
                ElementLoops loops = plan.loops();
                updates.add(Task.range(copy.length(), Update.PIECE,
                        loops.average(array.values(), copy, feedsBack, () -> keep)));
                exchanges.add(Task.range(copy.length(), Update.PIECE,
                        loops.exchange(array.values(), copy)));
                copies.add(Task.range(copy.length(), Update.PIECE,
                        loops.copy(array.values(), copy)));
            }
        }
    }

    /**
     * Lets the next update be that after others.
     *
     * @param updates applied so far
     */
    public void restore(long updates) {
        begun = average != null && updates >= average.every();
    }

    /** Lets the average be the current parameters. */
    public void begin() {
        // By the caller, who may not share a pool with anyone yet.
        Team.alone().run(copies, 1);
    }

    /**
     * Averages after an update, if it is time.
     *
     * @param applied updates so far, those of earlier trainings included
     * @param number of the update in its training, from 1
     * @param total updates of the training; 0 where they are unknown
     */
    public void follow(long applied, long number, long total) {
        long count = average instanceof Average.Ema ? applied : number;
        if (average != null && count % average.every() == 0) {
            keep = average.keep(count, total);
            team.run(updates, 1);
            begun = true;
        }
    }

    /** Ends a training: its parameters become the slow weights, where there are any. */
    public void end() {
        if (average instanceof Average.Lookahead) {
            keep = 1.0;
            team.run(updates, 1);
        }
    }

    /**
     * Lets the arrays of the parameters hold the average, or what learns; the same for all but an
     * {@link Average.Ema}, and for that before the first averaging.
     *
     * @param averaged which
     * @return what they held before
     */
    public boolean show(boolean averaged) {
        boolean before = shown;
        if (averaged != shown && average instanceof Average.Ema) {
            if (!begun) {
                begin();
            }
            team.run(exchanges, 1);
        }
        shown = averaged;
        return before;
    }

    /**
     * {@return the arrays next to the parameters, while the average is shown: slow weights, or what learns;
     * named as {@code 0.weight/slow}, shared with it}
     */
    public List<ParameterBuffer> memory() {
        return memory;
    }
}
