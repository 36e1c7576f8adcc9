package org.lanewise.measure;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.lanewise.check.Agreement;

/** Checks that a benchmark computes the right results before it is measured. */
final class Reference {
    private static final long SEED = 1;

    private Reference() {}

    /**
     * Makes passes and compares the results of each with the scalar kernels'.
     *
     * @param problem makes the passes of an execution
     * @param execution the kernels to measure
     * @return passes of those kernels, filled
     * @throws AssertionError if any result differs
     */
    static <T extends Passes> T agreeing(Function<Execution, T> problem, Execution execution) {
        T measured = problem.apply(execution);
        T reference = problem.apply(execution.reference());
        for (Pass pass : measured.passes()) {
            List<Passes.Result> expected = results(reference, pass);
            List<Passes.Result> found = results(measured, pass);
            for (Passes.Result result : found) {
                require(measured, pass, Passes.named(expected, result.name()), result);
            }
        }
        measured.fill(SEED);
        return measured;
    }

    private static List<Passes.Result> results(Passes passes, Pass pass) {
        passes.fill(SEED + pass.ordinal());
        passes.run(pass);
        return passes.results(pass);
    }

    static void require(Passes measured, Pass pass, Passes.Result expected, Passes.Result found) {
        double largest = Arrays.stream(expected.values()).map(Math::abs).max().orElse(0.0);
        double bound = measured.algorithm().equals("direct")
                ? 0.0
                : Agreement.reordered(measured.execution().precision()) * largest;
        for (int i = 0; i < expected.values().length; i++) {
            if (!(Math.abs(expected.values()[i] - found.values()[i]) <= bound)) {
                throw new AssertionError(pass + ", " + expected.name() + "[" + i + "]: expected "
                        + expected.values()[i] + ", found " + found.values()[i]);
            }
        }
    }
}
