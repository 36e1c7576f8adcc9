package org.lanewise.cli.option;

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

    public static RandomState random(CommandLine command, long seed) {
        try {
            return new RandomState(seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, e.getMessage(), e);
        }
    }
}
