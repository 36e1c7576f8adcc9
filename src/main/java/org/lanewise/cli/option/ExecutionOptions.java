package org.lanewise.cli.option;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.measure.Execution;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Kernels and numbers of threads to measure or check, as lists, and their precision. */
public final class ExecutionOptions {
    @Option(names = "--backend", split = ",", paramLabel = "NAME",
            description = "Loops, separated by commas: ${COMPLETION-CANDIDATES} (default: the"
                    + " fastest here; check takes each).")
    private List<Backend> backends = List.of();

    @Option(names = "--algorithm", paramLabel = "NAME", defaultValue = "auto",
            description = "Convolution: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Algorithm algorithm;

    @Mixin
    private PrecisionOption precision;

    @Option(names = "--threads", split = ",", paramLabel = "N", defaultValue = "1",
            description = "Numbers of threads that share every pass, separated by commas"
                    + " (default: ${DEFAULT-VALUE}).")
    private List<Integer> threads;

    /**
     * Every backend with every number of threads, each once.
     *
     * @param unnamed backends where the command line names none
     * @throws ParameterException if a backend cannot run here, or a number of threads is out of range
     */
    public List<Execution> executions(CommandLine command, Backend... unnamed) {
        try {
            // Two names may mean the same kernels.
            List<Backend> named = (backends.isEmpty() ? Stream.of(unnamed) : backends.stream())
                    .map(Backend::chosen).distinct().toList();
            List<Execution> list = new ArrayList<>();
            for (int count : threads.stream().distinct().toList()) {
                for (Backend backend : named) {
                    list.add(new Execution(backend, algorithm, precision.chosen(), count));
                }
            }
            return list;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, e.getMessage(), e);
        }
    }

    /** The only execution requested; the fastest kernels if none were named. */
    public Execution single(CommandLine command) {
        List<Execution> all = executions(command, Backend.AUTO);
        if (all.size() > 1) {
            throw new ParameterException(command, "one backend and one number of threads, please");
        }
        return all.getFirst();
    }

    /** The options that request the same from another JVM. */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("--algorithm", algorithm.name(),
                "--precision", precision.chosen().toString(), "--threads",
                join(threads.stream().map(String::valueOf))));
        if (!backends.isEmpty()) {
            arguments.addAll(List.of("--backend", join(backends.stream().map(Backend::name))));
        }
        return arguments;
    }

    private static String join(Stream<String> values) {
        return values.collect(Collectors.joining(","));
    }
}
