package org.lanewise.kernel.elementwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernel.RandomArrays.ULP;
import static org.lanewise.kernel.RandomArrays.doubles;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.kernel.ArrangedMaps;
import org.lanewise.kernel.DropoutGeometry;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.reference.DropoutScalar;
import org.lanewise.random.Philox;

/** Dropout on vectors against the reference, every bit; and the reference against its definition. */
class DropoutVectorTest {
    private static final long SEED = 20_261_130;
    private static final int SAMPLES = 3;
    private static final int NODE = 5;
    private static final int STEP = 0x80000007;

    private static DropoutGeometry geometry(int c, int h, int w, double p, Layout layout) {
        return new DropoutGeometry(c, h, w, layout, NODE, p);
    }

    private static int[] mask(DropoutGeometry geometry) {
        int[] mask = new int[SAMPLES * geometry.stride()];
        DropoutScalar.mask(geometry, Philox.key(SEED, Philox.DROPOUT), STEP, mask, 0, SAMPLES);
        return mask;
    }

    private static double[] applied(DropoutGeometry geometry, double[] src) {
        double[] dst = new double[src.length];
        DropoutScalar.apply(geometry, mask(geometry), src, dst, 0, SAMPLES);
        return dst;
    }

    @ParameterizedTest
    @CsvSource({"1,1,1,0.5", "1,1,31,0.3", "1,1,32,0.5", "1,1,33,0.9", "7,5,3,0.25", "8,4,8,0.5",
            "17,3,2,0.1", "64,2,1,0.75", "3,13,11,0", "5,1,7,0.999999"})
    void everyBitIsTheReferences(int c, int h, int w, double p) {
        System.out.println("seed " + SEED);
        Layout rowMajor = Layout.rowMajor(c, h, w);
        DropoutGeometry scalar = geometry(c, h, w, p, rowMajor);
        Random random = new Random(SEED);
        double[] src = doubles(random, SAMPLES * c * h * w, -2, 2);
        src[0] = Double.NaN;
        src[src.length - 1] = Double.NEGATIVE_INFINITY;
        double[] rectified = doubles(random, src.length, -1, 1);
        rectified[src.length / 2] = Double.NaN;
        double[] expected = applied(scalar, src);
        double[] masked = expected.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] = rectified[i] <= 0.0 ? 0.0 : masked[i];
        }
        for (Layout layout : new Layout[] {
                Layout.channelsLast(c, h, w, Layout.Halo.NONE, Element.ALIGNMENT_OFFSET),
                Layout.channelsLast(c, h, w, new Layout.Halo(1, 2, 0, 1),
                        Element.ALIGNMENT_OFFSET)}) {
            DropoutGeometry vector = geometry(c, h, w, p, layout);
            int[] mask = new int[SAMPLES * vector.stride()];
            for (int n = 0; n < SAMPLES; n++) {
                DropoutMask.mask(vector, Philox.key(SEED, Philox.DROPOUT), STEP, mask, n, n + 1);
            }
            int[] drawn = mask(scalar);
            for (int n = 0; n < SAMPLES; n++) {
                int from = n * vector.stride();
                assertArrayEquals(Arrays.copyOfRange(drawn, from, from + vector.groups()),
                        Arrays.copyOfRange(mask, from, from + vector.groups()), "mask");
            }
            ArrangedMaps maps = new ArrangedMaps(SAMPLES, c, h, w, rowMajor, layout);
            double[] x = maps.arranged(src);
            double[] y = maps.arranged(rectified);
            assertArrayEquals(expected, maps.computed(
                    values -> Dropout.apply(vector, mask, x, values, 0, SAMPLES)));
            assertArrayEquals(masked, maps.computed(values -> Dropout.backwardInput(vector, mask,
                    y, x, values, 0, SAMPLES)));
        }
    }

    /** The elements of a sample in the order NHWC: word e / 8 % 4 of block e / 32 * 8 + e % 8. */
    @Test
    void anElementIsKeptByItsWord() {
        int c = 3;
        int h = 5;
        int w = 7;
        double p = 0.4;
        double[] src = new double[SAMPLES * c * h * w];
        Arrays.fill(src, 3.0);
        double[] dst = applied(geometry(c, h, w, p, Layout.rowMajor(c, h, w)), src);
        int[] words = new int[4];
        int dropped = 0;
        for (int i = 0; i < dst.length; i++) {
            int n = i / (c * h * w);
            int pixel = i % (h * w);
            int e = pixel * c + i / (h * w) % c;
            Philox.block(SEED, STEP, NODE, n, e / 32 * 8 + e % 8, words, 0);
            boolean kept = Philox.uniform(words[e / 8 % 4]) >= p;
            assertEquals(kept ? 3.0 / (1.0 - p) : 0.0, dst[i], 10 * ULP);
            dropped += kept ? 0 : 1;
        }
        assertTrue(dropped > 0 && dropped < dst.length);
    }

    /** Of 3,145,728 elements: five standard deviations of a binomial distribution. */
    @ParameterizedTest
    @CsvSource({"0.5", "0.1", "0.01", "0.9"})
    void theShareOfDroppedElementsIsP(double p) {
        int size = 1 << 20;
        double[] src = new double[SAMPLES * size];
        Arrays.fill(src, 1.0);
        double[] dst = applied(geometry(1, 1, size, p, Layout.rowMajor(1, 1, size)), src);
        int dropped = 0;
        for (double y : dst) {
            dropped += y == 0.0 ? 1 : 0;
        }
        double share = (double) dropped / dst.length;
        double bound = 5 * Math.sqrt(p * (1 - p) / dst.length);
        assertTrue(Math.abs(share - p) <= bound, "a share of " + share);
    }
}
