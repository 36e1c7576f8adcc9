package org.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A comparison that sees every kind of wrong number. */
class AgreementTest {
    private static Agreement of(double expected, double found, double bound) {
        return Agreement.of(new double[] {8.0, expected}, new double[] {8.0, found}, bound);
    }

    @Test
    void withoutABoundOneBitIsWrong() {
        assertTrue(of(1.0, 1.0, 0.0).good());
        Agreement bit = of(1.0, Math.nextUp(1.0), 0.0);
        assertFalse(bit.good());
        assertEquals(1, bit.first());
        assertEquals(1.0, bit.expected());
        assertEquals(Math.nextUp(1.0), bit.found());
        assertEquals(Math.ulp(1.0) / 8.0, bit.error());
    }

    @Test
    void aBoundIsAPartOfTheLargest() {
        assertTrue(of(1.0, 1.5, 1.0 / 16).good());
        assertFalse(of(1.0, Math.nextUp(1.5), 1.0 / 16).good());
    }

    @Test
    void whatIsNoNumberIsWrongUnlessItIsExpected() {
        for (double bound : new double[] {0.0, 1e9}) {
            assertFalse(of(1.0, Double.NaN, bound).good());
            assertFalse(of(Double.NaN, 1.0, bound).good());
            assertFalse(of(1.0, Double.POSITIVE_INFINITY, bound).good());
            assertFalse(of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, bound).good());
            assertTrue(of(Double.NaN, Double.NaN, bound).good());
            assertTrue(of(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, bound).good());
        }
        assertEquals(Double.POSITIVE_INFINITY, of(1.0, Double.NaN, 0.0).error());
    }

    @Test
    void anythingButZerosIsWrong() {
        Agreement found = Agreement.of(new double[2], new double[] {0.0, 1e-300}, 0.5);
        assertEquals(1, found.wrong());
        assertEquals(Double.POSITIVE_INFINITY, found.error());
        assertTrue(Agreement.of(new double[2], new double[] {-0.0, 0.0}, 0.0).good());
    }

    @Test
    void arraysOfOtherLengthsAreNotCompared() {
        assertThrows(IllegalArgumentException.class,
                () -> Agreement.of(new double[2], new double[3], 0.0));
    }
}
