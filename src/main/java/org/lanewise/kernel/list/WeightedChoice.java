package org.lanewise.kernel.list;

import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.lanewise.kernel.ConvProblem;
import org.lanewise.kernel.FusedMaxPool;
import org.lanewise.kernel.Layout.Halo;
import org.lanewise.kernel.PostOps;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.WeightedKernel;

/**
 * What computes the passes of a layer that learns weights.
 *
 * @param <P> what decides
 * @param <G> shapes and layouts
 * @param problem the layer
 * @param forward what computes the forward pass
 * @param backwardInput what computes the gradient with respect to the input
 * @param backwardWeights what computes the gradients with respect to weights and bias
 * @param winograd of a convolution; null for another layer
 */
public record WeightedChoice<P, G>(
        P problem,
        Choice<P, G> forward,
        Choice<P, G> backwardInput,
        Choice<P, G> backwardWeights,
        Winograd winograd) {
    /**
     * What else Winograd's algorithm says of a convolution that it computes.
     *
     * @param reason why it is chosen, in words
     * @param poolsByTwo whether all its passes can compute a max pooling by windows of 2x2
     * @param maxPool the places of such a pooling, of an array of some length
     */
    public record Winograd(Function<ConvProblem, String> reason,
            Predicate<ConvProblem> poolsByTwo,
            BiFunction<ConvProblem, LongFunction<int[]>, FusedMaxPool> maxPool) {}

    /** {@return the rule that chose the algorithm of the forward pass, in words; empty for a dense layer on vectors} */
    public String reason() {
        if (problem instanceof ConvProblem conv) {
            return forward.chosen().kind() == KernelKind.WINOGRAD
                    ? winograd.reason().apply(conv)
                    : forward.refusals().firstEntry().getValue();
        }
        return forward.chosen().kind() == KernelKind.REFERENCE
                ? forward.refusals().firstEntry().getValue()
                : "";
    }

    /** {@return whether all passes can compute a max pooling by windows of 2x2 along with the layer} */
    public boolean poolsByTwo() {
        return problem instanceof ConvProblem conv
                && forward.chosen().kind() == KernelKind.WINOGRAD
                && winograd.poolsByTwo().test(conv);
    }

    /**
     * {@return that max pooling, where all passes can compute it}
     *
     * @param integers allocates some, or returns null where no backward pass follows
     */
    public FusedMaxPool maxPool(LongFunction<int[]> integers) {
        return winograd.maxPool().apply((ConvProblem) problem, integers);
    }

    /**
     * {@return the zeros that passes read around the input}
     *
     * @param learns whether weights are learned
     */
    public Halo sourceHalo(boolean learns) {
        Halo halo = forward.chosen().sourceHalo().apply(problem);
        return learns
                ? halo.with(backwardWeights.chosen().sourceHalo().apply(problem))
                : halo;
    }

    /**
     * {@return the zeros that passes read around the output's gradient}
     *
     * @param input whether the gradient with respect to the input is required
     */
    public Halo gradientHalo(boolean input) {
        Halo halo = backwardWeights.chosen().gradientHalo().apply(problem);
        return input ? halo.with(backwardInput.chosen().gradientHalo().apply(problem)) : halo;
    }

    /**
     * {@return whether the output, and the gradient with respect to it, may be row-major}
     *
     * @param input whether the gradient with respect to the input is required
     */
    public boolean rowMajorOutput(boolean input) {
        return forward.chosen().rowMajorOutput() && backwardWeights.chosen().rowMajorOutput()
                && (!input || backwardInput.chosen().rowMajorOutput());
    }

    /**
     * {@return the passes for a layer whose maps have places}
     *
     * @param geometry shapes and layouts
     * @param postOps what is computed along with it
     * @param capacity the most samples of one batch
     * @param scratch where working memory comes from
     * @param input whether the gradient with respect to the input is required
     * @param weights whether the gradients with respect to weights and bias are
     */
    public WeightedKernel bind(G geometry, PostOps postOps, int capacity, Scratchpad scratch,
            boolean input, boolean weights) {
        return new WeightedKernel(forward.chosen().bind(geometry, postOps, capacity, scratch),
                input ? backwardInput.chosen().bind(geometry, postOps, capacity, scratch) : null,
                weights
                        ? backwardWeights.chosen().bind(geometry, postOps, capacity, scratch)
                        : null);
    }
}
