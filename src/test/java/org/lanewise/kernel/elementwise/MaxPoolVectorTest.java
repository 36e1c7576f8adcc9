package org.lanewise.kernel.elementwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernel.ArrangedMaps;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.PoolGeometry;
import org.lanewise.kernel.WindowGeometry;
import org.lanewise.kernel.WindowSizes;
import org.lanewise.kernel.reference.ActivationScalar;
import org.lanewise.kernel.reference.ConvScalarTest;
import org.lanewise.kernel.reference.MaxPoolScalar;

/** Max pooling on vectors, bit for bit as the scalar loop, on values that tie. */
class MaxPoolVectorTest {
    private static final int SEED = 20_261_128;
    private static final int SAMPLES = 2;

    private static final double[] VALUES = {-1.0, -0.0, 0.0, 1.0, 2.0, Double.NaN};
    /** What lies around a map, 0, is larger. */
    private static final double[] NEGATIVE = {-3.0, -2.0, -1.0};
    private static final double[] RECTIFIED = {0.0, 1.0, 2.0};

    private record Problem(int c, WindowGeometry window) {}

    static Stream<Problem> problems() {
        return Stream.of(3, 8, 12, 16).flatMap(c -> Stream.of(
                new Problem(c, window(6, 8, 2, 2)),
                // Rows and columns that no window reaches.
                new Problem(c, window(7, 9, 2, 2)),
                new Problem(c, window(8, 9, 2, 3)),
                new Problem(c, window(9, 6, 3, 3)),
                new Problem(c, window(7, 9, 3, 2)),
                // Last windows that reach beyond the map, below, to the right, and both.
                new Problem(c, new WindowGeometry(7, 8, 4, 4, 2, 2, 2, 2, 0, 0, 1, 1)),
                new Problem(c, new WindowGeometry(6, 7, 3, 4, 2, 2, 2, 2, 0, 0, 1, 1)),
                new Problem(c, new WindowGeometry(5, 7, 2, 3, 3, 3, 3, 3, 0, 0, 1, 1)),
                new Problem(c, new WindowGeometry(6, 6, 4, 4, 3, 2, 2, 2, 1, 1, 1, 1))));
    }

    private static WindowGeometry window(int ih, int iw, int kernel, int stride) {
        return new WindowSizes(ih, iw, kernel, kernel, stride, stride, 0, 0, 1, 1).geometry();
    }

    private static double[] draw(Random random, double[] values, int count) {
        double[] drawn = new double[count];
        for (int i = 0; i < count; i++) {
            drawn[i] = values[random.nextInt(values.length)];
        }
        return drawn;
    }

    @ParameterizedTest
    @MethodSource("problems")
    void everyBitIsTheReferences(Problem problem) {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        WindowGeometry window = problem.window();
        int c = problem.c();
        PoolGeometry scalar = new PoolGeometry(window, c,
                Layout.rowMajor(c, window.ih(), window.iw()),
                Layout.rowMajor(c, window.oh(), window.ow()), false, 0);
        PoolGeometry vector = new PoolGeometry(window, c,
                Layout.channelsLast(c, window.ih(), window.iw(), new Layout.Halo(1, 2, 3, 1),
                        Element.ALIGNMENT_OFFSET),
                Layout.channelsLast(c, window.oh(), window.ow(), new Layout.Halo(2, 1, 1, 1),
                        Element.ALIGNMENT_OFFSET),
                false,
                0);
        ArrangedMaps in = new ArrangedMaps(SAMPLES, c, window.ih(), window.iw(), scalar.src(),
                vector.src());
        ArrangedMaps out = new ArrangedMaps(SAMPLES, c, window.oh(), window.ow(), scalar.dst(),
                vector.dst());
        for (double[] values : new double[][] {VALUES, RECTIFIED, NEGATIVE}) {
            boolean reluMask = values == RECTIFIED;
            double[] src = draw(random, values, SAMPLES * c * window.ih() * window.iw());
            double[] dst = new double[SAMPLES * c * window.oh() * window.ow()];
            double[] diffDst = draw(random, VALUES, dst.length);
            double[] diffSrc = new double[src.length];
            int[] argmax = new int[dst.length];
            MaxPoolScalar.forward(scalar, src, dst, argmax, 0, SAMPLES);
            MaxPoolScalar.backwardInput(scalar, diffDst, argmax, diffSrc, 0, SAMPLES);
            if (reluMask) {
                ActivationScalar.reluBackward(src, diffSrc, diffSrc, 0, src.length);
            }
            double[] arranged = in.arranged(src);
            assertArrayEquals(dst, out.computed(
                    to -> MaxPoolVector.forward(vector, arranged, to, 0, SAMPLES)), "forward");
            double[] largest = out.arranged(dst);
            double[] gradient = out.arranged(diffDst);
            assertArrayEquals(diffSrc, in.computed(to -> MaxPoolVector.backwardInput(
                    vector, reluMask, arranged, largest, gradient, to, 0, SAMPLES)),
                    "backward, ReLU " + reluMask);
        }
    }
}
