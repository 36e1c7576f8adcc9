package org.lanewise.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.lanewise.RandomState;
import org.lanewise.examples.SoftmaxCnn.Trained;

class SoftmaxCnnTest {
    private static final double HALF_A_DECIMAL = 5e-9;
    private static final double[][][] IMAGES = {{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}},
            {{9, 8, 7}, {6, 5, 4}, {3, 2, 1}}};
    private static final double[][] CLASSES = {{1, 0, 0}, {0, 1, 0}};

    @Test
    void meetsThePublishedRunOfTwoImages() {
        Trained trained = SoftmaxCnn.trainCnnWithGradientDescent(IMAGES, CLASSES, 2, 0.01, 2, 2);
        double[][][] kernels = {{{0.00854715, -0.00365224}, {0.00977395, 0.01290805}},
                {{0.00038962, -0.00476892}, {0.01824033, 0.00519415}}};
        double[][] dense = {{-0.00471649, 0.00734749, -0.00653432},
                {-0.00411338, 0.0037669, -0.02102399}, {-0.01557395, -0.00542483, -0.01200158},
                {0.00538336, -0.00945681, -0.01598735}, {0.01469215, -0.00133749, -0.00028065},
                {-0.01390007, -0.00481346, 0.00013145}, {-0.01053903, 0.00380754, -0.00702785},
                {-0.00163429, -0.0062564, 0.01747947}};
        for (int row = 0; row < 2; row++) {
            for (int column = 0; column < 2; column++) {
                assertArrayEquals(kernels[row][column], trained.convWeights()[row][column],
                        HALF_A_DECIMAL);
            }
        }
        assertArrayEquals(new double[] {0.00042807, -0.00034737}, trained.convBias(),
                HALF_A_DECIMAL);
        assertEquals(dense.length, trained.denseWeights().length);
        for (int i = 0; i < dense.length; i++) {
            assertArrayEquals(dense[i], trained.denseWeights()[i], HALF_A_DECIMAL);
        }
        assertArrayEquals(new double[] {0.00659985, 0.00663734, -0.01323718}, trained.denseBias(),
                HALF_A_DECIMAL);
    }

    @Test
    void beginsWithTheDrawsInTheLayoutOfTheSource() {
        Trained first = SoftmaxCnn.trainCnnWithGradientDescent(IMAGES, CLASSES, 0, 0.01, 2, 3);
        RandomState random = new RandomState(42);
        for (double[][] row : first.convWeights()) {
            for (double[] filters : row) {
                assertEquals(3, filters.length);
                for (double weight : filters) {
                    assertEquals(0.01 * random.nextGaussian(), weight);
                }
            }
        }
        assertEquals(3 * 2 * 2, first.denseWeights().length);
        for (double[] classes : first.denseWeights()) {
            for (double weight : classes) {
                assertEquals(0.01 * random.nextGaussian(), weight);
            }
        }
        assertArrayEquals(new double[3], first.convBias());
        assertArrayEquals(new double[3], first.denseBias());
    }

    @Test
    void refusesRowsThatAreNotOneHot() {
        assertMessage("y[1] is [0.0, 0.5, 0.5]; one-hot means one 1 and 2 zeros",
                new double[][] {{1, 0, 0}, {0, 0.5, 0.5}});
        assertMessage("y[0] is [1.0, 1.0, 0.0]; one-hot means one 1 and 2 zeros",
                new double[][] {{1, 1, 0}, {0, 1, 0}});
        assertMessage("y[0] is [0.0, 0.0, 0.0]; one-hot means one 1 and 2 zeros",
                new double[][] {{0, 0, 0}, {0, 1, 0}});
        assertMessage("y[1] is [0.0, 1.0, NaN]; one-hot means one 1 and 2 zeros",
                new double[][] {{0, 0, 1}, {0, 1, Double.NaN}});
    }

    @Test
    void refusesSizesThatDoNotFit() {
        assertMessage("y[1] has shape [2], but y[0] has shape [3]",
                new double[][] {{1, 0, 0}, {0, 1}});
        assertMessage("1 label for 2 samples", new double[][] {{1, 0, 0}});
        IllegalArgumentException kernel = assertThrows(IllegalArgumentException.class,
                () -> SoftmaxCnn.trainCnnWithGradientDescent(IMAGES, CLASSES, 1, 0.01, 4, 1));
        assertEquals("layer 0 (conv2d), input 1x3x3: height: kernel spans 1 * (4 - 1) + 1 = 4,"
                + " but the padded input is only 3 + 2 * 0 = 3", kernel.getMessage());
        IllegalArgumentException epochs = assertThrows(IllegalArgumentException.class,
                () -> SoftmaxCnn.trainCnnWithGradientDescent(IMAGES, CLASSES, -1, 0.01, 2, 1));
        assertEquals("epochs -1.0 must be from 0 to 2147483647", epochs.getMessage());
    }

    private static void assertMessage(String message, double[][] y) {
        assertEquals(message, assertThrows(IllegalArgumentException.class,
                () -> SoftmaxCnn.trainCnnWithGradientDescent(IMAGES, y, 1, 0.01, 2, 2))
                .getMessage());
    }
}
