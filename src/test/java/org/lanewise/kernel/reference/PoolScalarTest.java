package org.lanewise.kernel.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.PoolGeometry;
import org.lanewise.kernel.WindowGeometry;
import org.lanewise.kernel.WindowSizes;

/** Max and average pooling at their corners: ties, NaN, padding, overlap. */
class PoolScalarTest {
    private static final double NAN = Double.NaN;

    private static PoolGeometry geometry(int c, WindowGeometry window) {
        return geometry(c, window, false, 0);
    }

    private static PoolGeometry geometry(int c, WindowGeometry window, boolean countPadding,
            int divisor) {
        return new PoolGeometry(window, c, Layout.rowMajor(c, window.ih(), window.iw()),
                Layout.rowMajor(c, window.oh(), window.ow()), countPadding, divisor);
    }

    private static WindowGeometry square(int size, int kernel, int stride, int padding) {
        return new WindowSizes(size, size, kernel, kernel, stride, stride, padding, padding,
                1, 1).geometry();
    }

    @Test
    void theFirstMaximumWins() {
        int[] argmax = new int[1];
        double[] dst = new double[1];
        MaxPoolScalar.forward(geometry(1, square(2, 2, 2, 0)), new double[] {1, 3, 3, 3}, dst,
                argmax, 0, 1);
        assertEquals(3, dst[0]);
        assertEquals(1, argmax[0]);
    }

    @Test
    void nanWinsAndTheFirstOfThem() {
        PoolGeometry geometry = geometry(1, square(2, 2, 2, 0));
        int[] argmax = new int[1];
        double[] dst = new double[1];
        for (double[] src : new double[][] {{9, NAN, 5, NAN}, {-1, NAN, 10, 11}}) {
            MaxPoolScalar.forward(geometry, src, dst, argmax, 0, 1);
            assertEquals(NAN, dst[0]);
            assertEquals(1, argmax[0]);
        }
        MaxPoolScalar.forward(geometry, new double[] {NAN, 1, 2, 3}, dst, argmax, 0, 1);
        assertEquals(NAN, dst[0]);
        assertEquals(0, argmax[0]);
    }

    @Test
    void thePaddingNeverWinsEvenOverMinusInfinity() {
        PoolGeometry geometry = geometry(1, square(2, 2, 2, 1));
        int[] argmax = new int[4];
        double[] dst = new double[4];
        double low = Double.NEGATIVE_INFINITY;
        MaxPoolScalar.forward(geometry, new double[] {-5, low, -7, -8}, dst, argmax, 0, 1);
        assertArrayEquals(new double[] {-5, low, -7, -8}, dst);
        assertArrayEquals(new int[] {3, 2, 1, 0}, argmax);
    }

    @Test
    void overlappingWindowsAddTheirGradientsToOneWinner() {
        PoolGeometry geometry = geometry(2, square(3, 2, 1, 0));
        double[] src = {0, 0, 0, 0, 9, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 7};
        int[] argmax = new int[8];
        double[] dst = new double[8];
        MaxPoolScalar.forward(geometry, src, dst, argmax, 0, 1);
        assertArrayEquals(new double[] {9, 9, 9, 9, 8, 0, 0, 7}, dst);
        double[] diffSrc = new double[18];
        Arrays.fill(diffSrc, NAN);
        MaxPoolScalar.backwardInput(geometry, new double[] {1, 2, 3, 4, 10, 20, 30, 40}, argmax,
                diffSrc, 0, 1);
        assertArrayEquals(new double[] {0, 0, 0, 0, 10, 0, 0, 0, 0, 10, 20, 0, 30, 0, 0, 0, 0, 40},
                diffSrc);
    }

    @Test
    void averagesCountThePaddingOrNot() {
        PoolGeometry counted = geometry(1, square(2, 2, 2, 1), true, 0);
        PoolGeometry inside = geometry(1, square(2, 2, 2, 1), false, 0);
        double[] src = {4, 8, 12, 16};
        double[] dst = new double[4];
        AvgPoolScalar.forward(counted, src, dst, 0, 1);
        assertArrayEquals(new double[] {1, 2, 3, 4}, dst);
        AvgPoolScalar.forward(inside, src, dst, 0, 1);
        assertArrayEquals(src, dst);
        double[] diffSrc = {NAN, NAN, NAN, NAN};
        AvgPoolScalar.backwardInput(counted, src, diffSrc, 0, 1);
        assertArrayEquals(new double[] {1, 2, 3, 4}, diffSrc);
        AvgPoolScalar.backwardInput(inside, src, diffSrc, 0, 1);
        assertArrayEquals(src, diffSrc);
    }

    /** Windows of 4 at -1 and 2 of four elements, padded by 1: the second reaches beyond the padding. */
    @Test
    void pixelsBeyondThePaddingNeverCount() {
        WindowGeometry window = new WindowGeometry(1, 4, 1, 2, 1, 4, 1, 3, 0, 1, 1, 1);
        double[] src = {12, 24, 36, 48};
        double[] dst = new double[2];
        AvgPoolScalar.forward(geometry(1, window, true, 0), src, dst, 0, 1);
        assertArrayEquals(new double[] {72 / 4.0, 84 / 3.0}, dst);
        AvgPoolScalar.forward(geometry(1, window, false, 0), src, dst, 0, 1);
        assertArrayEquals(new double[] {72 / 3.0, 84 / 2.0}, dst);
        for (boolean counted : new boolean[] {true, false}) {
            AvgPoolScalar.forward(geometry(1, window, counted, -2), src, dst, 0, 1);
            assertArrayEquals(new double[] {-36, -42}, dst);
        }
    }
}
