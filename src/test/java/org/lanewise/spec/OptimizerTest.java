package org.lanewise.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The range of every number of an optimizer, its defaults, and how it prints. */
class OptimizerTest {
    private static final double[] NOT_FINITE_OR_NEGATIVE = {-Double.MIN_VALUE, -1, Double.NaN,
            Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

    private static void range(List<Arguments> list, String name, String range,
            DoubleFunction<Optimizer> make, double[] accepted, double... refused) {
        DoubleStream.concat(DoubleStream.of(refused), DoubleStream.of(NOT_FINITE_OR_NEGATIVE))
                .forEach(value -> list.add(Arguments.of(
                        name + " " + value + " must be " + range, value, make)));
        for (double value : accepted) {
            list.add(Arguments.of("", value, make));
        }
    }

    static Stream<Arguments> ranges() {
        List<Arguments> list = new ArrayList<>();
        double[] finite = {0, -0.0, Double.MIN_VALUE, 1, 2, Double.MAX_VALUE};
        double[] share = {0, Double.MIN_VALUE, Math.nextDown(1.0)};
        String any = "finite and at least 0";
        String below = "at least 0 and below 1";
        range(list, "learning rate", any, v -> new Optimizer.Sgd(v, 0.9, 0, 0, true), finite);
        range(list, "momentum", below, v -> new Optimizer.Sgd(1, v, 0, 0, false), share, 1);
        range(list, "dampening", "from 0 to 1", v -> new Optimizer.Sgd(1, 0.9, v, 0, false),
                new double[] {0, 0.5, 1}, Math.nextUp(1.0));
        range(list, "weight decay", any, v -> new Optimizer.Sgd(1, 0.9, 0, v, false), finite);
        range(list, "learning rate", any, v -> new Optimizer.Adam(v, 0, 0, 0, 0), finite);
        range(list, "beta1", below, v -> new Optimizer.Adam(1, v, 0, 0, 0), share, 1);
        range(list, "beta2", below, v -> new Optimizer.Adam(1, 0, v, 0, 0), share, 1);
        range(list, "epsilon", any, v -> new Optimizer.Adam(1, 0, 0, v, 0), finite);
        range(list, "weight decay", any, v -> new Optimizer.Adam(1, 0, 0, 0, v), finite);
        range(list, "learning rate", any, v -> new Optimizer.AdamW(v, 0, 0, 0, 0), finite);
        range(list, "beta1", below, v -> new Optimizer.AdamW(1, v, 0, 0, 0), share, 1);
        range(list, "beta2", below, v -> new Optimizer.AdamW(1, 0, v, 0, 0), share, 1);
        range(list, "epsilon", any, v -> new Optimizer.AdamW(1, 0, 0, v, 0), finite);
        range(list, "weight decay", any, v -> new Optimizer.AdamW(1, 0, 0, 0, v), finite);
        range(list, "learning rate", any, v -> new NAdam(v, 0, 0, 0, 0, 0), finite);
        range(list, "beta1", below, v -> new NAdam(1, v, 0, 0, 0, 0), share, 1);
        range(list, "beta2", below, v -> new NAdam(1, 0, v, 0, 0, 0), share, 1);
        range(list, "epsilon", any, v -> new NAdam(1, 0, 0, v, 0, 0), finite);
        range(list, "weight decay", any, v -> new NAdam(1, 0, 0, 0, v, 0), finite);
        range(list, "momentum decay", any, v -> new NAdam(1, 0, 0, 0, 0, v), finite);
        range(list, "learning rate", any, v -> new RmsProp(v, 0, 0, 0, 0, true), finite);
        range(list, "alpha", below, v -> new RmsProp(1, v, 0, 0, 0, true), share, 1);
        range(list, "epsilon", any, v -> new RmsProp(1, 0, v, 0, 0, true), finite);
        range(list, "weight decay", any, v -> new RmsProp(1, 0, 0, v, 0, true), finite);
        range(list, "momentum", below, v -> new RmsProp(1, 0, 0, 0, v, true), share, 1);
        range(list, "learning rate", any, v -> new Lion(v, 0, 0, 0), finite);
        range(list, "beta1", below, v -> new Lion(1, v, 0, 0), share, 1);
        range(list, "beta2", below, v -> new Lion(1, 0, v, 0), share, 1);
        range(list, "weight decay", any, v -> new Lion(1, 0, 0, v), finite);
        return list.stream();
    }

    @ParameterizedTest
    @MethodSource("ranges")
    void aNumberOutOfRangeIsRefusedAndOneInRangeIsNot(String message, double value,
            DoubleFunction<Optimizer> make) {
        if (message.isEmpty()) {
            make.apply(value);
        } else {
            assertEquals(message, assertThrows(IllegalArgumentException.class,
                    () -> make.apply(value)).getMessage());
        }
    }

    @Test
    void nesterovNeedsMomentumAndNoDampening() {
        assertEquals("Nesterov needs a momentum above 0 and no dampening; found momentum 0.0,"
                + " dampening 0.0",
                assertThrows(IllegalArgumentException.class,
                        () -> new Optimizer.Sgd(0.1, 0, 0, 0, true)).getMessage());
        assertEquals("Nesterov needs a momentum above 0 and no dampening; found momentum 0.9,"
                + " dampening 0.5",
                assertThrows(IllegalArgumentException.class,
                        () -> new Optimizer.Sgd(0.1, 0.9, 0.5, 0, true)).getMessage());
        assertEquals(true, new Optimizer.Sgd(0.1, 0.9, 0, 0, true).nesterov());
    }

    @Test
    void theShortFormsHaveTheDefaultsOfPyTorch() {
        assertEquals(new Optimizer.Sgd(0.1, 0, 0, 0, false), Optimizer.sgd(0.1));
        assertEquals(new Optimizer.Adam(0.1, 0.9, 0.999, 1e-8, 0), Optimizer.adam(0.1));
        assertEquals(new Optimizer.AdamW(0.1, 0.9, 0.999, 1e-8, 0.01), Optimizer.adamW(0.1));
        assertEquals(new NAdam(0.1, 0.9, 0.999, 1e-8, 0, 0.004), Optimizer.nadam(0.1));
        assertEquals(new RmsProp(0.1, 0.99, 1e-8, 0, 0, false), Optimizer.rmsProp(0.1));
        assertEquals(new Lion(0.1, 0.9, 0.99, 0), Optimizer.lion(0.1));
    }

    @Test
    void changingOneNumberKeepsTheOthers() {
        Optimizer.Sgd sgd = new Optimizer.Sgd(0.1, 0.9, 0, 0.01, true);
        assertEquals(new Optimizer.Sgd(0.1, 0.5, 0, 0.01, true), sgd.momentum(0.5));
        assertEquals(new Optimizer.Sgd(0.1, 0.9, 0, 0.02, true), sgd.weightDecay(0.02));
        assertEquals(new Optimizer.Sgd(0.1, 0.5, 0.25, 0.02, false),
                new Optimizer.Sgd(0.1, 0.4, 0.25, 0.01, false).momentum(0.5).weightDecay(0.02));
    }

    @Test
    void anOptimizerPrintsItsRuleAndNumbers() {
        assertEquals("sgd(learning rate 0.1, momentum 0.0)", Optimizer.sgd(0.1).toString());
        assertEquals("sgd(learning rate 0.1, momentum 0.9, dampening 0.5, weight decay 0.01)",
                new Optimizer.Sgd(0.1, 0.9, 0.5, 0.01, false).toString());
        assertEquals("sgd(learning rate 0.1, momentum 0.9, nesterov)",
                new Optimizer.Sgd(0.1, 0.9, 0, 0, true).toString());
        assertEquals("adam(learning rate 0.1, betas 0.9 and 0.999, epsilon 1.0E-8, weight decay"
                + " 0.0)", Optimizer.adam(0.1).toString());
        assertEquals("adamw(learning rate 0.1, betas 0.9 and 0.999, epsilon 1.0E-8, weight decay"
                + " 0.01)", Optimizer.adamW(0.1).toString());
    }

    @Test
    void eachMethodOfTheOthersChangesItsOwnNumber() {
        assertEquals(new NAdam(0.1, 0.5, 0.6, 1e-8, 0.2, 0.004),
                Optimizer.nadam(0.1).betas(0.5, 0.6).weightDecay(0.2));
        assertEquals(new RmsProp(0.1, 0.5, 1e-8, 0.2, 0.3, true),
                Optimizer.rmsProp(0.1).alpha(0.5).weightDecay(0.2).momentum(0.3).centered(true));
        assertEquals(new Lion(0.1, 0.5, 0.6, 0.2),
                Optimizer.lion(0.1).betas(0.5, 0.6).weightDecay(0.2));
        assertEquals("nadam(learning rate 0.1, betas 0.9 and 0.999, epsilon 1.0E-8, weight decay"
                + " 0.0, momentum decay 0.004)", Optimizer.nadam(0.1).toString());
        assertEquals("rmsprop(learning rate 0.1, alpha 0.99, epsilon 1.0E-8, momentum 0.0, weight"
                + " decay 0.0)", Optimizer.rmsProp(0.1).toString());
        assertEquals("rmsprop(learning rate 0.1, alpha 0.99, epsilon 1.0E-8, momentum 0.0, weight"
                + " decay 0.0, centered)", Optimizer.rmsProp(0.1).centered(true).toString());
        assertEquals("lion(learning rate 0.1, betas 0.9 and 0.99, weight decay 0.0)",
                Optimizer.lion(0.1).toString());
    }
}
