package org.lanewise.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowMajorTest {
    @Test
    void lastIndexRunsFastest() {
        RowMajor array = RowMajor.of("x", new double[][][] {{{1, 2}}, {{3, 4}}, {{5, 6}}});
        assertEquals(List.of(3, 1, 2), array.shape());
        assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, array.values());
    }

    @Test
    void mapsRestoreTheNestedArray() {
        double[][][] maps = {{{1, 2, 3}, {4, 5, 6}}, {{7, 8, 9}, {10, 11, 12}}};
        assertArrayEquals(maps, RowMajor.maps(RowMajor.of("x", maps).values(), 2, 3));
    }

    @Test
    void namesTheRaggedPart() {
        assertMessage("x[1][2] has shape [3], but x[1][0] has shape [2]",
                new double[][][] {{{1, 2}, {3, 4}}, {{1, 2}, {3, 4}, {5, 6, 7}}});
        // As many elements, so that only the shape differs.
        assertMessage("x[1] has shape [1, 4], but x[0] has shape [2, 2]",
                new double[][][] {{{1, 2}, {3, 4}}, {{1, 2, 3, 4}}});
    }

    @Test
    void namesTheEmptyPart() {
        assertMessage("x is empty", new double[0][]);
        assertMessage("x[0][1] is empty", new double[][][] {{{1}, {}}});
    }

    @Test
    void refusesOtherElements() {
        assertMessage("x[0] is no array of doubles", new int[][] {{1}});
    }

    private static void assertMessage(String message, Object[] nested) {
        assertEquals(message, assertThrows(IllegalArgumentException.class,
                () -> RowMajor.of("x", nested)).getMessage());
    }
}
