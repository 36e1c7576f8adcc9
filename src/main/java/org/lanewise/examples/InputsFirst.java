package org.lanewise.examples;

import org.lanewise.Initializer;

/**
 * Weights laid out (inputs, outputs), as NumPy code that multiplies {@code x @ W} has them.
 *
 * <p>The library's layout is (outputs, inputs), the transpose. That holds for a convolution as well
 * as for a dense layer: an output reads its inputs by (channel, row, column) of the kernel.
 */
final class InputsFirst {
    private InputsFirst() {}

    /** Normal numbers, drawn in the order of (inputs, outputs). */
    static Initializer normal(double deviation) {
        return (spec, values, random) -> {
            int outputs = spec.shape().getFirst();
            int inputs = values.length / outputs;
            for (int i = 0; i < inputs; i++) {
                for (int j = 0; j < outputs; j++) {
                    values[j * inputs + i] = random.nextGaussian() * deviation;
                }
            }
        };
    }

    /** The transpose of weights (outputs, inputs), one row an input. */
    static double[][] transposed(double[] weights, int outputs) {
        int inputs = weights.length / outputs;
        double[][] rows = new double[inputs][outputs];
        for (int i = 0; i < inputs; i++) {
            for (int j = 0; j < outputs; j++) {
                rows[i][j] = weights[j * inputs + i];
            }
        }
        return rows;
    }
}
