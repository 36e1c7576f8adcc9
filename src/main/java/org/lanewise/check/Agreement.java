package org.lanewise.check;

import org.lanewise.spec.Precision;

/**
 * How two arrays that should be equal compare.
 *
 * @param elements how many were compared
 * @param wrong how many differ by more than is allowed
 * @param first index of the first of those; -1 for none
 * @param expected the value expected there
 * @param found the value found there
 * @param error the largest difference, divided by the largest expected number; infinite where a
 *        number meets a NaN
 */
public record Agreement(int elements, int wrong, int first, double expected, double found,
        double error) {
    /**
     * How far results of an algorithm that sums in another order may be from the reference, as a
     * part of the largest number: Winograd on tiles of 8x8 outputs, the least exact, differs by
     * some 4e-13.
     */
    private static final double REORDERED = 1e-11;

    /** The same in single precision, where tiles have 6x6 outputs at most. */
    private static final double REORDERED_FLOATS = 3e-5;

    /**
     * {@return how far results of an algorithm that sums in another order may be from the reference, as a part of the
     * largest number}
     *
     * @param precision of both
     */
    public static double reordered(Precision precision) {
        return precision == Precision.DOUBLE ? REORDERED : REORDERED_FLOATS;
    }

    /**
     * Compares element by element.
     *
     * @param expected the reference
     * @param found what is compared with it
     * @param bound allowed difference, as a part of the largest expected number; 0 requires
     *        {@code ==}
     * @return how they compare
     * @throws IllegalArgumentException if the lengths differ
     */
    public static Agreement of(double[] expected, double[] found, double bound) {
        return of(expected, found, bound, 0.0);
    }

    /** Compares sums whose terms, of some size, may cancel: the bound is a part of that at least. */
    static Agreement of(double[] expected, double[] found, double bound, double size) {
        if (expected.length != found.length) {
            throw new IllegalArgumentException("found " + found.length + " elements, expected "
                    + expected.length);
        }
        double scale = size;
        for (double value : expected) {
            scale = Double.isFinite(value) ? Math.max(scale, Math.abs(value)) : scale;
        }
        int wrong = 0;
        int first = -1;
        double largest = 0.0;
        for (int i = 0; i < expected.length; i++) {
            double difference = difference(expected[i], found[i]);
            largest = Math.max(largest, difference);
            if (!(difference <= bound * scale)) {
                first = wrong++ == 0 ? i : first;
            }
        }
        return new Agreement(expected.length, wrong, first,
                first < 0 ? Double.NaN : expected[first], first < 0 ? Double.NaN : found[first],
                largest == 0.0 ? 0.0 : largest / scale);
    }

    /**
     * Compares bit by bit; a NaN agrees with any NaN, and 0 does not agree with -0.
     *
     * @param expected the reference
     * @param found what is compared with it
     * @return how they compare
     * @throws IllegalArgumentException if the lengths differ
     */
    public static Agreement ofBits(double[] expected, double[] found) {
        Agreement close = of(expected, found, 0);
        int wrong = 0;
        int first = -1;
        for (int i = 0; i < expected.length; i++) {
            if (Double.doubleToLongBits(expected[i]) != Double.doubleToLongBits(found[i])) {
                first = wrong++ == 0 ? i : first;
            }
        }
        return new Agreement(expected.length, wrong, first,
                first < 0 ? Double.NaN : expected[first], first < 0 ? Double.NaN : found[first],
                close.error());
    }

    /** NaN agrees with NaN, and so do two equal infinities. */
    private static double difference(double expected, double found) {
        if (expected == found || Double.isNaN(expected) && Double.isNaN(found)) {
            return 0.0;
        }
        double difference = Math.abs(expected - found);
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
    }

    /** {@return whether no element differs by more than is allowed} */
    public boolean good() {
        return wrong == 0;
    }
}
