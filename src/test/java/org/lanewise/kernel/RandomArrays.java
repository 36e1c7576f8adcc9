package org.lanewise.kernel;

import java.util.Random;

/** Random elements. */
public final class RandomArrays {
    /** The distance from 1 to the next element: what tolerances are multiples of. */
    public static final double ULP = Math.ulp(1.0);
    /** Its square is infinite, and the sum of many is not. */
    public static final double HUGE = Double.MAX_VALUE * 0x1p-20;

    private RandomArrays() {}

    /** Numbers from 0 to 1. */
    public static double[] doubles(Random random, int count) {
        return doubles(random, count, 0, 1);
    }

    public static double[] doubles(Random random, int count, double from, double to) {
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = Element.round(random.nextDouble(from, to));
        }
        return numbers;
    }
}
