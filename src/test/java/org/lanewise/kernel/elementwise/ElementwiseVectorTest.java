package org.lanewise.kernel.elementwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.kernel.reference.ActivationScalar;
import org.lanewise.kernel.reference.ExponentialScalar;

/** Exponential, sigmoid and tangent on vectors against the reference, every bit. */
class ElementwiseVectorTest {
    private static final int[] LENGTHS = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 100};
    /** Zeros, the ends of e^x and what lies around them, the ends of doubles. */
    private static final double[] ODD = {0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY, Double.MIN_VALUE, -Double.MIN_VALUE, Double.MIN_NORMAL,
            -Double.MIN_NORMAL, Double.MAX_VALUE, -Double.MAX_VALUE, 1, -1, 20, -20, 20.5, -20.5,
            -708, -709, -720, -745.1332191019411, -745.1332191019412, -746, -746.5, 709,
            0x1.62e42fefa39efp9, 0x1.62e42fefa39f0p9, 710, 710.5, 0.34657359, -0.34657360};

    /** A function of elements {@code from} to {@code to}. */
    private interface Loop {
        void run(double[] src, double[] dst, int from, int to);
    }

    /** What both backends have. */
    enum Function {
        EXP(ElementwiseVectorTest::exp, ElementwiseVectorTest::expVector),
        SIGMOID(ActivationScalar::sigmoid, ActivationsVector::sigmoid),
        TANH(ActivationScalar::tanh, ActivationsVector::tanh);

        private final Loop scalar;
        private final Loop vector;

        Function(Loop scalar, Loop vector) {
            this.scalar = scalar;
            this.vector = vector;
        }
    }

    private static void exp(double[] src, double[] dst, int from, int to) {
        for (int i = from; i < to; i++) {
            dst[i] = ExponentialScalar.exp(src[i]);
        }
    }

    private static void expVector(double[] src, double[] dst, int from, int to) {
        System.arraycopy(src, from, dst, from, to - from);
        ActivationsVector.exp(dst, from, to);
    }

    /** Compares with each element of the bounds' outside left as it was. */
    private static void requireEqual(Function function, double[] src, int from, int to) {
        double[] expected = new double[src.length];
        double[] found = new double[src.length];
        function.scalar.run(src, expected, from, to);
        function.vector.run(src, found, from, to);
        assertArrayEquals(expected, found);
    }

    @ParameterizedTest
    @EnumSource
    void everyBitIsTheReferences(Function function) {
        for (int length : LENGTHS) {
            Random random = new Random(length);
            double[] src = new double[length + 2];
            for (int i = 0; i < src.length; i++) {
                src[i] = random.nextBoolean()
                        ? ODD[random.nextInt(ODD.length)]
                        : 10 * random.nextGaussian();
            }
            requireEqual(function, src, 1, length + 1);
        }
        double[] src = new double[8 * ODD.length];
        for (int i = 0; i < src.length; i++) {
            src[i] = ODD[(i + i / ODD.length) % ODD.length];
        }
        requireEqual(function, src, 0, src.length);
    }

    @ParameterizedTest
    @EnumSource
    void numbersOfEverySizeToo(Function function) {
        Random random = new Random(1);
        double[] src = new double[200_000];
        for (int i = 0; i < src.length; i++) {
            src[i] = switch (i % 3) {
                case 0 -> Double.longBitsToDouble(random.nextLong());
                case 1 -> random.nextDouble(-750, 715);
                default -> 3 * random.nextGaussian();
            };
        }
        requireEqual(function, src, 0, src.length);
    }
}
