package org.lanewise.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.lanewise.examples.SigmoidNotebook.Dense;
import org.lanewise.examples.SigmoidNotebook.Forward;

class SigmoidNotebookTest {
    private static final double[][] IMAGE = {{1, 0, 2, 3}, {4, 6, 6, 8}, {3, 1, 1, 0},
            {1, 2, 2, 4}};
    private static final double[][] KERNEL = {{1, 0, -1}, {1, -1, 0}, {1, 0, -1}};
    private static final Dense DENSE = new Dense(new double[] {0.4, 0.2, 0.3, 0.6}, 0.1);
    private static final double PREDICTION = 0.032295464698450516;

    @Test
    void forwardMeetsTheNotebook() {
        Forward forward = SigmoidNotebook.forward(IMAGE, KERNEL, DENSE);
        assertArrayEquals(new double[][] {{-1, -2}, {-1, -4}}, forward.convOutput());
        assertArrayEquals(new double[] {-1, -2, -1, -4}, forward.flattened());
        assertEquals(-3.4, forward.z(), 1e-15);
        assertEquals(PREDICTION, forward.prediction(), 1e-16);
    }

    @Test
    void publishedUpdateMeetsTheNotebook() {
        Forward forward = SigmoidNotebook.forward(IMAGE, KERNEL, DENSE);
        Dense moved = SigmoidNotebook.publishedUpdate(forward, DENSE, 5, 0.01);
        assertArrayEquals(new double[] {0.38758398, 0.17516795, 0.28758398, 0.55033591},
                moved.weights(), 5e-9);
        assertEquals(0.11241602358789192, moved.bias(), 1e-16);
    }

    @Test
    void trueUpdateFollowsTheLossAsCentralDifferencesDo() {
        Dense moved = SigmoidNotebook.trueUpdate(IMAGE, KERNEL, DENSE, 5, 0.01);
        for (int i = 0; i < 4; i++) {
            double[] above = DENSE.weights().clone();
            double[] below = DENSE.weights().clone();
            above[i] += 1e-5;
            below[i] -= 1e-5;
            double slope = (loss(new Dense(above, 0.1)) - loss(new Dense(below, 0.1))) / 2e-5;
            assertEquals(DENSE.weights()[i] - 0.01 * slope, moved.weights()[i], 1e-10);
        }
        double slope = (loss(new Dense(DENSE.weights(), 0.1 + 1e-5))
                - loss(new Dense(DENSE.weights(), 0.1 - 1e-5))) / 2e-5;
        assertEquals(0.1 - 0.01 * slope, moved.bias(), 1e-10);
    }

    private static double loss(Dense dense) {
        double error = SigmoidNotebook.forward(IMAGE, KERNEL, dense).prediction() - 5;
        return error * error / 2;
    }

    @Test
    void argumentsStayAsTheyAre() {
        SigmoidNotebook.trueUpdate(IMAGE, KERNEL, DENSE, 5, 0.01);
        SigmoidNotebook.publishedUpdate(SigmoidNotebook.forward(IMAGE, KERNEL, DENSE), DENSE, 5,
                0.01);
        assertArrayEquals(new double[] {0.4, 0.2, 0.3, 0.6}, DENSE.weights());
        assertArrayEquals(new double[] {1, 0, -1}, KERNEL[0]);
    }

    @Test
    void refusesWeightsThatDoNotFitTheMap() {
        Dense three = new Dense(new double[3], 0);
        assertMessage("2.weight: shape [1, 4] needs 4 values, found 3",
                () -> SigmoidNotebook.forward(IMAGE, KERNEL, three));
        Forward forward = SigmoidNotebook.forward(IMAGE, KERNEL, DENSE);
        assertMessage("3 weights for 4 inputs",
                () -> SigmoidNotebook.publishedUpdate(forward, three, 5, 0.01));
    }

    private static void assertMessage(String message, Runnable call) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
