package org.lanewise.plan;

import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.ConvProblem;
import org.lanewise.kernel.LinearGeometry;
import org.lanewise.kernel.LinearProblem;
import org.lanewise.kernel.list.FloatImplementations;
import org.lanewise.kernel.list.Implementations;
import org.lanewise.kernel.list.KernelKind;
import org.lanewise.kernel.list.WeightedChoice;
import org.lanewise.spec.Precision;

/** What there is once for each precision. */
final class Precisions {
    /** One of each, because a step that clips gradients takes them for each parameter. */
    private static final ElementLoops DOUBLES = new UpdateLoops();
    private static final ElementLoops FLOATS = new FloatUpdateLoops();

    private Precisions() {}

    static Plan lower(Folding folding, PlanOptions options, Workspace workspace, Team team) {
        return switch (options.precision()) {
            case DOUBLE -> Lowering.plan(folding, options, workspace, team);
            case SINGLE -> FloatLowering.plan(folding, options, workspace, team);
        };
    }

    static ElementLoops loops(Precision precision) {
        return switch (precision) {
            case DOUBLE -> DOUBLES;
            case SINGLE -> FLOATS;
        };
    }

    static WeightedChoice<ConvProblem, ConvGeometry> choice(Precision precision,
            ConvProblem problem, long flops, KernelKind limit) {
        return switch (precision) {
            case DOUBLE -> Implementations.of(problem, flops, limit);
            case SINGLE -> FloatImplementations.of(problem, flops, limit);
        };
    }

    static WeightedChoice<LinearProblem, LinearGeometry> choice(Precision precision,
            LinearProblem problem, long flops, KernelKind limit) {
        return switch (precision) {
            case DOUBLE -> Implementations.of(problem, flops, limit);
            case SINGLE -> FloatImplementations.of(problem, flops, limit);
        };
    }
}
