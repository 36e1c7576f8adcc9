package org.lanewise.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.lanewise.Backend;
import org.lanewise.Execution;
import org.lanewise.RandomState;
import org.lanewise.measure.Passes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise check}: whether all loops compute the same. */
@Command(name = "check",
        description = "Check every pass of every problem: against the scalar loops, by == where the"
                + " algorithm is direct; the scalar loops themselves against the definition, on"
                + " whole numbers. Ends with exit code 1 where anything differs.")
final class CheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SuiteOptions suite;

    @Mixin
    private ExecutionOptions execution;

    @Option(names = "--random", paramLabel = "N", defaultValue = "0",
            description = "Check so many convolutions of random shape, too (default: none).")
    private int random;

    @Option(names = "--seed", paramLabel = "N",
            description = "First state of the random numbers, and shapes (default: one that is"
                    + " printed).")
    private Long seed;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    private final UnaryOperator<Passes.Result> found;

    CheckCommand() {
        this(UnaryOperator.identity());
    }

    /** With something else in the place of results, so that a test can show wrong ones. */
    CheckCommand(UnaryOperator<Passes.Result> found) {
        this.found = found;
    }

    @Override
    public Integer call() throws IOException {
        if (random < 0) {
            throw new ParameterException(spec.commandLine(),
                    "--random " + random + " must not be negative");
        }
        if (seed != null && (seed < 0 || seed > RandomState.MAX_SEED)) {
            throw new ParameterException(spec.commandLine(),
                    "--seed " + seed + " must be from 0 to " + RandomState.MAX_SEED);
        }
        long first = seed == null ? System.nanoTime() & RandomState.MAX_SEED : seed;
        List<Problem> problems = problems(first);
        List<Execution> executions = execution.executions(spec.commandLine(), Backend.AUTO,
                Backend.SCALAR);
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
        int passed = outcomes[Check.Outcome.PASSED.ordinal()];
        if (json) {
            ObjectNode root = Json.object().put("seed", first);
            for (Check.Outcome outcome : Check.Outcome.values()) {
                root.put(outcome.name().toLowerCase(Locale.ROOT), outcomes[outcome.ordinal()]);
            }
            out.println(Json.text(root.set("checks", all)));
        } else {
            out.println(Report.format("%d passed, %d failed, %d skipped", passed,
                    outcomes[Check.Outcome.FAILED.ordinal()],
                    outcomes[Check.Outcome.SKIPPED.ordinal()]));
        }
        // Nothing checked is nothing proved.
        return passed > 0 && outcomes[Check.Outcome.FAILED.ordinal()] == 0 ? 0 : 1;
    }

    private List<Problem> problems(long first) throws IOException {
        List<Problem> problems = new ArrayList<>();
        if (random == 0 || suite.given()) {
            problems.addAll(suite.problems(spec.commandLine()));
        }
        problems.addAll(RandomProblems.of(random, first));
        return problems;
    }
}
