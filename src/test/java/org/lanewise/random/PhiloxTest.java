package org.lanewise.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.api.Test;

class PhiloxTest {
    /** The known answers of Random123 (tests/kat_vectors, philox4x32 10): counter, key, words. */
    @ParameterizedTest
    @CsvSource({
            "00000000 00000000 00000000 00000000, 00000000 00000000,"
                    + " 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
            "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff,"
                    + " 408f276d 41c83b0e a20bc7c6 6d5451fd",
            "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0,"
                    + " d16cfe09 94fdcceb 5001e420 24126ea1"})
    void givesTheKnownAnswers(String counter, String key, String words) {
        int[] c = words(counter);
        int[] k = words(key);
        int[] found = {1, 1, 1, 1, 1, 1, 1};
        Philox.block(Philox.key(k[0] & 0xFFFFFFFFL, k[1]), c[0], c[1], c[2], c[3], found, 2);
        int[] expected = words(words);
        assertArrayEquals(new int[] {1, 1, expected[0], expected[1], expected[2], expected[3], 1},
                found);
    }

    private static int[] words(String text) {
        return java.util.Arrays.stream(text.strip().split(" "))
                .mapToInt(word -> Integer.parseUnsignedInt(word, 16)).toArray();
    }

    @Test
    void keyIsSeedAndStream() {
        assertEquals(0x00000003_FFFFFFFFL, Philox.key(0xFFFFFFFFL, 3));
        assertEquals(0x00000003_FFFFFFFFL, Philox.key(-1, 3));
        assertEquals(0xFFFFFFFF_00000000L, Philox.key(1L << 32, -1));
    }

    @Test
    void wordsBecomeNumbersWithinTheirBounds() {
        assertEquals(0.0, Philox.uniform(0));
        assertEquals(0.5, Philox.uniform(0x80000000));
        assertEquals(1.0 - 0x1p-32, Philox.uniform(-1));
        assertEquals(0, Philox.below(0, 7));
        assertEquals(6, Philox.below(-1, 7));
        assertEquals(3, Philox.below(0x80000000, 7));
        assertEquals(Integer.MAX_VALUE - 1, Philox.below(-1, Integer.MAX_VALUE));
        assertEquals(0, Philox.below(-1, 1));
    }
}
