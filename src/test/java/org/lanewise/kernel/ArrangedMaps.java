package org.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.function.Consumer;

/** Converts row-major maps to the layout of the vector kernels and back. */
public record ArrangedMaps(int samples, int c, int h, int w, Layout rowMajor, Layout layout) {
    private double[] empty() {
        return new double[samples * layout.sample() + Element.TAIL_PADDING];
    }

    public double[] arranged(double[] values) {
        double[] array = empty();
        new Reorder(c, h, w, rowMajor, layout).copy(values, array, 0, samples);
        return array;
    }

    /** What a kernel makes, row-major; the zeros around it must have stayed. */
    public double[] computed(Consumer<double[]> kernel) {
        double[] nothing = new double[samples * c * h * w];
        Arrays.fill(nothing, Double.NaN);
        double[] array = arranged(nothing);
        kernel.accept(array);
        double[] result = new double[nothing.length];
        new Reorder(c, h, w, layout, rowMajor).copy(array, result, 0, samples);
        new Reorder(c, h, w, rowMajor, layout).copy(new double[result.length], array, 0, samples);
        assertArrayEquals(empty(), array, "around the maps");
        return result;
    }
}
