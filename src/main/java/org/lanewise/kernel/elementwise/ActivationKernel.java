package org.lanewise.kernel.elementwise;

import org.lanewise.kernel.reference.ActivationScalar;
import org.lanewise.kernel.reference.GeluScalar;

/** What computes a function of every element, and its gradient. */
public final class ActivationKernel {
    private final String function;
    private final double parameter;
    private final boolean vectors;
    /** The slope, as {@link ActivationScalar#piecewiseBackward} has it; null where it is no line or several. */
    private final double[] segments;

    /**
     * The kernels of a function.
     *
     * @param function its name, as the specification of activations has it, or {@code SCALE}
     * @param parameter its slope, alpha or factor; 0 for most
     * @param vectors whether vectors may compute it; the scalar kernels do otherwise
     */
    public ActivationKernel(String function, double parameter, boolean vectors) {
        this.function = function;
        this.parameter = parameter;
        this.vectors = vectors;
        this.segments = switch (function) {
            case "RELU6" -> new double[] {0, 6, 0, 0, 0, 1};
            case "LEAKY_RELU" -> new double[] {0, Double.MIN_VALUE, parameter, 1, 0, 1};
            // By outputs: from -alpha to 0 the slope is output + alpha.
            case "ELU" -> new double[] {Double.NEGATIVE_INFINITY, Double.MIN_VALUE, 0, 1, 1,
                    parameter};
            case "HARDSWISH" -> new double[] {-3, 3, 0, 1, 1.0 / 3, 0.5};
            default -> null;
        };
    }

    /** {@return whether the backward pass reads the outputs; it reads the inputs otherwise} */
    public boolean readsOutput() {
        return switch (function) {
            case "RELU", "SIGMOID", "TANH", "ELU" -> true;
            default -> false;
        };
    }

    /** Computes elements {@code from} to {@code to}: {@code src} is read, {@code dst} overwritten. */
    public void forward(double[] src, double[] dst, int from, int to) {
        if (!vectors) {
            scalarForward(src, dst, from, to);
            return;
        }
        switch (function) {
            case "RELU" -> Relu.forward(src, dst, from, to);
            case "SIGMOID" -> Activations.sigmoid(src, dst, from, to);
            case "TANH" -> Activations.tanh(src, dst, from, to);
            case "ELU" -> Activations.elu(parameter, src, dst, from, to);
            case "GELU" -> Activations.gelu(src, dst, from, to);
            case "GELU_TANH" -> Activations.gate(GeluScalar.LINEAR, GeluScalar.CUBIC, src, dst,
                    from, to);
            case "SILU" -> Activations.gate(1.0, 0.0, src, dst, from, to);
            default -> scalarForward(src, dst, from, to);
        }
    }

    private void scalarForward(double[] src, double[] dst, int from, int to) {
        switch (function) {
            case "RELU" -> ActivationScalar.relu(src, dst, from, to);
            case "SIGMOID" -> ActivationScalar.sigmoid(src, dst, from, to);
            case "TANH" -> ActivationScalar.tanh(src, dst, from, to);
            case "RELU6" -> ActivationScalar.relu6(src, dst, from, to);
            case "LEAKY_RELU" -> ActivationScalar.leakyRelu(parameter, src, dst, from, to);
            case "ELU" -> ActivationScalar.elu(parameter, src, dst, from, to);
            case "GELU" -> GeluScalar.gelu(src, dst, from, to);
            case "GELU_TANH" -> GeluScalar.gate(GeluScalar.LINEAR, GeluScalar.CUBIC, src, dst,
                    from, to);
            case "SILU" -> GeluScalar.gate(1.0, 0.0, src, dst, from, to);
            case "HARDSWISH" -> ActivationScalar.hardswish(src, dst, from, to);
            case "SOFTPLUS" -> ActivationScalar.softplus(src, dst, from, to);
            case "SCALE" -> ActivationScalar.scale(parameter, src, dst, from, to);
            default -> throw new AssertionError("no kernel computes " + function);
        }
    }

    /**
     * Computes elements {@code from} to {@code to} of a gradient.
     *
     * @param x outputs or inputs, as {@link #readsOutput} says; read
     * @param diffDst read
     * @param diffSrc overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public void backward(double[] x, double[] diffDst, double[] diffSrc, int from, int to) {
        if (!vectors) {
            scalarBackward(x, diffDst, diffSrc, from, to);
            return;
        }
        if (segments != null) {
            Activations.piecewiseBackward(segments, x, diffDst, diffSrc, from, to);
            return;
        }
        switch (function) {
            case "RELU" -> Relu.backward(x, diffDst, diffSrc, from, to);
            case "GELU" -> Activations.geluBackward(x, diffDst, diffSrc, from, to);
            case "GELU_TANH" -> Activations.gateBackward(GeluScalar.LINEAR, GeluScalar.CUBIC, x,
                    diffDst, diffSrc, from, to);
            case "SILU" -> Activations.gateBackward(1.0, 0.0, x, diffDst, diffSrc, from, to);
            default -> scalarBackward(x, diffDst, diffSrc, from, to);
        }
    }

    private void scalarBackward(double[] x, double[] diffDst, double[] diffSrc, int from, int to) {
        if (segments != null) {
            ActivationScalar.piecewiseBackward(segments, x, diffDst, diffSrc, from, to);
            return;
        }
        switch (function) {
            case "RELU" -> ActivationScalar.reluBackward(x, diffDst, diffSrc, from, to);
            case "SIGMOID" -> ActivationScalar.sigmoidBackward(x, diffDst, diffSrc, from, to);
            case "TANH" -> ActivationScalar.tanhBackward(x, diffDst, diffSrc, from, to);
            case "GELU" -> GeluScalar.geluBackward(x, diffDst, diffSrc, from, to);
            case "GELU_TANH" -> GeluScalar.gateBackward(GeluScalar.LINEAR, GeluScalar.CUBIC, x,
                    diffDst, diffSrc, from, to);
            case "SILU" -> GeluScalar.gateBackward(1.0, 0.0, x, diffDst, diffSrc, from, to);
            case "SOFTPLUS" -> ActivationScalar.softplusBackward(x, diffDst, diffSrc, from, to);
            case "SCALE" -> ActivationScalar.scale(parameter, diffDst, diffSrc, from, to);
            default -> throw new AssertionError("no kernel computes " + function);
        }
    }
}
