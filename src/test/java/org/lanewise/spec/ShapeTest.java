package org.lanewise.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A shape has at least one element along each axis. */
class ShapeTest {
    private static void assertRefused(String message, Executable made) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, made).getMessage());
    }

    @Test
    void rejectsSizesBelowOne() {
        assertRefused("shape 0x8x8: channels 0 must be at least 1",
                () -> new Shape.Image(0, 8, 8));
        assertRefused("shape 1x-3x8: height -3 must be at least 1",
                () -> new Shape.Image(1, -3, 8));
        assertRefused("shape 1x8x0: width 0 must be at least 1",
                () -> new Shape.Image(1, 8, 0));
        assertRefused("features 0 must be at least 1", () -> new Shape.Flat(0));
    }
}
