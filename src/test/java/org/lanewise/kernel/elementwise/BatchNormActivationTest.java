package org.lanewise.kernel.elementwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.lanewise.kernel.RandomArrays.doubles;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernel.ArrangedMaps;
import org.lanewise.kernel.BatchNormGeometry;
import org.lanewise.kernel.ChunkedSums;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Layout.Halo;
import org.lanewise.kernel.Tasks;
import org.lanewise.kernel.reference.BatchNormScalar;

/** Batch normalization and a function in one pass against the references of both, every bit. */
class BatchNormActivationTest {
    private static final long SEED = 20_261_201;
    private static final List<String> FUNCTIONS = List.of("RELU", "SIGMOID", "TANH", "RELU6",
            "LEAKY_RELU", "ELU", "GELU", "GELU_TANH", "SILU", "HARDSWISH", "SOFTPLUS");

    /** Samples, channels, rows, columns, and the halos of input and output. */
    record Size(int samples, int c, int h, int w, Halo before, Halo after) {
        BatchNormGeometry rowMajor() {
            Layout layout = Layout.rowMajor(c, h, w);
            return new BatchNormGeometry(c, h, w, layout, layout);
        }

        BatchNormGeometry channelsLast() {
            return new BatchNormGeometry(c, h, w, Layout.channelsLast(c, h, w, before,
                    Element.ALIGNMENT_OFFSET),
                    Layout.channelsLast(c, h, w, after, Element.ALIGNMENT_OFFSET));
        }
    }

    /** Rows or samples apart and adjacent; chunks of many pixels, of some, and of one that is longer than a chunk. */
    static Stream<Arguments> cases() {
        Halo some = new Halo(1, 2, 0, 1);
        Halo below = new Halo(0, 0, 3, 0);
        List<Size> sizes = List.of(new Size(2, 1, 1, 2, Halo.NONE, Halo.NONE),
                new Size(300, 5, 1, 1, Halo.NONE, Halo.NONE),
                new Size(9, 3, 13, 11, Halo.NONE, Halo.NONE),
                new Size(9, 3, 13, 11, below, Halo.NONE), new Size(9, 3, 13, 11, Halo.NONE, some),
                new Size(5, 17, 9, 10, some, below), new Size(3, 64, 7, 9, below, below),
                new Size(7, 1030, 1, 3, Halo.NONE, Halo.NONE));
        List<Arguments> cases = new ArrayList<>();
        for (String function : FUNCTIONS) {
            sizes.forEach(size -> cases.add(Arguments.of(function, size)));
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyBitIsTheReferences(String function, Size size) {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        BatchNormGeometry rowMajor = size.rowMajor();
        int count = size.samples() * size.c() * size.h() * size.w();
        double[] src = doubles(random, count, -40, 40);
        double[] diffDst = doubles(random, count, -1, 1);
        // In one channel, which others must not notice.
        src[0] = Double.NaN;
        src[count - 1] = Double.NEGATIVE_INFINITY;
        diffDst[count / 2] = Double.POSITIVE_INFINITY;
        double[] coefficients = doubles(random, BatchNormScalar.ROWS * size.c(), -1, 1);
        double parameter = function.equals("LEAKY_RELU") ? -0.3 : function.equals("ELU") ? 0.7 : 0;

        ActivationKernel scalar = new ActivationKernel(function, parameter, false);
        double[] normalized = new double[count];
        BatchNormScalar.normalize(rowMajor, src, normalized, coefficients, 0, size.samples());
        double[] dst = new double[count];
        scalar.forward(normalized, dst, 0, count);
        double[] diffNormalized = new double[count];
        scalar.backward(scalar.readsOutput() ? dst : normalized, diffDst, diffNormalized, 0,
                count);
        ChunkedSums sums = ChunkedSums.of(Tasks.scratch(), "sums",
                2 * size.c() * size.samples());
        int slice = rowMajor.samplesOfSlice();
        for (int n = 0; n < size.samples(); n += slice) {
            BatchNormScalar.gradientSums(rowMajor, src, diffNormalized, coefficients, sums, n,
                    Math.min(size.samples(), n + slice));
        }

        BatchNormGeometry geometry = size.channelsLast();
        BatchNormActivation fused = new BatchNormActivation(geometry,
                new ActivationKernel(function, parameter, true), coefficients, Tasks.scratch());
        ArrangedMaps in = new ArrangedMaps(size.samples(), size.c(), size.h(), size.w(),
                rowMajor.src(), geometry.src());
        ArrangedMaps out = new ArrangedMaps(size.samples(), size.c(), size.h(), size.w(),
                rowMajor.dst(), geometry.dst());
        double[] x = in.arranged(src);
        double[] y = out.arranged(new double[count]);
        assertArrayEquals(dst, out.computed(values -> {
            for (int n = 0; n < size.samples(); n++) {
                fused.forward(x, values, n, ++n < size.samples() ? n + 1 : n);
            }
            System.arraycopy(values, 0, y, 0, y.length);
        }), "values of the function");
        ChunkedSums found = ChunkedSums.of(Tasks.scratch(), "sums",
                2 * size.c() * size.samples());
        double[] g = out.arranged(diffDst);
        assertArrayEquals(diffNormalized, out.computed(gradient -> {
            System.arraycopy(g, 0, gradient, 0, g.length);
            for (int n = 0; n < size.samples(); n += slice) {
                fused.gradientSums(x, y, gradient, found, n, Math.min(size.samples(), n + slice),
                        n / slice % 3);
            }
        }), "gradient with respect to normalized values");
        assertArrayEquals(sums.total(), found.total(), "sums of gradients");
    }
}
