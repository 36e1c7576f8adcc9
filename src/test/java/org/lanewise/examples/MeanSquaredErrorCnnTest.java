package org.lanewise.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.lanewise.RandomState;
import org.lanewise.examples.MeanSquaredErrorCnn.Trained;

class MeanSquaredErrorCnnTest {
    private static final double[][][][] IMAGES = images(3, 2, 4, 5);
    private static final double[][] TARGETS = {{0.5, -1}, {0.25, 2}, {-0.75, 0}};

    private static double[][][][] images(int count, int channels, int height, int width) {
        RandomState random = new RandomState(5);
        double[][][][] images = new double[count][channels][height][width];
        for (double[][][] image : images) {
            for (double[][] map : image) {
                for (double[] row : map) {
                    System.arraycopy(random.randn(width), 0, row, 0, width);
                }
            }
        }
        return images;
    }

    /** The exercise's loops: a window, times the kernel, plus the bias. */
    private static double[][][][] byDefinition(double[][][][] x, double[][][][] kernel,
            double[] bias, int stride, int pad) {
        int height = (x[0][0].length + 2 * pad - kernel[0][0].length) / stride + 1;
        int width = (x[0][0][0].length + 2 * pad - kernel[0][0][0].length) / stride + 1;
        double[][][][] out = new double[x.length][kernel.length][height][width];
        for (int n = 0; n < x.length; n++) {
            for (int k = 0; k < kernel.length; k++) {
                for (int i = 0; i < height; i++) {
                    for (int j = 0; j < width; j++) {
                        out[n][k][i][j] = bias[k] + window(x[n], kernel[k], i * stride - pad,
                                j * stride - pad);
                    }
                }
            }
        }
        return out;
    }

    private static double window(double[][][] image, double[][][] kernel, int top, int left) {
        double sum = 0;
        for (int c = 0; c < kernel.length; c++) {
            for (int r = 0; r < kernel[c].length; r++) {
                for (int s = 0; s < kernel[c][r].length; s++) {
                    int row = top + r;
                    int column = left + s;
                    boolean inside = row >= 0 && row < image[c].length && column >= 0
                            && column < image[c][row].length;
                    sum += inside ? image[c][row][column] * kernel[c][r][s] : 0;
                }
            }
        }
        return sum;
    }

    @Test
    void convolvesAsTheExerciseDoes() {
        double[][][][] kernel = images(4, 2, 2, 3);
        double[] bias = {0.5, -0.5, 2, 0};
        double[][][][] expected = byDefinition(IMAGES, kernel, bias, 2, 1);
        double[][][][] maps = MeanSquaredErrorCnn.conv2dForward(IMAGES, kernel, bias, 2, 1);
        assertEquals(3, maps.length);
        for (int n = 0; n < expected.length; n++) {
            assertEquals(4, maps[n].length);
            for (int k = 0; k < expected[n].length; k++) {
                for (int i = 0; i < expected[n][k].length; i++) {
                    assertArrayEquals(expected[n][k][i], maps[n][k][i], 1e-14);
                }
            }
        }
    }

    @Test
    void lossesAreThoseBeforeTheFirstAndTheLastUpdate() {
        Trained one = MeanSquaredErrorCnn.trainCnn(IMAGES, TARGETS, 1, 0.1, 3);
        Trained five = MeanSquaredErrorCnn.trainCnn(IMAGES, TARGETS, 5, 0.1, 3);
        assertEquals(one.firstLoss(), one.loss());
        assertEquals(one.firstLoss(), five.firstLoss());
        assertTrue(five.loss() < five.firstLoss());
        // At the rate 0 nothing moves, so every loss is the first.
        Trained still = MeanSquaredErrorCnn.trainCnn(IMAGES, TARGETS, 5, 0, 3);
        assertEquals(one.firstLoss(), still.loss());
        assertEquals(new RandomState(3).nextGaussian() * 0.1, still.kernel()[0][0][0][0]);
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertMessage("epochs 0 must be at least 1: without a step there is no loss",
                () -> MeanSquaredErrorCnn.trainCnn(IMAGES, TARGETS, 0, 0.1, 3));
        assertMessage(
                "4 target values for 3 samples; each sample needs the same number, at least 1",
                () -> MeanSquaredErrorCnn
                        .trainCnn(IMAGES, new double[][] {{1, 2}, {3, 4}}, 1, 0.1, 3));
        assertMessage("seed -1 must be from 0 to 4294967295",
                () -> MeanSquaredErrorCnn.trainCnn(IMAGES, TARGETS, 1, 0.1, -1));
        assertMessage("0.weight: shape [2, 2, 3, 3] needs 36 values, found 54",
                () -> MeanSquaredErrorCnn.conv2dForward(IMAGES, images(2, 3, 3, 3),
                        new double[2], 1, 0));
        assertMessage("0.bias: shape [2] needs 2 values, found 3", () -> MeanSquaredErrorCnn
                .conv2dForward(IMAGES, images(2, 2, 3, 3), new double[3], 1, 0));
        assertMessage("layer 0 (conv2d), input 2x4x5: height: stride 0 must be at least 1",
                () -> MeanSquaredErrorCnn.conv2dForward(IMAGES, images(2, 2, 3, 3),
                        new double[2], 0, 0));
    }

    private static void assertMessage(String message, Runnable call) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
