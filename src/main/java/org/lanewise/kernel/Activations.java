package org.lanewise.kernel;

/** Functions of single elements: on vectors, or one by one where those cannot run. */
public final class Activations {
    private Activations() {}

    /**
     * {@code dst = 1 / (1 + exp(-src))}.
     *
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void sigmoid(double[] src, double[] dst, int from, int to) {
        if (Lanes.VECTORS) {
            SigmoidVector.forward(src, dst, from, to);
        } else {
            ActivationScalar.sigmoid(src, dst, from, to);
        }
    }

    /**
     * {@code dst = tanh(src)}.
     *
     * @param src read
     * @param dst overwritten
     * @param from first element
     * @param to end, exclusive
     */
    public static void tanh(double[] src, double[] dst, int from, int to) {
        if (Lanes.VECTORS) {
            TanhVector.forward(src, dst, from, to);
        } else {
            ActivationScalar.tanh(src, dst, from, to);
        }
    }

    /**
     * {@code values = e^values}.
     *
     * @param values overwritten
     * @param from first element
     * @param to end, exclusive
     */
    static void exp(double[] values, int from, int to) {
        if (Lanes.VECTORS) {
            ExponentialVector.exp(values, from, to);
            return;
        }
        for (int i = from; i < to; i++) {
            values[i] = ExponentialScalar.exp(values[i]);
        }
    }
}
