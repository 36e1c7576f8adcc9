package org.lanewise.plan;

import java.util.List;
import java.util.Optional;
import org.lanewise.kernel.Job;
import org.lanewise.kernel.PassLoops;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.MemoryUse;

/**
 * One operation of a plan over the buffers it was given.
 *
 * @param layer index of the layer that it computes
 * @param outputLayer index of the layer whose output it makes: later where layers are fused
 * @param algorithm what computes it; {@code direct} where sums run as the reference's
 * @param reason the rule that chose the algorithm, in words; empty where there is no other
 * @param candidates what was considered for each pass, in order; empty where there is one way
 * @param loops the kernels of each pass, in words
 * @param input what it reads
 * @param output what it makes
 * @param forward computes the outputs
 * @param backwardWeights overwrites the gradients of what it learns; empty if nothing
 * @param backwardInput overwrites the input's gradient; empty if no layer needs it
 */
record Step(
        int layer,
        int outputLayer,
        String algorithm,
        String reason,
        List<LayerPlan.Candidate> candidates,
        PassLoops loops,
        Tensor input,
        Tensor output,
        List<Job> forward,
        List<Job> backwardWeights,
        List<Job> backwardInput) {
    /** The same in words. */
    LayerPlan description() {
        return new LayerPlan(layer, outputLayer, algorithm, reason, candidates,
                output.placement(),
                loops.forward(),
                backwardInput.isEmpty() ? Optional.empty() : Optional.of(loops.backwardInput()),
                backwardWeights.isEmpty()
                        ? Optional.empty()
                        : Optional.of(loops.backwardWeights()));
    }

    /**
     * Whether the step only converts values to another layout, or copies them to an array with tail
     * padding.
     */
    boolean arranges() {
        return layer == MemoryUse.WHOLE_NETWORK
                || input.shape().equals(output.shape()) && !input.layout().equals(output.layout());
    }

    /** Whether a backward pass reaches this step. */
    boolean hasGradient() {
        return output.gradient() != null;
    }
}
