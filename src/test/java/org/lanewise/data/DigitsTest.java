package org.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lanewise.Samples;

class DigitsTest {
    private static double[] input(Samples samples, int index) {
        double[] input = new double[64];
        samples.copyInput(index, input, 0);
        return input;
    }

    @Test
    void everyFifthIsHeldOut() {
        DataSet digits = Digits.dataSet();
        Samples test = digits.test().orElseThrow();
        assertEquals(1438, digits.train().size());
        assertEquals(359, test.size());
        // The labels begin 0 1 2 3 4 5 6 7 8 9 0: the fifth and the tenth are 4 and 9.
        assertArrayEquals(new int[] {0, 1, 2, 3, 5, 6, 7, 8, 0},
                IntStream.range(0, 9).map(digits.train()::label).toArray());
        assertEquals(4, test.label(0));
        assertEquals(9, test.label(1));
    }

    /** Counts and sum are those of NumPy over the same file. */
    @Test
    void theWholeSet() {
        DataSet digits = Digits.dataSet();
        int[] classes = new int[10];
        double sum = 0;
        for (Samples samples : new Samples[] {digits.train(), digits.test().orElseThrow()}) {
            assertEquals(Digits.SHAPE, samples.shape());
            for (int i = 0; i < samples.size(); i++) {
                classes[samples.label(i)]++;
                sum += Arrays.stream(input(samples, i)).sum();
            }
        }
        assertArrayEquals(new int[] {178, 182, 177, 183, 181, 182, 181, 179, 174, 180}, classes);
        assertEquals(561718 / 16.0, sum);
    }

    @Test
    void pixelsAreSixteenths() {
        double[] first = input(Digits.dataSet().train(), 0);
        assertArrayEquals(new double[] {0, 0, 5 / 16.0, 13 / 16.0, 9 / 16.0, 1 / 16.0, 0, 0},
                Arrays.copyOf(first, 8));
        Samples test = Digits.dataSet().test().orElseThrow();
        double[] last = input(test, test.size() - 1);
        assertArrayEquals(new double[] {0, 0, 2 / 16.0, 9 / 16.0, 13 / 16.0, 6 / 16.0, 0, 0},
                Arrays.copyOfRange(last, 56, 64));
        assertTrue(Digits.dataSet().warnings().isEmpty());
    }
}
