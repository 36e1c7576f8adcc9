package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.lanewise.cli.command.Tolerance.Decimals;
import org.lanewise.cli.command.Tolerance.Exact;
import org.lanewise.cli.command.Tolerance.Relative;

class ToleranceTest {
    static final List<Tolerance> ALL = List.of(new Exact(), new Decimals(8),
            new Relative(1e-10), new Relative(Double.MAX_VALUE));

    @ParameterizedTest
    @FieldSource("ALL")
    void nanAgreesWithNothing(Tolerance tolerance) {
        assertTrue(tolerance.met(0.25, 0.25));
        assertFalse(tolerance.met(0.25, Double.NaN));
        assertFalse(tolerance.met(Double.NaN, 0.25));
        assertFalse(tolerance.met(Double.NaN, Double.NaN));
    }

    @Test
    void decimalsRoundBothNumbers() {
        assertTrue(new Decimals(8).met(0.00501739, 0.0050173949));
        assertFalse(new Decimals(8).met(0.00501739, 0.0050173951));
        assertTrue(new Decimals(8).met(-0.00501739, -0.0050173851));
        assertFalse(new Decimals(8).met(-0.00501739, -0.0050173849));
        assertTrue(new Decimals(3).met(0.852, 0.8524));
        assertFalse(new Decimals(3).met(0.852, 0.8526));
        assertFalse(new Decimals(8).met(1, Double.POSITIVE_INFINITY));
    }

    @Test
    void relativeScalesWithTheExpectedNumber() {
        assertTrue(new Relative(1e-10).met(-1e6, -1e6 - 0.9e-4));
        assertFalse(new Relative(1e-10).met(-1e6, -1e6 - 1.1e-4));
        assertTrue(new Relative(1e-10).met(1e-6, 1e-6 + 0.9e-16));
        assertFalse(new Relative(1e-10).met(1e-6, 1e-6 + 1.1e-16));
        assertFalse(new Relative(1e-10).met(0, Double.MIN_VALUE));
    }

    @Test
    void exactTakesTheSameNumber() {
        assertFalse(new Exact().met(1, Math.nextUp(1.0)));
    }

    @Test
    void readsWhatTheFilesState() {
        assertEquals(new Decimals(8), Tolerance.parse("equal when rounded to 8 decimals"));
        assertEquals(new Relative(1e-10), Tolerance.parse("relative 1e-10"));
        assertEquals("no tolerance reads \"about right\"",
                assertThrows(IllegalArgumentException.class,
                        () -> Tolerance.parse("about right")).getMessage());
    }
}
