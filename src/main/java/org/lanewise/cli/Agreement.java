package org.lanewise.cli;

/**
 * How two arrays that should be equal compare.
 *
 * @param elements how many were compared
 * @param wrong how many are further apart than allowed
 * @param first index of the first of those; -1 for none
 * @param expected what stands there in the array to go by
 * @param found what stands there in the other
 * @param error the largest difference, divided by the largest number to go by; infinite where a
 *        number meets something that is none
 */
record Agreement(int elements, int wrong, int first, double expected, double found, double error) {
    /**
     * Compares element by element.
     *
     * @param expected to go by
     * @param found to judge
     * @param bound allowed difference, as a part of the largest number to go by; 0 asks for
     *        {@code ==}
     * @throws IllegalArgumentException if the lengths differ
     */
    static Agreement of(double[] expected, double[] found, double bound) {
        if (expected.length != found.length) {
            throw new IllegalArgumentException("found " + found.length + " elements, expected "
                    + expected.length);
        }
        double scale = 0.0;
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

    /** Two that are not numbers agree, and so do two equal infinities. */
    private static double difference(double expected, double found) {
        if (expected == found || Double.isNaN(expected) && Double.isNaN(found)) {
            return 0.0;
        }
        double difference = Math.abs(expected - found);
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
    }

    boolean good() {
        return wrong == 0;
    }
}
