package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.kernel.Elements;
import org.lanewise.spec.Network;

/** Outputs that are means over views equal those of samples that were changed one by one. */
class ViewsTest {
    private static final int HEIGHT = 5;
    private static final int WIDTH = 7;
    private static final int EACH = 2 * HEIGHT * WIDTH;
    private static final int COUNT = 11;
    private static final Network NETWORK = Network.input(2, HEIGHT, WIDTH).conv2d(3, 3).relu()
            .flatten().linear(4).softmaxCrossEntropy();

    private final double[] inputs = new RandomState(3).randn(COUNT * EACH);
    private final int[] labels = IntStream.range(0, COUNT).map(i -> i * 3 % 4).toArray();
    private final Model model = new Model(NETWORK,
            Parameters.initial(NETWORK, Initializer.heNormal(), new RandomState(1)), 4);

    /** As PyTorch pads by one pixel in the mode reflect, cuts, and perhaps flips. */
    private double[] view(int top, boolean mirror) {
        double[] view = new double[inputs.length];
        for (int map = 0; map < 2 * COUNT; map++) {
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    int row = reflected(y + top - 1, HEIGHT);
                    int column = reflected((mirror ? WIDTH - 1 - x : x) + top - 1, WIDTH);
                    view[(map * HEIGHT + y) * WIDTH + x] = inputs[(map * HEIGHT + row) * WIDTH
                            + column];
                }
            }
        }
        return view;
    }

    private static int reflected(int at, int size) {
        return at < 0 ? -at : at == size ? size - 2 : at;
    }

    private double[] mirrorMean(int top) {
        double[] plain = model.outputs(view(top, false));
        double[] mirror = model.outputs(view(top, true));
        double[] mean = new double[plain.length];
        Arrays.setAll(mean, i -> (plain[i] + mirror[i]) / 2);
        return mean;
    }

    /** The mean loss of logits, from its definition. */
    private double loss(double[] logits) {
        double sum = 0;
        for (int i = 0; i < COUNT; i++) {
            double exponentials = 0;
            for (int k = 0; k < 4; k++) {
                exponentials += Math.exp(logits[4 * i + k]);
            }
            sum += Math.log(exponentials) - logits[4 * i + labels[i]];
        }
        return sum / COUNT;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 6})
    void outputsAreMeansOverViews(int views) {
        double[] expected = switch (views) {
            case 1 -> model.outputs(inputs);
            case 2 -> mirrorMean(1);
            default -> {
                double[] image = mirrorMean(1);
                double[] down = mirrorMean(0);
                double[] up = mirrorMean(2);
                double[] mean = new double[image.length];
                Arrays.setAll(mean, i -> (image[i] + (down[i] + up[i]) / 2) / 2);
                yield mean;
            }
        };
        Evaluation found = model.evaluate(Samples.labelled(NETWORK.input(), inputs, labels), views);
        assertEquals(loss(expected), found.loss(), 1e-13);
        int[][] confusion = new int[4][4];
        for (int i = 0; i < COUNT; i++) {
            confusion[labels[i]][Evaluation.largest(Elements.of(expected), 4 * i, 4)]++;
        }
        for (int k = 0; k < 4; k++) {
            assertArrayEquals(confusion[k], found.confusion()[k]);
        }
    }

    @Test
    void otherViewsAreRefused() {
        Samples samples = Samples.labelled(NETWORK.input(), inputs, labels);
        for (int views : new int[] {-1, 0, 3, 7}) {
            assertEquals(views + " views; expected 1, 2 or 6",
                    assertThrows(IllegalArgumentException.class,
                            () -> model.evaluate(samples, views)).getMessage());
        }
        Network flat = Network.input(4).linear(4).softmaxCrossEntropy();
        Network thin = Network.input(1, 1, 4).flatten().linear(4).softmaxCrossEntropy();
        assertEquals("2 views: expected images, found inputs of 4", refusal(flat, 2));
        assertEquals("6 views: expected images of 2x2 pixels or more, found inputs of 1x1x4",
                refusal(thin, 6));
    }

    private static String refusal(Network network, int views) {
        Model small = new Model(network,
                Parameters.initial(network, Initializer.heNormal(), new RandomState(1)), 4);
        Samples samples = Samples.labelled(network.input(), new double[4], new int[1]);
        return assertThrows(IllegalArgumentException.class, () -> small.evaluate(samples, views))
                .getMessage();
    }
}
