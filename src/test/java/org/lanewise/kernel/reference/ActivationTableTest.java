package org.lanewise.kernel.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The errors of functions and of their derivatives, against 30 digits that mpmath computed. */
class ActivationTableTest {
    /** Below it doubles have fewer digits. */
    private static final double TINY = 1e-300;

    /** A column of the table, with the largest error: in units of the last place, or as a number. */
    enum Column {
        GELU(4, 0, GeluScalar::gelu),
        GELU_SLOPE(4, 2e-16, slope(GeluScalar::geluBackward)),
        GELU_TANH(3, 0, (x, y, from, to) -> GeluScalar.gate(GeluScalar.LINEAR, GeluScalar.CUBIC,
                x, y, from, to)),
        GELU_TANH_SLOPE(3, 3e-16, slope((x, diffDst, diffSrc, from, to) -> GeluScalar
                .gateBackward(GeluScalar.LINEAR, GeluScalar.CUBIC, x, diffDst, diffSrc, from, to))),
        SILU(2, 0, (x, y, from, to) -> GeluScalar.gate(1, 0, x, y, from, to)),
        SILU_SLOPE(3, 2.5e-16, slope((x, diffDst, diffSrc, from, to) -> GeluScalar.gateBackward(1,
                0, x, diffDst, diffSrc, from, to))),
        ELU(1, 0, (x, y, from, to) -> ActivationScalar.elu(1, x, y, from, to)),
        SOFTPLUS(2, 0, ActivationScalar::softplus),
        SOFTPLUS_SLOPE(2, 0, slope(ActivationScalar::softplusBackward));

        private final double units;
        private final double absolute;
        private final Forward function;

        Column(double units, double absolute, Forward function) {
            this.units = units;
            this.absolute = absolute;
            this.function = function;
        }

        private static Forward slope(Backward backward) {
            return (x, y, from, to) -> backward.run(x, new double[] {1}, y, from, to);
        }

        /** The error of a sigmoid grows with its argument, which is a cubic here and rounded. */
        private double units(double x) {
            return this == GELU_TANH || this == GELU_TANH_SLOPE
                    ? units * (1 + 0.1 * Math.abs(x * x * x))
                    : units;
        }

        private double of(double x) {
            double[] y = new double[1];
            function.run(new double[] {x}, y, 0, 1);
            return y[0];
        }
    }

    /** A function of elements. */
    private interface Forward {
        void run(double[] x, double[] y, int from, int to);
    }

    /** Its gradient. */
    private interface Backward {
        void run(double[] x, double[] diffDst, double[] diffSrc, int from, int to);
    }

    private static List<String[]> table() throws IOException {
        try (InputStream in = ActivationTableTest.class
                .getResourceAsStream("/org/lanewise/kernel/activations.csv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .map(line -> line.split(",")).toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void isCloseToTheTable(Column column) throws IOException {
        List<String[]> table = table();
        int index = column.ordinal() + 1;
        assertEquals(column.name().toLowerCase(Locale.ROOT), table.getFirst()[index]);
        int compared = 0;
        for (String[] row : table.subList(1, table.size())) {
            double x = Double.parseDouble(row[0]);
            BigDecimal exact = new BigDecimal(row[index]);
            double found = column.of(x);
            double nearest = exact.doubleValue();
            if (Math.abs(nearest) < TINY) {
                assertTrue(Math.abs(found) <= 1.001 * TINY, () -> "at " + x + ": " + found);
                continue;
            }
            double error = new BigDecimal(found).subtract(exact).abs().doubleValue();
            double bound = Math.max(column.absolute, column.units(x) * Math.ulp(nearest));
            assertTrue(error <= bound, () -> "at " + x + ": expected " + exact + ", found " + found
                    + ", an error of " + error / Math.ulp(nearest) + " units, " + error);
            compared++;
        }
        assertTrue(compared > 150, compared + " numbers compared");
    }
}
