package org.lanewise.plan;

import java.util.List;
import org.lanewise.kernel.SgdConstants;
import org.lanewise.kernel.reference.SgdScalar;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Schedule;

/** Stochastic gradient descent; there are no velocities without momentum. */
final class SgdUpdate extends Update {
    private final double dampening;
    private double rate;
    /** What of the gradient enters the velocity in the running update. */
    private double share;

    SgdUpdate(Plan plan, Optimizer.Sgd sgd, Schedule schedule) {
        super(plan, sgd, schedule, sgd.momentum() == 0 ? List.of() : List.of("velocity"));
        this.dampening = sgd.dampening();
        SgdConstants rule = new SgdConstants(sgd.momentum(), sgd.weightDecay(), sgd.nesterov());
        loops(i -> {
            SgdScalar loop = new SgdScalar(rule, parameter(i).values(), parameter(i).gradient(),
                    memory(0, i));
            return loop.velocity() == null
                    ? (from, to) -> loop.plain(rate, from, to)
                    : (from, to) -> loop.momentum(rate, share, from, to);
        });
    }

    @Override
    void prepare(double learningRate, long number) {
        rate = learningRate;
        share = number == 1 ? 1.0 : 1.0 - dampening;
    }
}
