package org.lanewise.plan;

import java.util.List;
import org.lanewise.kernel.Layout;
import org.lanewise.spec.Shape;

/**
 * One step of a plan by itself: its passes one by one, and row-major copies of its arrays.
 *
 * <p>Whoever runs passes out of their order sees to it that what a pass reads was computed.
 */
public final class SingleStep {
    private final Step step;
    private final List<ParameterBuffer> parameters;

    SingleStep(Step step, List<ParameterBuffer> parameters) {
        this.step = step;
        this.parameters = parameters;
    }

    /** {@return index of the layer that the step computes} */
    public int layer() {
        return step.layer();
    }

    /** {@return what the step learns, weights before bias; empty for most} */
    public List<ParameterBuffer> parameters() {
        return parameters;
    }

    /** {@return whether a backward pass of the plan reaches this step} */
    public boolean hasGradient() {
        return step.output().gradient() != null;
    }

    /** {@return whether a backward pass of the plan goes on below this step} */
    public boolean hasInputGradient() {
        return hasGradient() && step.needsInputGradient();
    }

    /** {@return the algorithm of all passes, {@code direct} where sums run as the reference's} */
    public String algorithm() {
        return "direct";
    }

    /**
     * Computes the outputs of the first samples.
     *
     * @param samples how many
     */
    public void forward(int samples) {
        step.forward(0, samples);
    }

    /**
     * Computes the gradient by the inputs of the first samples.
     *
     * @param samples how many
     */
    public void backwardInput(int samples) {
        step.backwardInput(0, samples);
    }

    /**
     * Computes the gradients by what the step learns, summed over the first samples.
     *
     * @param samples how many
     */
    public void backwardWeights(int samples) {
        step.backwardWeights(samples);
    }

    /**
     * {@return a row-major copy of the outputs}
     *
     * @param samples how many
     */
    public double[] outputs(int samples) {
        return copy(step.output(), step.output().values(), samples);
    }

    /**
     * {@return a row-major copy of the gradient by the outputs}
     *
     * @param samples how many
     */
    public double[] outputGradient(int samples) {
        return copy(step.output(), step.output().gradient(), samples);
    }

    /**
     * {@return a row-major copy of the gradient by the inputs}
     *
     * @param samples how many
     */
    public double[] inputGradient(int samples) {
        return copy(step.input(), step.input().gradient(), samples);
    }

    /**
     * Sets the gradient by the outputs.
     *
     * @param samples how many
     * @param values row-major, one sample behind the other; not modified
     */
    public void setOutputGradient(int samples, double[] values) {
        Tensor output = step.output();
        int[] places = places(output, samples);
        for (int i = 0; i < places.length; i++) {
            output.gradient()[places[i]] = values[i];
        }
    }

    private static double[] copy(Tensor tensor, double[] values, int samples) {
        int[] places = places(tensor, samples);
        double[] copy = new double[places.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = values[places[i]];
        }
        return copy;
    }

    /** Where the elements stand, in row-major order. */
    private static int[] places(Tensor tensor, int samples) {
        Layout layout = tensor.layout();
        Shape.Image maps = switch (tensor.shape()) {
            case Shape.Image image -> image;
            case Shape.Flat flat -> new Shape.Image(1, 1, flat.features());
        };
        int[] places = new int[samples * tensor.sampleSize()];
        int i = 0;
        for (int n = 0; n < samples; n++) {
            for (int c = 0; c < maps.channels(); c++) {
                for (int h = 0; h < maps.height(); h++) {
                    for (int w = 0; w < maps.width(); w++) {
                        places[i++] = n * layout.sample() + c * layout.channel()
                                + h * layout.row() + w * layout.column();
                    }
                }
            }
        }
        return places;
    }
}
