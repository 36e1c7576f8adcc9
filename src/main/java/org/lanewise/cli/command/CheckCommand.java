package org.lanewise.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.measure.Execution;
import org.lanewise.RandomState;
import org.lanewise.check.NetworkCase;
import org.lanewise.check.NetworkCheck;
import org.lanewise.check.NetworkFailure;
import org.lanewise.check.RandomNetworks;
import org.lanewise.cli.bench.Check;
import org.lanewise.cli.bench.Checker;
import org.lanewise.cli.bench.Problem;
import org.lanewise.cli.bench.RandomProblems;
import org.lanewise.cli.bench.RandomProblems.TileWindow;
import org.lanewise.cli.bench.TileErrors;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.Report;
import org.lanewise.cli.option.ExecutionOptions;
import org.lanewise.cli.option.SuiteOptions;
import org.lanewise.io.NetworkJson;
import org.lanewise.measure.Passes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise check}: whether all kernels compute the same. */
@Command(name = "check",
        description = "Check every pass of every problem: against the scalar kernels, by == where the"
                + " algorithm is direct, else within 1e-11 of the largest number, in single precision"
                + " 3e-5 (windows other than 3x3: 5e-5); the scalar kernels against the definition, on"
                + " whole numbers. With --networks, also short trainings of random networks of"
                + " either precision in every way they can be computed. Ends with exit code 1 where anything differs.")
public final class CheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SuiteOptions suite;

    @Mixin
    private ExecutionOptions execution;

    @Option(names = "--random", paramLabel = "N", defaultValue = "0",
            description = "Check so many convolutions of random shape, too (default: none).")
    private int random;

    @Option(names = "--tiles", paramLabel = "N", defaultValue = "0",
            description = "For each window that Winograd's tiles compute (3x3, 5x5 and 7x7, strided"
                    + " and dilated), check so many convolutions of random shape against direct sums of"
                    + " doubles, too (default: none), and print the largest errors.")
    private int tiles;

    @Option(names = "--networks", paramLabel = "N", defaultValue = "0",
            description = "Train so many small random networks (default: none): vector kernels,"
                    + " fused and unfused, on 1, 2 and 7 threads, must give the bits of the scalar"
                    + " reference, and Winograd convolution must stay within its bound. A network"
                    + " that fails is shrunk and printed as a network file.")
    private int networks;

    @Option(names = "--seed", paramLabel = "N",
            description = "First state of the random numbers, and shapes (default: one that is"
                    + " printed).")
    private Long seed;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    private final UnaryOperator<Passes.Result> found;
    private final Supplier<NetworkCheck> networkCheck;

    CheckCommand() {
        this(UnaryOperator.identity(), NetworkCheck::new);
    }

    /** Replaces results and the check of networks, so that a test can show wrong ones. */
    CheckCommand(UnaryOperator<Passes.Result> found, Supplier<NetworkCheck> networkCheck) {
        this.found = found;
        this.networkCheck = networkCheck;
    }

    @Override
    public Integer call() throws IOException {
        requireNotNegative("--random", random);
        requireNotNegative("--tiles", tiles);
        requireNotNegative("--networks", networks);
        if (seed != null && (seed < 0 || seed > RandomState.MAX_SEED)) {
            throw new ParameterException(spec.commandLine(),
                    "--seed " + seed + " must be from 0 to " + RandomState.MAX_SEED);
        }
        long first = seed == null ? System.nanoTime() & RandomState.MAX_SEED : seed;
        List<Problem> problems = problems(first);
        List<Execution> executions = execution.executions(spec.commandLine(), Backend.AUTO,
                Backend.SCALAR);
        List<Execution> tiled = executions.stream()
                .filter(one -> one.backend().chosen() == Backend.VECTOR
                        && one.algorithm() == Algorithm.AUTO)
                .toList();
        if (tiles > 0 && tiled.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--tiles " + tiles
                    + ": only vector kernels compute tiles, by the algorithm auto; found "
                    + (executions.getFirst().backend() + " and "
                            + executions.getFirst().algorithm()).toLowerCase(Locale.ROOT));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (!json) {
            out.println("seed " + first);
        }
        Checker checker = new Checker(first, found);
        int[] outcomes = new int[Check.Outcome.values().length];
        ArrayNode all = Json.array();
        for (Problem problem : problems) {
            for (Execution one : executions) {
                for (Check check : checker.check(problem, one)) {
                    outcomes[check.outcome().ordinal()]++;
                    if (json) {
                        all.add(check.json());
                    } else {
                        check.lines().forEach(out::println);
                    }
                }
            }
        }
        TileErrors errors = new TileErrors();
        for (Execution one : tiled) {
            tiles(checker, first, one, check -> {
                outcomes[check.outcome().ordinal()]++;
                if (check.outcome() == Check.Outcome.FAILED) {
                    if (json) {
                        all.add(check.json());
                    } else {
                        check.lines().forEach(out::println);
                    }
                }
            }, errors);
        }
        if (tiles > 0 && !json) {
            errors.lines().forEach(out::println);
        }
        List<NetworkFailure> failures = failures(first, out);
        outcomes[Check.Outcome.PASSED.ordinal()] += networks - failures.size();
        outcomes[Check.Outcome.FAILED.ordinal()] += failures.size();
        int passed = outcomes[Check.Outcome.PASSED.ordinal()];
        if (json) {
            ObjectNode root = Json.object().put("seed", first);
            for (Check.Outcome outcome : Check.Outcome.values()) {
                root.put(outcome.name().toLowerCase(Locale.ROOT), outcomes[outcome.ordinal()]);
            }
            root.set("checks", all);
            if (tiles > 0) {
                root.set("tiles", errors.json());
            }
            if (networks > 0) {
                root.set("networks", json(failures));
            }
            out.println(Json.text(root));
        } else {
            out.println(Report.format("%d passed, %d failed, %d skipped", passed,
                    outcomes[Check.Outcome.FAILED.ordinal()],
                    outcomes[Check.Outcome.SKIPPED.ordinal()]));
        }
        // Nothing checked is nothing proved.
        return passed > 0 && outcomes[Check.Outcome.FAILED.ordinal()] == 0 ? 0 : 1;
    }

    private void requireNotNegative(String option, int value) {
        if (value < 0) {
            throw new ParameterException(spec.commandLine(),
                    option + " " + value + " must not be negative");
        }
    }

    /** Checks convolutions by tiles. */
    private void tiles(Checker checker, long first, Execution execution, Consumer<Check> each,
            TileErrors errors) {
        for (TileWindow window : RandomProblems.TILE_WINDOWS) {
            RandomProblems.ofTiles(window, tiles, first, execution)
                    .flatMap(problem -> checker.tiles(problem, execution).stream())
                    .forEach(check -> {
                        errors.add(window.toString(), check);
                        each.accept(check);
                    });
        }
    }

    /** Checks random networks; each failure is printed when it is found. */
    private List<NetworkFailure> failures(long first, PrintWriter out) {
        List<NetworkFailure> failures = new ArrayList<>();
        try (NetworkCheck check = networkCheck.get()) {
            for (NetworkCase drawn : RandomNetworks.of(networks, first)) {
                check.check(drawn).ifPresent(failure -> {
                    failures.add(failure);
                    if (!json) {
                        failure.lines().forEach(out::println);
                        out.flush();
                    }
                });
            }
        }
        return failures;
    }

    private ObjectNode json(List<NetworkFailure> failures) {
        ObjectNode node = Json.object().put("checked", networks);
        ArrayNode list = node.putArray("failures");
        for (NetworkFailure failure : failures) {
            ObjectNode one = list.addObject();
            one.put("name", failure.drawn().name());
            one.put("reason", failure.reason());
            one.put("smallest_reason", failure.smallestReason());
            one.put("smallest_settings", failure.smallest().settings());
            one.set("smallest_network", Json.parse("network", NetworkJson
                    .write(failure.smallest().network()).getBytes(StandardCharsets.UTF_8)));
        }
        return node;
    }

    private List<Problem> problems(long first) throws IOException {
        List<Problem> problems = new ArrayList<>();
        if (random == 0 && networks == 0 && tiles == 0 || suite.given()) {
            problems.addAll(suite.problems(spec.commandLine()));
        }
        problems.addAll(RandomProblems.of(random, first));
        return problems;
    }
}
