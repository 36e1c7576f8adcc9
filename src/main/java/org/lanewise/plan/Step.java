package org.lanewise.plan;

import java.util.List;
import java.util.Optional;
import org.lanewise.kernel.ImplementationInfo;
import org.lanewise.kernel.Task;
import org.lanewise.spec.LayerPlan;

/**
 * One operation of a plan over the buffers it was given.
 *
 * @param layer index of the layer that it computes
 * @param outputLayer index of the layer whose output it writes: a later one where some are fused
 * @param arranges whether it only copies values into another layout
 * @param algorithm what computes it; {@code direct} where sums run as the reference's
 * @param reason the rule that chose the algorithm, in words; empty where there is no other
 * @param candidates what was considered for each pass, in order; empty where there is one way
 * @param loops what computes each pass, in words
 * @param inputs what it reads; where the gradient of one is the sum of several contributions, with
 *        the array for this step's in place of the gradient
 * @param output what it writes
 * @param forward overwrites the output
 * @param backwardWeights overwrites the gradients of what it learns; empty if nothing
 * @param backwardInput overwrites the gradients of the inputs; empty if none is wanted
 * @param accumulate adds the contribution of this step to the gradient of its input; empty where it is
 *        the only one, the first, or added at once
 * @param predict overwrites the output in inference: mostly the forward tasks
 * @param statistics move the layer's state once a step of training is good
 * @param saved of which the gradients of the inputs need the values, besides masks of fused ReLUs; of a join,
 *        the inputs to whose gradients it adds
 * @param rewritten of which the gradients of what is learned read or write one array more: a gradient that is replaced,
 *        or values
 * @param indices ints of a sample that the forward pass saves for the backward passes
 */
record Step(
        int layer,
        int outputLayer,
        boolean arranges,
        String algorithm,
        String reason,
        List<LayerPlan.Candidate> candidates,
        ImplementationInfo loops,
        List<Tensor> inputs,
        Tensor output,
        List<Task> forward,
        List<Task> backwardWeights,
        List<Task> backwardInput,
        List<Task> accumulate,
        List<Task> predict,
        Optional<BatchStatistics> statistics,
        List<Tensor> saved,
        List<Tensor> rewritten,
        int indices) {
    /** A step that computes alike in training and in inference. */
    Step(int layer, int outputLayer, boolean arranges, String algorithm, String reason,
            List<LayerPlan.Candidate> candidates, ImplementationInfo loops, List<Tensor> inputs,
            Tensor output, List<Task> forward, List<Task> backwardWeights,
            List<Task> backwardInput) {
        this(layer, outputLayer, arranges, algorithm, reason, candidates, loops, inputs, output,
                forward, backwardWeights, backwardInput, List.of(), forward, Optional.empty(),
                List.of(), List.of(), 0);
    }

    /** What it reads, or the first of several. */
    Tensor input() {
        return inputs.getFirst();
    }

    /** {@return this step with tasks that add its contribution to the gradient of its input} */
    Step accumulate(List<Task> tasks) {
        return new Step(layer, outputLayer, arranges, algorithm, reason, candidates, loops, inputs,
                output, forward, backwardWeights, backwardInput, tasks, predict, statistics, saved,
                rewritten, indices);
    }

    /** {@return this step with another reason} */
    Step reason(String words) {
        return new Step(layer, outputLayer, arranges, algorithm, words, candidates, loops, inputs,
                output, forward, backwardWeights, backwardInput, accumulate, predict, statistics,
                saved,
                rewritten, indices);
    }

    /** {@return this step with what its backward passes read besides gradients and weights} */
    Step saved(List<Tensor> tensors, int ints) {
        return new Step(layer, outputLayer, arranges, algorithm, reason, candidates, loops, inputs,
                output, forward, backwardWeights, backwardInput, accumulate, predict, statistics,
                tensors, rewritten, ints);
    }

    /** The same in words. */
    LayerPlan description() {
        return new LayerPlan(layer, outputLayer, algorithm, reason, candidates,
                output.placement(),
                loops.forward(),
                inputs.stream().anyMatch(tensor -> tensor.gradient() != null)
                        ? Optional.of(loops.backwardInput())
                        : Optional.empty(),
                backwardWeights.isEmpty()
                        ? Optional.empty()
                        : Optional.of(loops.backwardWeights()));
    }

    /** Whether a backward pass reaches this step. */
    boolean hasGradient() {
        return output.gradient() != null;
    }
}
