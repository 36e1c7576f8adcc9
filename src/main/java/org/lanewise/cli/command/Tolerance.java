package org.lanewise.cli.command;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How closely a number must agree with a published one; NaN agrees with nothing. */
sealed interface Tolerance {
    /** Whether a computed number agrees. */
    boolean met(double expected, double computed);

    /** The same number. */
    record Exact() implements Tolerance {
        @Override
        public boolean met(double expected, double computed) {
            return expected == computed;
        }
    }

    /**
     * The same number, once both are rounded.
     *
     * @param places digits after the decimal point
     */
    record Decimals(int places) implements Tolerance {
        @Override
        public boolean met(double expected, double computed) {
            return Double.isFinite(expected) && Double.isFinite(computed)
                    && rounded(expected).equals(rounded(computed));
        }

        private BigDecimal rounded(double value) {
            return new BigDecimal(value).setScale(places, RoundingMode.HALF_EVEN);
        }
    }

    /**
     * A difference that is small compared with the expected number.
     *
     * @param bound largest quotient of difference and expected number
     */
    record Relative(double bound) implements Tolerance {
        @Override
        public boolean met(double expected, double computed) {
            // Tests for success, not for failure: every comparison with NaN is false.
            return Math.abs(computed - expected) <= bound * Math.abs(expected);
        }
    }

    /**
     * Reads a tolerance as the files of published figures state it.
     *
     * @throws IllegalArgumentException if it is stated in other words
     */
    static Tolerance parse(String stated) {
        Matcher decimals = Pattern.compile("equal when rounded to (\\d+) decimals").matcher(stated);
        if (decimals.matches()) {
            return new Decimals(Integer.parseInt(decimals.group(1)));
        }
        Matcher relative = Pattern.compile("relative (\\S+)").matcher(stated);
        if (relative.matches()) {
            return new Relative(Double.parseDouble(relative.group(1)));
        }
        throw new IllegalArgumentException("no tolerance reads \"" + stated + "\"");
    }
}
