package org.lanewise.kernel.linear;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.lanewise.kernel.RandomArrays.doubles;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernel.ArrayKernel;
import org.lanewise.kernel.LinearGeometry;
import org.lanewise.kernel.LinearProblem;
import org.lanewise.kernel.PostOps;
import org.lanewise.kernel.Tasks;
import org.lanewise.kernel.list.KernelKind;
import org.lanewise.kernel.list.Implementations;
import org.lanewise.kernel.reference.ActivationScalar;
import org.lanewise.kernel.reference.LinearScalar;

/** The dense layer on vectors against the reference: every array of every pass, every bit. */
class LinearVectorTest {
    private static final long SEED = 20_260_103;
    private static final int CAPACITY = 11;

    static Stream<Arguments> sizes() {
        return Stream.of(1, 3, 8, 9, 16, 25, 32, 40, 57, 1030)
                .flatMap(ic -> Stream.of(1, 2, 7, 8, 17, 24, 33)
                        .map(oc -> Arguments.of(ic, oc)));
    }

    /** Several strips, ranges and groups, the last of each smaller; and too many terms for one. */
    static Stream<Arguments> largeSizes() {
        return Stream.of(Arguments.of(2120, 7), Arguments.of(2120, 66), Arguments.of(1129, 3),
                Arguments.of(5001, 5), Arguments.of(40, 2050));
    }

    /** What computes a layer of any size. */
    private static ArrayKernel kernel(LinearGeometry geometry, PostOps postOps,
            boolean vectors) {
        return kernel(geometry, postOps, vectors, CAPACITY);
    }

    private static ArrayKernel kernel(LinearGeometry geometry, PostOps postOps,
            boolean vectors, int capacity) {
        return new ArrayKernel(Implementations
                .of(new LinearProblem(geometry.ic(), geometry.oc(), capacity),
                        Long.MAX_VALUE,
                        vectors ? KernelKind.WINOGRAD : KernelKind.REFERENCE)
                .bind(geometry, postOps, capacity, Tasks.scratch(), true, true));
    }

    @ParameterizedTest
    @MethodSource("largeSizes")
    void gradientIsMaskedWhereTheInputIsNotAboveZero(int ic, int oc) {
        Random random = new Random(SEED);
        LinearGeometry geometry = new LinearGeometry(ic, oc);
        ArrayKernel vector = kernel(geometry, new PostOps(false, true), true);
        double[] src = doubles(random, CAPACITY * ic, -1, 1);
        ActivationScalar.relu(src, src, 0, src.length);
        double[] weights = doubles(random, oc * ic, -1, 1);
        double[] diffDst = doubles(random, CAPACITY * oc, -1, 1);
        for (int samples : new int[] {CAPACITY, 4, 6}) {
            double[] expected = new double[CAPACITY * ic];
            Tasks.run(new LinearScalar(geometry).backwardInput(diffDst, weights, null, expected),
                    samples);
            for (int i = 0; i < samples * ic; i++) {
                expected[i] = src[i] > 0 ? expected[i] : 0.0;
            }
            double[] found = new double[CAPACITY * ic];
            Tasks.run(vector.backwardInput(diffDst, weights, src, found), samples);
            assertArrayEquals(expected, found);
        }
    }

    @ParameterizedTest
    @MethodSource({"sizes", "largeSizes"})
    void everyBitIsTheReferences(int ic, int oc) {
        Random random = new Random(SEED);
        LinearGeometry geometry = new LinearGeometry(ic, oc);
        ArrayKernel scalar = kernel(geometry, PostOps.NONE, false);
        ArrayKernel vector = kernel(geometry, PostOps.NONE, true);
        ArrayKernel rectifying = kernel(geometry, new PostOps(true, false), true);
        double[] src = doubles(random, CAPACITY * ic, -1, 1);
        double[] weights = doubles(random, oc * ic, -1, 1);
        double[] bias = doubles(random, oc, -1, 1);
        double[] diffDst = doubles(random, CAPACITY * oc, -1, 1);
        // The whole batch first, so that a smaller one finds what a larger one left.
        for (int samples : new int[] {CAPACITY, 1, 5, 8}) {
            double[][] arrays = new double[2][];
            for (boolean withBias : new boolean[] {true, false}) {
                for (int i = 0; i < 2; i++) {
                    ArrayKernel kernel = i == 0 ? scalar : vector;
                    double[] dst = new double[CAPACITY * oc];
                    Tasks.run(kernel.forward(src, weights, withBias ? bias : null, dst), samples);
                    arrays[i] = dst;
                }
                assertArrayEquals(arrays[0], arrays[1]);
                ActivationScalar.relu(arrays[0], arrays[0], 0, arrays[0].length);
                Tasks.run(rectifying.forward(src, weights, withBias ? bias : null, arrays[1]),
                        samples);
                assertArrayEquals(arrays[0], arrays[1]);
            }
            for (int i = 0; i < 2; i++) {
                ArrayKernel kernel = i == 0 ? scalar : vector;
                arrays[i] = new double[CAPACITY * ic];
                Tasks.run(kernel.backwardInput(diffDst, weights, null, arrays[i]), samples);
            }
            assertArrayEquals(arrays[0], arrays[1]);
            double[][] biases = new double[2][oc];
            for (int i = 0; i < 2; i++) {
                ArrayKernel kernel = i == 0 ? scalar : vector;
                arrays[i] = new double[oc * ic];
                Tasks.run(kernel.backwardWeights(src, diffDst, arrays[i], biases[i]), samples);
            }
            assertArrayEquals(arrays[0], arrays[1]);
            assertArrayEquals(biases[0], biases[1]);
        }
    }

    /** Slices of floats have 4,096 samples: one, as many, one more and several. */
    @ParameterizedTest
    @CsvSource({"37, 11", "70, 9", "1, 1", "150, 3"})
    void everyBitOfManySamplesIsTheReferences(int ic, int oc) {
        int capacity = 9001;
        Random random = new Random(SEED);
        LinearGeometry geometry = new LinearGeometry(ic, oc);
        double[] src = doubles(random, capacity * ic, -1, 1);
        double[] diffDst = doubles(random, capacity * oc, -1, 1);
        ArrayKernel scalar = kernel(geometry, PostOps.NONE, false, capacity);
        ArrayKernel vector = kernel(geometry, PostOps.NONE, true, capacity);
        for (int samples : new int[] {capacity, 4097, 4096, 8192, 7}) {
            double[][] weights = new double[2][oc * ic];
            double[][] biases = new double[2][oc];
            Tasks.run(scalar.backwardWeights(src, diffDst, weights[0], biases[0]), samples);
            Tasks.run(vector.backwardWeights(src, diffDst, weights[1], biases[1]), samples);
            assertArrayEquals(weights[0], weights[1]);
            assertArrayEquals(biases[0], biases[1]);
        }
    }
}
