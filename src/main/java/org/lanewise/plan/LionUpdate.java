package org.lanewise.plan;

import java.util.List;
import org.lanewise.kernel.reference.LionScalar;
import org.lanewise.spec.Lion;
import org.lanewise.spec.Schedule;

/** Lion, which steps along the sign of a mean of gradients. */
final class LionUpdate extends Update {
    private final double weightDecay;
    private double rate;
    private double shrink;

    LionUpdate(Plan plan, Lion lion, Schedule schedule) {
        super(plan, lion, schedule, List.of("exp_avg"));
        this.weightDecay = lion.weightDecay();
        loops(i -> {
            LionScalar loop = new LionScalar(lion.beta1(), lion.beta2(), parameter(i).values(),
                    parameter(i).gradient(), memory(0, i));
            return (from, to) -> loop.update(rate, shrink, from, to);
        });
    }

    @Override
    void prepare(double learningRate, long number) {
        rate = learningRate;
        shrink = 1.0 - learningRate * weightDecay;
    }
}
