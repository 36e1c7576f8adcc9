package org.lanewise.plan;

import java.util.List;
import org.lanewise.kernel.AdamConstants;
import org.lanewise.kernel.reference.AdamScalar;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Schedule;

/** Adam and AdamW, which differ in their constants alone. */
final class AdamUpdate extends Update {
    private final double decoupledDecay;
    /** The powers of beta1 and beta2. */
    private final Schedule firstPower;
    private final Schedule secondPower;
    /**
     * Of the running update: the learning rate / (1 - beta1^t), sqrt(1 - beta2^t), and the factor of
     * the values.
     */
    private double stepSize;
    private double root;
    private double shrink;

    private AdamUpdate(Plan plan, Optimizer optimizer, Schedule schedule, AdamConstants rule,
            double decoupledDecay) {
        super(plan, optimizer, schedule, List.of("first_moment", "second_moment"));
        this.decoupledDecay = decoupledDecay;
        this.firstPower = new Schedule.Exponential(rule.beta1());
        this.secondPower = new Schedule.Exponential(rule.beta2());
        loops(i -> {
            AdamScalar loop = new AdamScalar(rule, parameter(i).values(), parameter(i).gradient(),
                    memory(0, i), memory(1, i));
            return (from, to) -> loop.update(stepSize, root, shrink, from, to);
        });
    }

    static AdamUpdate of(Plan plan, Optimizer.Adam adam, Schedule schedule) {
        return new AdamUpdate(plan, adam, schedule, new AdamConstants(adam.beta1(), adam.beta2(),
                adam.epsilon(), adam.weightDecay()), 0.0);
    }

    static AdamUpdate of(Plan plan, Optimizer.AdamW adamW, Schedule schedule) {
        return new AdamUpdate(plan, adamW, schedule, new AdamConstants(adamW.beta1(),
                adamW.beta2(), adamW.epsilon(), 0.0), adamW.weightDecay());
    }

    @Override
    void prepare(double rate, long number) {
        stepSize = rate / (1.0 - firstPower.rate(1.0, number));
        root = Math.sqrt(1.0 - secondPower.rate(1.0, number));
        shrink = 1.0 - rate * decoupledDecay;
    }
}
