package org.lanewise.measure;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.lanewise.Algorithm;
import org.lanewise.Backend;

/** Checks that a benchmark computes the right results before it is measured. */
final class Reference {
    private static final long SEED = 1;
    /** For algorithms that sum in another order; a part of the largest number of an array. */
    private static final double BOUND = 1e-11;

    private Reference() {}

    /**
     * Makes passes and compares the results of each with the scalar kernels'.
     *
     * @param problem makes the passes of an execution
     * @param backend the kernels to measure
     * @return passes of those kernels, filled
     * @throws AssertionError if any result differs
     */
    static <T extends Passes> T agreeing(Function<Execution, T> problem, Backend backend) {
        T measured = problem.apply(new Execution(backend, Algorithm.AUTO, 1));
        T reference = problem.apply(Execution.REFERENCE);
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
        double bound = measured.algorithm().equals("direct") ? 0.0 : BOUND * largest;
        for (int i = 0; i < expected.values().length; i++) {
            if (!(Math.abs(expected.values()[i] - found.values()[i]) <= bound)) {
                throw new AssertionError(pass + ", " + expected.name() + "[" + i + "]: expected "
                        + expected.values()[i] + ", found " + found.values()[i]);
            }
        }
    }
}
