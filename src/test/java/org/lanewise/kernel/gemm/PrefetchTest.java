package org.lanewise.kernel.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.lanewise.kernel.Cpu;

/** What is prefetched: an element of each cache line, and none beyond an array. */
class PrefetchTest {
    private static final int LINE = Cpu.LINE / Double.BYTES;

    @Test
    void readsOneElementOfEachLineOfBothArrays() {
        double[] first = ones(10);
        double[] second = ones(20);
        for (int lines = 0; lines <= 12; lines++) {
            for (int others = 0; others <= 22; others++) {
                assertEquals(Math.min(lines, 10) + Math.min(others, 20),
                        Prefetch.read(first, 0, lines * LINE, second, 0, others * LINE), 0.0);
            }
        }
    }

    private static double[] ones(int lines) {
        double[] array = new double[lines * LINE];
        Arrays.fill(array, 1.0);
        return array;
    }
}
