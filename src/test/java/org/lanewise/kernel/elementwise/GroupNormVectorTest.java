package org.lanewise.kernel.elementwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernel.RandomArrays.ULP;
import static org.lanewise.kernel.RandomArrays.doubles;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernel.ArrangedMaps;
import org.lanewise.kernel.ChunkedSums;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.GroupNormGeometry;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Tasks;
import org.lanewise.kernel.reference.GroupNormScalar;

/** Normalization of groups on vectors against the reference, every bit; and the reference against its definition. */
class GroupNormVectorTest {
    private static final long SEED = 20_261_130;
    private static final double EPS = 1e-3;
    private static final int SAMPLES = 3;

    /** Channels, rows, columns, and groups of channels, or factors for each element. */
    record Size(int c, int h, int w, int groups, boolean elementwise) {
        GroupNormGeometry geometry(Layout src, Layout dst) {
            return new GroupNormGeometry(c, h, w, groups, elementwise, EPS, src, dst);
        }

        GroupNormGeometry rowMajor() {
            return geometry(Layout.rowMajor(c, h, w), Layout.rowMajor(c, h, w));
        }

        int count() {
            return SAMPLES * c * h * w;
        }
    }

    static Stream<Size> sizes() {
        return Stream.of(new Size(1, 1, 2, 1, false), new Size(6, 5, 4, 3, false),
                new Size(8, 12, 11, 1, false), new Size(12, 3, 7, 12, false),
                new Size(33, 2, 5, 11, false), new Size(300, 1, 1, 3, false),
                new Size(5, 3, 150, 1, false),
                new Size(1, 1, 1, 1, true), new Size(7, 5, 4, 1, true),
                new Size(16, 3, 3, 1, true), new Size(301, 1, 1, 1, true),
                new Size(1, 9, 11, 1, true), new Size(17, 1, 13, 1, true));
    }

    /** What the passes of one batch make. */
    private record Results(double[] stats, double[] dst, double[] diffSrc,
            ChunkedSums gradients) {}

    private static double[] affine(Size size) {
        return doubles(new Random(SEED + 1), 2 * size.rowMajor().factors(), -2, 2);
    }

    /** Gradients with respect to factors and addends, one row for a slice that holds all samples. */
    private static ChunkedSums gradients(Size size) {
        return ChunkedSums.of(Tasks.scratch(), "gradients",
                2 * size.rowMajor().factors() * SAMPLES);
    }

    private static ChunkedSums sums(Size size) {
        return ChunkedSums.of(Tasks.scratch(), "sums", 2 * size.c());
    }

    private static Results scalar(Size size, double[] src, double[] diffDst) {
        GroupNormGeometry geometry = size.rowMajor();
        double[] stats = new double[SAMPLES * GroupNormScalar.ROWS * size.c()];
        double[] dst = new double[src.length];
        double[] diffSrc = new double[src.length];
        double[] affine = affine(size);
        ChunkedSums sums = sums(size);
        ChunkedSums gradients = gradients(size);
        for (int n = 0; n < SAMPLES; n++) {
            GroupNormScalar.statistics(geometry, src, stats, sums, n);
            GroupNormScalar.normalize(geometry, src, stats, affine, dst, n);
            GroupNormScalar.gradientSums(geometry, src, diffDst, stats, sums, affine, n);
            GroupNormScalar.backwardInput(geometry, src, diffDst, stats, affine, diffSrc, n);
        }
        for (GroupNormGeometry.Part part : geometry.parts(SAMPLES)) {
            GroupNormScalar.weightGradients(geometry, src, diffDst, stats, gradients, part,
                    SAMPLES);
        }
        return new Results(stats, dst, diffSrc, gradients);
    }

    private static Results vector(Size size, double[] src, double[] diffDst) {
        Layout rowMajor = Layout.rowMajor(size.c(), size.h(), size.w());
        GroupNormGeometry geometry = size.geometry(
                Layout.channelsLast(size.c(), size.h(), size.w(), new Layout.Halo(1, 2, 0, 1),
                        Element.ALIGNMENT_OFFSET),
                Layout.channelsLast(size.c(), size.h(), size.w(), new Layout.Halo(0, 0, 3, 0),
                        Element.ALIGNMENT_OFFSET));
        ArrangedMaps in = new ArrangedMaps(SAMPLES, size.c(), size.h(), size.w(), rowMajor,
                geometry.src());
        ArrangedMaps out = new ArrangedMaps(SAMPLES, size.c(), size.h(), size.w(), rowMajor,
                geometry.dst());
        double[] x = in.arranged(src);
        double[] dy = out.arranged(diffDst);
        double[] stats = new double[SAMPLES * GroupNormScalar.ROWS * size.c()];
        double[] affine = affine(size);
        ChunkedSums sums = sums(size);
        ChunkedSums gradients = gradients(size);
        double[] dst = out.computed(values -> {
            for (int n = 0; n < SAMPLES; n++) {
                GroupNorm.statistics(geometry, x, stats, sums, n);
                GroupNorm.normalize(geometry, x, stats, affine, values, n);
            }
        });
        double[] diffSrc = in.computed(values -> {
            for (int n = 0; n < SAMPLES; n++) {
                GroupNorm.gradientSums(geometry, x, dy, stats, sums, affine, n);
                GroupNorm.backwardInput(geometry, x, dy, stats, affine, values, n);
            }
        });
        for (GroupNormGeometry.Part part : geometry.parts(SAMPLES)) {
            GroupNorm.weightGradients(geometry, x, dy, stats, gradients, part,
                    SAMPLES);
        }
        return new Results(stats, dst, diffSrc, gradients);
    }

    private static double[] numbers(Size size, int more) {
        return doubles(new Random(SEED + more), size.count(), -3, 5);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void everyBitIsTheReferences(Size size) {
        System.out.println("seed " + SEED);
        Results expected = scalar(size, numbers(size, 0), numbers(size, 9));
        Results found = vector(size, numbers(size, 0), numbers(size, 9));
        assertArrayEquals(expected.stats(), found.stats(), "statistics");
        assertArrayEquals(expected.dst(), found.dst(), "output");
        assertArrayEquals(expected.diffSrc(), found.diffSrc(), "input gradient");
        assertArrayEquals(expected.gradients().total(), found.gradients().total(),
                "gradients of factors");
    }

    /** Element by element from the definition; sums of 300 terms keep 13 digits. */
    @ParameterizedTest
    @MethodSource("sizes")
    void theReferenceIsTheDefinition(Size size) {
        double[] src = numbers(size, 0);
        Results found = scalar(size, src, numbers(size, 9));
        double[] affine = affine(size);
        int pixels = size.h() * size.w();
        int each = size.c() / size.groups() * pixels;
        for (int i = 0; i < src.length; i++) {
            int first = i / each * each;
            double mean = 0.0;
            for (int k = 0; k < each; k++) {
                mean += src[first + k] / each;
            }
            double variance = 0.0;
            for (int k = 0; k < each; k++) {
                variance += (src[first + k] - mean) * (src[first + k] - mean) / each;
            }
            int c = i / pixels % size.c();
            int f = size.elementwise() ? i % pixels * size.c() + c : c;
            double y = (src[i] - mean) / Math.sqrt(variance + EPS) * affine[f]
                    + affine[affine.length / 2 + f];
            assertEquals(y, found.dst()[i], 5000 * ULP * Math.max(1.0, Math.abs(y)),
                    "element " + i);
        }
    }

    /** A mean much larger than the deviation: sums of squares would lose all digits of the variance. */
    @Test
    void theVarianceOfShiftedValuesKeepsItsDigits() {
        //float float bound = 1e-6f;
        double bound = 1e-9;
        Size size = new Size(6, 5, 7, 2, false);
        double[] src = new double[size.count()];
        for (int i = 0; i < src.length; i++) {
            //float src[i] = 1024 + (i % 2 == 0 ? 0.25f : -0.25f);
            src[i] = 1e9 + (i % 2 == 0 ? 0.25 : -0.25);
        }
        Results results = scalar(size, src, src);
        double values = 3 * 5 * 7;
        double exact = 0.0625 * (1.0 - 1.0 / (values * values)) + EPS;
        double inverse = results.stats()[size.c()];
        assertTrue(Math.abs(1.0 / (inverse * inverse) - exact) <= bound, "inverse " + inverse);
    }
}
