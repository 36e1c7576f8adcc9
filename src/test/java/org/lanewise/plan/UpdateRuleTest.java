package org.lanewise.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernel.Elements;
import org.lanewise.kernel.Task;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterSpec;

/** What all elements of an update share. */
class UpdateRuleTest {
    static List<Optimizer> optimizers() {
        return List.of(Optimizer.sgd(0.1).momentum(0.9).dampening(0.5), Optimizer.adam(0.1),
                Optimizer.adamW(0.1), Optimizer.nadam(0.1), Optimizer.rmsProp(0.1),
                Optimizer.lion(0.1));
    }

    /** A parameter after some updates, each of them prepared some times. */
    private static double[] values(Optimizer optimizer, int times) {
        UpdateRule rule = new UpdateRule(optimizer);
        double[] values = {1, -2, 0.25};
        double[][] state = new double[3][values.length];
        ParameterBuffer parameter = new ParameterBuffer(0,
                new ParameterSpec("0.weight", List.of(values.length)), Elements.of(values),
                Elements.of(new double[] {0.5, -3, 1e-3}));
        Task.Range loop = new UpdateLoops().update(rule, parameter,
                index -> Elements.of(state[index]));
        for (int number = 1; number <= 4; number++) {
            for (int i = 0; i < times; i++) {
                rule.prepare(0.1, number);
            }
            loop.run(0, values.length);
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void anUpdateMayBePreparedAgain(Optimizer optimizer) {
        assertArrayEquals(values(optimizer, 1), values(optimizer, 3));
    }
}
