package org.lanewise.plan;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernel.reference.RmsPropScalar;
import org.lanewise.spec.RmsProp;
import org.lanewise.spec.Schedule;

/** RMSprop; the mean gradients are there if it is centered, the buffers if it has momentum. */
final class RmsPropUpdate extends Update {
    private double rate;

    RmsPropUpdate(Plan plan, RmsProp rule, Schedule schedule) {
        super(plan, rule, schedule, names(rule));
        int average = rule.centered() ? 1 : Integer.MAX_VALUE;
        int buffer = rule.momentum() == 0 ? Integer.MAX_VALUE : rule.centered() ? 2 : 1;
        loops(i -> {
            RmsPropScalar loop = new RmsPropScalar(rule.alpha(), rule.epsilon(), rule.momentum(),
                    rule.weightDecay(), parameter(i).values(), parameter(i).gradient(),
                    memory(0, i), memory(average, i), memory(buffer, i));
            return (from, to) -> loop.update(rate, from, to);
        });
    }

    private static List<String> names(RmsProp rule) {
        List<String> names = new ArrayList<>(List.of("square_avg"));
        if (rule.centered()) {
            names.add("grad_avg");
        }
        if (rule.momentum() != 0) {
            names.add("momentum_buffer");
        }
        return names;
    }

    @Override
    void prepare(double learningRate, long number) {
        rate = learningRate;
    }
}
