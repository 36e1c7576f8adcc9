package org.lanewise.cli.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.measure.Execution;
import org.lanewise.RandomState;
import org.lanewise.check.Agreement;
import org.lanewise.measure.LayerPasses;
import org.lanewise.measure.Pass;
import org.lanewise.measure.Passes;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.Join;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.Precision;

/**
 * Compares every pass of a problem with the scalar kernels, and the scalar kernels with the
 * definition.
 */
public final class Checker {
    private static final int SMALL_WINDOW = 9;

    /** How far windows of more elements may be from direct sums, as a part of the largest element. */
    private static final double OTHER_WINDOWS = 5e-5;

    private final long seed;
    private final UnaryOperator<Passes.Result> found;

    /**
     * Makes a checker.
     *
     * @param seed of the numbers to compute with
     * @param found what is to be taken for the result; a test puts a wrong one in its place
     */
    public Checker(long seed, UnaryOperator<Passes.Result> found) {
        this.seed = seed;
        this.found = found;
    }

    /** Checks every pass. */
    public List<Check> check(Problem problem, Execution execution) {
        if (execution.backend().chosen() != Backend.SCALAR) {
            return againstScalar(problem, execution);
        }
        return switch (problem) {
            case Problem.OneLayer layer -> againstDefinition(layer, execution);
            case Problem.Whole whole -> layers(whole).stream()
                    .flatMap(layer -> againstDefinition(layer, execution).stream()).toList();
        };
    }

    /** The layers of a network, each by itself. */
    private static List<Problem.OneLayer> layers(Problem.Whole whole) {
        return whole.network().describe().stream()
                .filter(layer -> !(layer.layer() instanceof Flatten
                        || layer.layer() instanceof Join))
                .map(layer -> new Problem.OneLayer(whole.name() + ", layer " + layer.index(),
                        whole.batch(), layer.input(), layer.layer()))
                .toList();
    }

    private List<Check> againstScalar(Problem problem, Execution execution) {
        Passes candidate = problem.passes(execution);
        if (problem instanceof Problem.Whole whole && execution.precision() == Precision.SINGLE
                && !candidate.algorithm().equals(LayerPlan.DIRECT)) {
            candidate.close();
            return apart(whole, execution);
        }
        List<Check> checks = new ArrayList<>();
        Passes reference = problem.passes(execution.reference());
        for (Pass pass : candidate.passes()) {
            reference.fill(seed(pass));
            reference.run(pass);
            candidate.fill(seed(pass));
            candidate.run(pass);
            checks.add(compare(problem, pass, candidate, "the scalar kernels",
                    reference.results(pass)));
        }
        return checks;
    }

    /** Checks each pass of a convolution that tiles compute against direct sums of doubles, from the same numbers. */
    public List<Check> tiles(Problem.OneLayer problem, Execution execution) {
        List<Check> checks = new ArrayList<>();
        try (LayerPasses candidate = problem.passes(execution);
                LayerPasses direct = problem.passes(new Execution(execution.backend(),
                        Algorithm.DIRECT, Precision.DOUBLE, execution.threads()))) {
            for (Pass pass : List.of(Pass.FORWARD, Pass.BACKWARD_INPUT, Pass.BACKWARD_WEIGHTS)) {
                for (LayerPasses passes : List.of(candidate, direct)) {
                    passes.fill(seed(pass), execution.precision());
                    passes.run(pass);
                }
                checks.add(compare(problem, pass, candidate, "direct sums of doubles",
                        direct.results(pass)));
            }
        }
        return checks;
    }

    /**
     * The whole network by the direct algorithm, and each convolution by itself: a rounding of floats is
     * large enough to switch a ReLU somewhere in a network, and no bound holds for gradients after that.
     */
    private List<Check> apart(Problem.Whole whole, Execution execution) {
        Execution direct = new Execution(execution.backend(), Algorithm.DIRECT,
                execution.precision(), execution.threads());
        List<Check> checks = new ArrayList<>(againstScalar(whole, direct));
        layers(whole).stream().filter(layer -> layer.layer() instanceof Conv2d)
                .forEach(layer -> checks.addAll(againstScalar(layer, execution)));
        return checks;
    }

    private List<Check> againstDefinition(Problem.OneLayer problem, Execution execution) {
        Optional<Definition> definition = Definition.of(problem);
        if (definition.isEmpty()) {
            return List.of(new Check(problem, null, execution, LayerPlan.DIRECT,
                    "the scalar kernels of this layer are the reference", Map.of()));
        }
        List<Check> checks = new ArrayList<>();
        LayerPasses candidate = problem.passes(execution);
        for (Pass pass : candidate.passes()) {
            candidate.fillWithWholeNumbers(seed(pass));
            List<Passes.Result> expected = definition.get().results(candidate.operands());
            candidate.run(pass);
            checks.add(compare(problem, pass, candidate, "the definition", expected));
        }
        return checks;
    }

    /** Each pass has numbers of its own, so that what another has left is not taken for right. */
    private long seed(Pass pass) {
        return seed + pass.ordinal() & RandomState.MAX_SEED;
    }

    /** Of tiles, as the numerical contract states it: windows other than 3x3 are less exact in floats. */
    private static double bound(Problem problem, Precision precision) {
        return precision == Precision.SINGLE && problem instanceof Problem.OneLayer one
                && one.layer() instanceof Conv2d conv && conv.window().taps() > SMALL_WINDOW
                        ? OTHER_WINDOWS
                        : Agreement.reordered(precision);
    }

    private Check compare(Problem problem, Pass pass, Passes candidate, String against,
            List<Passes.Result> expected) {
        double bound = candidate.algorithm().equals(LayerPlan.DIRECT)
                ? 0.0
                : bound(problem, candidate.execution().precision());
        Map<String, Agreement> arrays = new LinkedHashMap<>();
        for (Passes.Result result : candidate.results(pass)) {
            Passes.Result right = Passes.named(expected, result.name());
            arrays.put(result.name(), Agreement.of(right.values(), found.apply(result).values(),
                    bound));
        }
        return new Check(problem, pass, candidate.execution(), candidate.algorithm(), against,
                arrays);
    }
}
