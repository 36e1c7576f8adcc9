package org.lanewise.cli.option;

import org.lanewise.measure.Execution;
import picocli.CommandLine.TypeConversionException;

/**
 * A number of threads, as a command line gives it.
 *
 * @param count number of threads; not checked
 */
public record ThreadCount(int count) {
    private static final String AUTO = "auto";

    /** Parses a number, or {@code auto} for one thread per core. */
    public static ThreadCount parse(String text) {
        if (text.equalsIgnoreCase(AUTO)) {
            return new ThreadCount(Math.min(cores(), Execution.MOST_THREADS));
        }
        try {
            return new ThreadCount(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is neither a number nor auto");
        }
    }

    /** The cores that this process may use, which a container may limit. */
    static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }
}
