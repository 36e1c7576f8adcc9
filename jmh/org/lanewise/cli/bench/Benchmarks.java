package org.lanewise.cli.bench;

import java.io.IOException;
import java.util.stream.Stream;
import org.openjdk.jmh.Main;

/** JMH with {@link FlopsProfiler} added. */
public final class Benchmarks {
    private Benchmarks() {}

    /**
     * Runs JMH.
     *
     * @param arguments those of JMH
     * @throws IOException if JMH cannot read or write a file
     */
    public static void main(String[] arguments) throws IOException {
        Main.main(Stream.concat(Stream.of("-prof", FlopsProfiler.class.getName()),
                Stream.of(arguments)).toArray(String[]::new));
    }
}
