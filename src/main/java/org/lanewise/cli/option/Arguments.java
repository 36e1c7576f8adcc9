package org.lanewise.cli.option;

import java.math.BigDecimal;
import org.lanewise.RandomState;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Checks that several commands make of what they were given. */
public final class Arguments {
    private Arguments() {}

    public static void requirePositive(CommandLine command, String option, int value) {
        if (value < 1) {
            throw new ParameterException(command, option + " " + value + " must be at least 1");
        }
    }

    public static void requireEpochs(double value) {
        if (!(value > 0 && value <= Integer.MAX_VALUE)) {
            throw new IllegalArgumentException("--epochs "
                    + (Double.isFinite(value) ? decimal(value) : value)
                    + " must be above 0 and at most " + Integer.MAX_VALUE);
        }
    }

    /** A number without a fraction that is 0, as 20 or 9.9. */
    public static String decimal(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    public static RandomState random(CommandLine command, long seed) {
        try {
            return new RandomState(seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, e.getMessage(), e);
        }
    }
}
