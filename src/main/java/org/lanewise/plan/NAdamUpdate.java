package org.lanewise.plan;

import java.util.List;
import org.lanewise.kernel.AdamConstants;
import org.lanewise.kernel.reference.AdamScalar;
import org.lanewise.spec.NAdam;
import org.lanewise.spec.Schedule;

/** Adam with Nesterov's momentum, whose share grows from half of beta1 to all of it. */
final class NAdamUpdate extends Update {
    private final double beta1;
    private final Schedule secondPower;
    /** 0.96^(t momentumDecay). */
    private final Schedule missing;
    /** Of all updates so far: the product of their shares. */
    private double product = 1.0;
    /** Of the running update: the steps along gradient and first moment, and 1 - beta2^t. */
    private double gradientStep;
    private double momentStep;
    private double correction;

    NAdamUpdate(Plan plan, NAdam nadam, Schedule schedule) {
        super(plan, nadam, schedule, List.of("exp_avg", "exp_avg_sq"));
        this.beta1 = nadam.beta1();
        this.secondPower = new Schedule.Exponential(nadam.beta2());
        this.missing = new Schedule.Exponential(StrictMath.pow(0.96, nadam.momentumDecay()));
        AdamConstants rule = new AdamConstants(nadam.beta1(), nadam.beta2(), nadam.epsilon(),
                nadam.weightDecay());
        loops(i -> {
            AdamScalar loop = new AdamScalar(rule, parameter(i).values(), parameter(i).gradient(),
                    memory(0, i), memory(1, i));
            return (from, to) -> loop.nesterov(gradientStep, momentStep, correction, from, to);
        });
    }

    private double share(long number) {
        return beta1 * (1.0 - missing.rate(0.5, number));
    }

    @Override
    void prepare(double rate, long number) {
        double share = share(number);
        double next = share(number + 1);
        product *= share;
        gradientStep = rate * (1.0 - share) / (1.0 - product);
        momentStep = rate * next / (1.0 - product * next);
        correction = 1.0 - secondPower.rate(1.0, number);
    }

    /** A product that has reached 0 stays there. */
    @Override
    void resume(long before) {
        product = 1.0;
        for (long number = 1; number <= before && product != 0; number++) {
            product *= share(number);
        }
    }
}
