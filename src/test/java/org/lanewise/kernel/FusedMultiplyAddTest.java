package org.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.kernel.RandomArrays.ULP;

import org.junit.jupiter.api.Test;
import org.lanewise.kernel.reference.ConvScalar;
import org.lanewise.kernel.reference.ConvScalarTest;
import org.lanewise.kernel.reference.LinearScalar;
import org.lanewise.kernel.reference.SgdScalar;
import org.lanewise.kernel.reference.SquaredErrorScalar;

/**
 * Sums that differ between one rounding and two; without fused multiply-adds all kernels round
 * twice.
 */
class FusedMultiplyAddTest {
    /** The square is 1 + 2^-29 + 2^-60; rounded it has lost the last term. */
    //float private static final float SMALL = 0x1p-13f;
    private static final double SMALL = 0x1p-30;
    private static final double ODD = 1 + SMALL;
    private static final double ROUNDED_SQUARE = 1 + 2 * SMALL;
    private static final double REST = FusedMultiplyAdd.HARDWARE ? SMALL * SMALL : 0;

    private static final double[] PAIR = {ROUNDED_SQUARE, ODD};
    private static final double[] OTHER = {-1, ODD};

    @Test
    void theMultiplyAddRoundsOnceWhereTheProcessorFuses() {
        assertEquals(REST, FusedMultiplyAdd.fma(ODD, ODD, -ROUNDED_SQUARE));
    }

    @Test
    void everyPassOfADenseLayerIsMadeOfIt() {
        double[] found = new double[1];
        Tasks.run(new LinearScalar(new LinearGeometry(1, 1)).forward(new double[] {ODD},
                new double[] {ODD}, new double[] {-ROUNDED_SQUARE}, found), 1);
        assertEquals(REST, found[0]);
        Tasks.run(new LinearScalar(new LinearGeometry(2, 1)).forward(PAIR, OTHER, null, found), 1);
        assertEquals(REST, found[0]);
        Tasks.run(
                new LinearScalar(new LinearGeometry(1, 2)).backwardInput(PAIR, OTHER, null, found),
                1);
        assertEquals(REST, found[0]);
        Tasks.run(new LinearScalar(new LinearGeometry(1, 1)).backwardWeights(PAIR, OTHER, found,
                null), 2);
        assertEquals(REST, found[0]);
    }

    @Test
    void everyPassOfAConvolutionIsMadeOfIt() {
        WindowGeometry dot = new WindowSizes(1, 1, 1, 1, 1, 1, 0, 0, 1, 1).geometry();
        double[] found = new double[1];
        Tasks.run(conv(1, 1, dot).forward(new double[] {ODD}, new double[] {ODD},
                new double[] {-ROUNDED_SQUARE}, found), 1);
        assertEquals(REST, found[0]);
        Tasks.run(conv(2, 1, dot).forward(PAIR, OTHER, null, found), 1);
        assertEquals(REST, found[0]);
        Tasks.run(conv(1, 2, dot).backwardInput(PAIR, OTHER, null, found), 1);
        assertEquals(REST, found[0]);
        Tasks.run(conv(1, 1, dot).backwardWeights(PAIR, OTHER, found, null), 2);
        assertEquals(REST, found[0]);
    }

    private static ConvScalar conv(int ic, int oc, WindowGeometry window) {
        return new ConvScalar(new ConvGeometry(window, 1, ic, oc, Layout.rowMajor(ic, 1, 1),
                Layout.rowMajor(oc, 1, 1)));
    }

    @Test
    void plainDescentAndSquaredErrorsAreMadeOfIt() {
        double[] values = {-ROUNDED_SQUARE};
        new SgdScalar(new SgdConstants(0, 0, false), values, new double[] {ODD}, null)
                .plain(-ODD, 0, 1);
        assertEquals(REST, values[0]);
        double[] losses = new double[1]; // double
        //float float half = 0x1p-6f;
        double half = 0x1p-12;
        SquaredErrorScalar.forward(2, new double[] {1, ODD * half}, new double[2], losses, 0,
                1);
        // 1 + 2^-24 + 2^-53 lies halfway between two doubles; 2^-84 more is on the upper side.
        //float assertEquals(1 + (double) (ODD * half) * (ODD * half), losses[0]);
        assertEquals(1 + half * half + (FusedMultiplyAdd.HARDWARE ? ULP : 0), losses[0]);
    }
}
