package org.lanewise.kernel.elementwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernel.RandomArrays.doubles;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernel.ArrangedMaps;
import org.lanewise.kernel.BatchNormGeometry;
import org.lanewise.kernel.ChunkedSums;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Tasks;
import org.lanewise.kernel.reference.BatchNormScalar;

/** Batch normalization on vectors against the reference, every bit; and the reference against its definition. */
class BatchNormVectorTest {
    private static final long SEED = 20_261_130;
    private static final double EPS = 1e-5;

    /** Samples, channels, rows, columns: one and several slices, the last of them smaller. */
    record Size(int samples, int c, int h, int w) {
        BatchNormGeometry rowMajor() {
            Layout layout = Layout.rowMajor(c, h, w);
            return new BatchNormGeometry(c, h, w, layout, layout);
        }

        BatchNormGeometry channelsLast() {
            return new BatchNormGeometry(c, h, w,
                    Layout.channelsLast(c, h, w, new Layout.Halo(1, 2, 0, 1),
                            Element.ALIGNMENT_OFFSET),
                    Layout.channelsLast(c, h, w, new Layout.Halo(0, 0, 3, 0),
                            Element.ALIGNMENT_OFFSET));
        }
    }

    static Stream<Size> sizes() {
        return Stream.of(new Size(1, 1, 1, 2), new Size(3, 7, 5, 4), new Size(5, 8, 12, 11),
                new Size(7, 9, 11, 6), new Size(9, 17, 1, 13), new Size(300, 5, 1, 1),
                new Size(4, 33, 13, 10), new Size(2, 64, 3, 3),
                new Size(2, 5, 3, 150));
    }

    /** What the passes of one batch make. */
    private record Results(ChunkedSums slices, double[] coefficients, double[] dst,
            ChunkedSums sums, double[] diffSrc) {}

    private static double[] coefficients(Size size, ChunkedSums slices, Random random) {
        double[] coefficients = new double[BatchNormScalar.ROWS * size.c()];
        BatchNormScalar.merge(size.rowMajor(), slices, coefficients, size.samples());
        BatchNormScalar.complete(EPS, doubles(random, size.c(), -2, 2),
                doubles(random, size.c(), -2, 2), coefficients, size.c());
        return coefficients;
    }

    private static ChunkedSums slices(Size size) {
        return ChunkedSums.of(Tasks.scratch(), "sums", 2 * size.c() * size.samples());
    }

    private static Results scalar(Size size, double[] src, double[] diffDst) {
        BatchNormGeometry geometry = size.rowMajor();
        ChunkedSums slices = slices(size);
        int slice = geometry.samplesOfSlice();
        for (int n = 0; n < size.samples(); n += slice) {
            BatchNormScalar.statistics(geometry, src, slices, n,
                    Math.min(size.samples(), n + slice));
        }
        double[] coefficients = coefficients(size, slices, new Random(SEED));
        double[] dst = new double[src.length];
        BatchNormScalar.normalize(geometry, src, dst, coefficients, 0, size.samples());
        ChunkedSums sums = slices(size);
        for (int n = 0; n < size.samples(); n += slice) {
            BatchNormScalar.gradientSums(geometry, src, diffDst, coefficients, sums, n,
                    Math.min(size.samples(), n + slice));
        }
        BatchNormScalar.mergeGradients(geometry, sums, coefficients, size.samples());
        double[] diffSrc = new double[src.length];
        BatchNormScalar.backwardInput(geometry, src, diffDst, coefficients, diffSrc, 0,
                size.samples());
        return new Results(slices, coefficients, dst, sums, diffSrc);
    }

    private static Results vector(Size size, double bound, double[] src, double[] diffDst) {
        BatchNormGeometry geometry = size.channelsLast();
        ArrangedMaps in = new ArrangedMaps(size.samples(), size.c(), size.h(), size.w(),
                size.rowMajor().src(), geometry.src());
        ArrangedMaps out = new ArrangedMaps(size.samples(), size.c(), size.h(), size.w(),
                size.rowMajor().dst(), geometry.dst());
        double[] x = in.arranged(src);
        double[] dy = out.arranged(diffDst);
        ChunkedSums slices = slices(size);
        int slice = geometry.samplesOfSlice();
        for (int n = 0; n < size.samples(); n += slice) {
            BatchNorm.statistics(geometry, x, slices, n, Math.min(size.samples(), n + slice));
        }
        double[] coefficients = coefficients(size, slices, new Random(SEED));
        double[] dst = out.computed(values -> BatchNorm.normalize(geometry, bound, x, values,
                coefficients, 0, size.samples()));
        ChunkedSums sums = slices(size);
        for (int n = 0; n < size.samples(); n += slice) {
            BatchNorm.gradientSums(geometry, x, dy, coefficients, sums, n,
                    Math.min(size.samples(), n + slice));
        }
        BatchNormScalar.mergeGradients(geometry, sums, coefficients, size.samples());
        return new Results(slices, coefficients, dst, sums, in.computed(values -> BatchNorm
                .backwardInput(geometry, x, dy, coefficients, values, 0, size.samples())));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void everyBitIsTheReferences(Size size) {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        int count = size.samples() * size.c() * size.h() * size.w();
        double[] src = doubles(random, count, -3, 5);
        double[] diffDst = doubles(random, count, -1, 1);
        Results expected = scalar(size, src, diffDst);
        Results found = vector(size, Double.NaN, src, diffDst);
        assertArrayEquals(expected.slices().total(), found.slices().total(), "statistics");
        assertArrayEquals(expected.coefficients(), found.coefficients(), "coefficients");
        assertArrayEquals(expected.dst(), found.dst(), "output");
        assertArrayEquals(expected.sums().total(), found.sums().total(), "sums of gradients");
        assertArrayEquals(expected.diffSrc(), found.diffSrc(), "input gradient");
        double[] rectified = expected.dst().clone();
        for (int i = 0; i < count; i++) {
            rectified[i] = rectified[i] <= 0.0 ? 0.0 : rectified[i];
        }
        assertArrayEquals(rectified, vector(size, 0.0, src, diffDst).dst(), "output of the ReLU");
    }

    /** A mean much larger than the deviation: sums of squares would lose all digits of the variance. */
    @Test
    void theVarianceOfShiftedValuesKeepsItsDigits() {
        //float float bound = 1e-6f;
        double bound = 1e-9;
        Size size = new Size(9, 3, 5, 7);
        int values = 9 * 5 * 7;
        double[] src = new double[9 * 3 * 5 * 7];
        for (int i = 0; i < src.length; i++) {
            //float src[i] = 1024 + (i % 2 == 0 ? 0.25f : -0.25f);
            src[i] = 1e9 + (i % 2 == 0 ? 0.25 : -0.25);
        }
        Results results = scalar(size, src, src);
        for (int c = 0; c < 3; c++) {
            double variance = results.coefficients()[BatchNormScalar.VARIANCE * 3 + c];
            double exact = 0.0625 * (1.0 - 1.0 / ((double) values * values));
            assertTrue(Math.abs(variance - exact) <= bound, "variance " + variance);
        }
    }
}
