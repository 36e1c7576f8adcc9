package org.lanewise.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.Execution;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** By which loops and on how many threads something is measured or checked; lists of both. */
final class ExecutionOptions {
    @Option(names = "--backend", split = ",", paramLabel = "NAME", description = "Loops, separated by commas: ${COMPLETION-CANDIDATES} (default: each that"
            + " runs here).")
    private List<Backend> backends = List.of();

    @Option(names = "--algorithm", paramLabel = "NAME", defaultValue = "auto", description = "Convolution: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Algorithm algorithm;

    @Option(names = "--threads", split = ",", paramLabel = "N", defaultValue = "1", description = "Numbers of threads, separated by commas (default: ${DEFAULT-VALUE}). Loops"
            + " that use one thread run once.")
    private List<Integer> threads;

    /** Numbers of threads, each once. */
    List<Integer> threads() {
        return threads.stream().distinct().toList();
    }

    /**
     * Every backend with every number of threads that it can use.
     *
     * @throws ParameterException if a backend cannot run here, or none on so many threads
     */
    List<Execution> executions(CommandLine command) {
        try {
            List<Execution> list = new ArrayList<>();
            for (int count : threads()) {
                List<Backend> able = chosen().stream()
                        .filter(backend -> count == 1 || backend.parallel()).toList();
                // Where nobody can, the first says why.
                for (Backend backend : able.isEmpty() ? chosen().subList(0, 1) : able) {
                    list.add(new Execution(backend, algorithm, count));
                }
            }
            return list;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, e.getMessage(), e);
        }
    }

    /** The only execution asked for; the fastest backend where none was named. */
    Execution single(CommandLine command) {
        if (backends.size() > 1 || threads.size() > 1) {
            throw new ParameterException(command, "one backend and one number of threads, please");
        }
        try {
            return new Execution(backends.isEmpty()
                    ? Backend.AUTO.chosen()
                    : backends.getFirst().chosen(), algorithm, threads.getFirst());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, e.getMessage(), e);
        }
    }

    /** What runs, each once: two names may stand for the same loops. */
    private List<Backend> chosen() {
        return (backends.isEmpty() ? Stream.of(Backend.AUTO, Backend.SCALAR) : backends.stream())
                .map(Backend::chosen).distinct().toList();
    }

    /** The same options for a JVM that is started for them. */
    List<String> arguments() {
        return List.of("--backend",
                chosen().stream().map(Backend::name).collect(Collectors.joining(",")),
                "--algorithm", algorithm.name(), "--threads",
                threads().stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
}
