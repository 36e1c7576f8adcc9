package org.lanewise.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.lanewise.kernel.Elements.doubles;

import org.junit.jupiter.api.Test;
import org.lanewise.spec.Linear;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;

/** Descent along gradients given by hand, in fractions that are exact. */
class SgdUpdateTest {
    private static final double RATE = 0.25;

    /** The values of one parameter, first 1, after each gradient. */
    private static double[] path(Optimizer.Sgd sgd, double... gradients) {
        Plan plan = Plan.compile(Network.input(1).layer(new Linear(1, false)).meanSquaredError(),
                PlanOptions.of(Purpose.TRAIN, Kernels.SCALAR, 1), Team.alone());
        Update update = Update.of(plan, sgd);
        ParameterBuffer parameter = plan.parameters().getFirst();
        doubles(parameter.values())[0] = 1;
        double[] path = new double[gradients.length];
        for (int i = 0; i < path.length; i++) {
            doubles(parameter.gradient())[0] = gradients[i];
            update.apply();
            path[i] = doubles(parameter.values())[0];
        }
        return path;
    }

    @Test
    void withoutMomentumTheStepIsTheGradients() {
        assertArrayEquals(new double[] {0.5, 0.75}, path(Optimizer.sgd(RATE), 2, -1));
    }

    @Test
    void weightDecayAddsAShareOfTheValue() {
        assertArrayEquals(new double[] {0.375, 0.375 - RATE * (-1 + 0.5 * 0.375)},
                path(Optimizer.sgd(RATE).weightDecay(0.5), 2, -1));
    }

    @Test
    void weightDecayEntersTheVelocity() {
        double velocity = 0.5 * 2.5 + (-1 + 0.5 * 0.375);
        assertArrayEquals(new double[] {0.375, 0.375 - RATE * velocity},
                path(Optimizer.sgd(RATE).momentum(0.5).weightDecay(0.5), 2, -1));
    }

    @Test
    void momentumKeepsAShareOfTheVelocity() {
        // velocities 2, 1 + 1 = 2, 1 + 0 = 1
        assertArrayEquals(new double[] {0.5, 0, -0.25},
                path(Optimizer.sgd(RATE).momentum(0.5), 2, 1, 0));
    }

    @Test
    void dampeningBeginsWithTheSecondUpdate() {
        // velocities 2, 1 + 0.25 * 4 = 2, 1 + 0.25 * 8 = 3
        assertArrayEquals(new double[] {0.5, 0, -0.75},
                path(new Optimizer.Sgd(RATE, 0.5, 0.75, 0, false), 2, 4, 8));
    }

    @Test
    void nesterovLooksOneStepAhead() {
        // velocities 2, 2, 1; along 2 + 1 = 3, 1 + 1 = 2, 0 + 0.5 = 0.5
        assertArrayEquals(new double[] {0.25, -0.25, -0.375},
                path(new Optimizer.Sgd(RATE, 0.5, 0, 0, true), 2, 1, 0));
    }
}
