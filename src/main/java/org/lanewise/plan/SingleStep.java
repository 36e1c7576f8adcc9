package org.lanewise.plan;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.lanewise.kernel.FusedMaxPool;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.Shape;

/**
 * One step of a plan by itself: its passes one by one, and row-major copies of its arrays.
 *
 * <p>A caller that runs passes out of order must make sure that the inputs of each pass were
 * computed.
 */
public final class SingleStep {
    private final Step step;
    private final Team team;
    private final int bytes;
    private final List<ParameterBuffer> parameters;

    SingleStep(Step step, Team team, int bytes, List<ParameterBuffer> parameters) {
        this.step = step;
        this.team = team;
        this.bytes = bytes;
        this.parameters = parameters;
    }

    /** {@return index of the layer that the step computes} */
    public int layer() {
        return step.layer();
    }

    /** {@return index of the layer whose output the step makes: a later one where two are fused} */
    public int outputLayer() {
        return step.outputLayer();
    }

    /** {@return index of the layer with respect to whose output {@link #outputGradient} is} */
    public int gradientLayer() {
        return step.output().maxPool() == null ? step.layer() : step.outputLayer();
    }

    /** {@return whether the step only brings a batch into another order} */
    public boolean arranges() {
        return step.arranges();
    }

    /** {@return what the step learns, weights before bias; empty for most} */
    public List<ParameterBuffer> parameters() {
        return parameters;
    }

    /** {@return whether a backward pass of the plan reaches this step} */
    public boolean hasGradient() {
        return step.hasGradient();
    }

    /** {@return whether the gradient with respect to an input of this step is computed} */
    public boolean hasInputGradient() {
        return !step.backwardInput().isEmpty();
    }

    /**
     * {@return bytes that a pass reads and writes: maps without their halos, gradients, what is learned, and
     * indices, each once; 0 for a pass that computes nothing}
     *
     * @param pass as {@link LayerPlan} names it
     * @param samples how many
     */
    public long bytes(String pass, int samples) {
        List<Tensor> inputs = step.inputs().stream().distinct().toList();
        long maps = step.output().sampleSize();
        Predicate<ParameterBuffer> used;
        if (pass.equals(LayerPlan.FORWARD)) {
            maps += size(inputs.stream());
            used = _ -> true;
        } else if (pass.equals(LayerPlan.BACKWARD_WEIGHTS)) {
            if (step.backwardWeights().isEmpty()) {
                return 0;
            }
            maps += size(inputs.stream()) + size(step.rewritten().stream());
            used = parameter -> parameter.gradient() != null;
        } else {
            if (step.backwardInput().isEmpty()) {
                return 0;
            }
            // A contribution is written, read and added to a gradient, which is read and written.
            maps += size(inputs.stream().filter(input -> input.gradient() != null
                    && input.gradient() != step.output().gradient()))
                    * (step.accumulate().isEmpty() ? 1 : 4)
                    + size(Stream.concat(step.saved().stream(), inputs.stream()
                            .filter(input -> input.rectified()
                                    && !step.saved().contains(input))));
            used = parameter -> parameter.spec().name().endsWith(".weight");
        }
        return (long) bytes * (samples * maps + parameters.stream().filter(used)
                .mapToLong(parameter -> parameter.values().length()).sum())
                + (long) Integer.BYTES * samples * step.indices();
    }

    private static long size(Stream<Tensor> tensors) {
        return tensors.mapToLong(Tensor::sampleSize).sum();
    }

    /** {@return the algorithm of all passes, {@code direct} where sums run as the reference's} */
    public String algorithm() {
        return step.algorithm();
    }

    /**
     * Computes the outputs of the first samples.
     *
     * @param samples how many
     */
    public void forward(int samples) {
        team.run(step.forward(), samples);
    }

    /**
     * Computes the gradient with respect to the inputs of the first samples.
     *
     * @param samples how many
     */
    public void backwardInput(int samples) {
        team.run(step.backwardInput(), samples);
        team.run(step.accumulate(), samples);
    }

    /**
     * Computes the step's own contribution to the gradient by its input, which
     * {@link #inputGradient} then returns, and adds it to nothing.
     *
     * @param samples how many
     */
    public void contribution(int samples) {
        team.run(step.backwardInput(), samples);
    }

    /**
     * Computes the gradients by what the step learns, summed over the first samples.
     *
     * @param samples how many
     */
    public void backwardWeights(int samples) {
        team.run(step.backwardWeights(), samples);
    }

    /** {@return whether the input's gradient is masked, because a ReLU was fused into its producer} */
    public boolean masksInputGradient() {
        return step.input().rectified();
    }

    /**
     * {@return a row-major copy of the inputs}
     *
     * @param samples how many
     */
    public double[] inputs(int samples) {
        return step.input().copy(step.input().values(), samples);
    }

    /**
     * {@return a row-major copy of the outputs}
     *
     * @param samples how many
     */
    public double[] outputs(int samples) {
        return step.output().copy(step.output().values(), samples);
    }

    /**
     * {@return a row-major copy of the gradient by the outputs; after the backward passes, of a batch normalization
     * that computes a function too, by the normalized values}
     *
     * @param samples how many
     */
    public double[] outputGradient(int samples) {
        return step.output().copy(step.output().gradient(), samples);
    }

    /**
     * {@return a row-major copy of the gradient with respect to the output of the layer itself, before what is fused}
     *
     * @param samples how many
     * @param output of the layer
     */
    public double[] layerGradient(int samples, Shape output) {
        double[] gradient = outputGradient(samples);
        FusedMaxPool pool = step.output().maxPool();
        if (pool == null) {
            return gradient;
        }
        Shape.Image maps = (Shape.Image) output;
        int[] argmax = pool.argmax(samples, maps.channels());
        double[] spread = new double[samples * (int) maps.size()];
        for (int i = 0; i < argmax.length; i++) {
            if (argmax[i] >= 0) {
                int map = i / (pool.h() * pool.w());
                int row = 2 * (i / pool.w() % pool.h()) + argmax[i] / 2;
                int column = 2 * (i % pool.w()) + argmax[i] % 2;
                spread[(map * maps.height() + row) * maps.width() + column] = gradient[i];
            }
        }
        return spread;
    }

    /**
     * {@return a row-major copy of the gradient with respect to the inputs}
     *
     * @param samples how many
     */
    public double[] inputGradient(int samples) {
        return step.input().copy(step.input().gradient(), samples);
    }

    /**
     * Sets the gradient with respect to the outputs.
     *
     * @param samples how many
     * @param values row-major, one sample after another; not modified
     */
    public void setOutputGradient(int samples, double[] values) {
        int[] places = step.output().places(samples);
        for (int i = 0; i < places.length; i++) {
            step.output().gradient().set(places[i], values[i]);
        }
    }
}
