package org.lanewise.kernel.elementwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.reference.ActivationScalar;
import org.lanewise.kernel.reference.ExponentialScalar;
import org.lanewise.kernel.reference.GeluScalar;

/** Functions of elements and their gradients on vectors against the reference, every bit. */
class ElementwiseVectorTest {
    private static final int[] LENGTHS = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 100};
    /** Zeros, the ends of e^x and of e^(-x^2 / 2) and what lies around them, the ends of doubles and of floats. */
    private static final double[] ODD = {0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY, Double.MIN_VALUE, -Double.MIN_VALUE, Double.MIN_NORMAL,
            -Double.MIN_NORMAL, Double.MAX_VALUE, -Double.MAX_VALUE, 1, -1, 20, -20, 20.5, -20.5,
            -708, -709, -720, -745.1332191019411, -745.1332191019412, -746, -746.5, 709,
            0x1.62e42fefa39efp9, 0x1.62e42fefa39f0p9, 710, 710.5, 0.34657359, -0.34657360, 8.3,
            -8.3, 37.6, -37.6, -38.5, -38.58, -38.6, 39, -39, 39.5, -39.5, 13.2, -13.2, -14.4, 15,
            -15, 15.5, -15.5, -87, -88, -103, -103.97208, -103.97209, -104, -105, 88, 88.72283,
            88.72284, 89, 90};

    private static final double LINEAR = GeluScalar.LINEAR;
    private static final double CUBIC = GeluScalar.CUBIC;
    /** Their corners are among the odd numbers. */
    private static final double[] SEGMENTS = {-1, 20, -0.25, 1, 0.3, 0.5};

    /** Other numbers for a gradient: the same ones from last to first. */
    private static double[] turned(double[] x) {
        double[] gradient = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            gradient[i] = x[x.length - 1 - i];
        }
        return gradient;
    }

    /** A function of elements {@code from} to {@code to}. */
    private interface Loop {
        void run(double[] src, double[] dst, int from, int to);
    }

    /** What both backends have. */
    enum Function {
        EXP(ElementwiseVectorTest::exp, ElementwiseVectorTest::expVector),
        SIGMOID(ActivationScalar::sigmoid, ActivationsVector::sigmoid),
        TANH(ActivationScalar::tanh, ActivationsVector::tanh),
        ELU((x, y, from, to) -> ActivationScalar.elu(1.25, x, y, from, to),
                (x, y, from, to) -> ActivationsVector.elu(1.25, x, y, from, to)),
        SILU((x, y, from, to) -> GeluScalar.gate(1, 0, x, y, from, to),
                (x, y, from, to) -> ActivationsVector.gate(1, 0, x, y, from, to)),
        GELU_TANH((x, y, from, to) -> GeluScalar.gate(LINEAR, CUBIC, x, y, from, to),
                (x, y, from, to) -> ActivationsVector.gate(LINEAR, CUBIC, x, y, from, to)),
        GELU(GeluScalar::gelu, ActivationsVector::gelu),
        SILU_BACKWARD((x, y, from, to) -> GeluScalar.gateBackward(1, 0, x, turned(x), y, from, to),
                (x, y, from, to) -> ActivationsVector.gateBackward(1, 0, x, turned(x), y, from,
                        to)),
        GELU_TANH_BACKWARD((x, y, from, to) -> GeluScalar.gateBackward(LINEAR, CUBIC, x,
                turned(x), y, from, to),
                (x, y, from, to) -> ActivationsVector.gateBackward(LINEAR, CUBIC, x, turned(x), y,
                        from, to)),
        GELU_BACKWARD((x, y, from, to) -> GeluScalar.geluBackward(x, turned(x), y, from, to),
                (x, y, from, to) -> ActivationsVector.geluBackward(x, turned(x), y, from, to)),
        PIECEWISE((x, y, from, to) -> ActivationScalar.piecewiseBackward(SEGMENTS, x, turned(x), y,
                from, to),
                (x, y, from, to) -> ActivationsVector.piecewiseBackward(SEGMENTS, x, turned(x), y,
                        from, to));

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

    /** Compares, in another array and in place; elements outside of the bounds must stay as they are. */
    private static void requireEqual(Function function, double[] src, int from, int to) {
        double[] expected = new double[src.length];
        double[] found = new double[src.length];
        function.scalar.run(src, expected, from, to);
        function.vector.run(src, found, from, to);
        assertArrayEquals(expected, found);
        double[] both = src.clone();
        function.vector.run(both, both, from, to);
        System.arraycopy(expected, from, found, from, to - from);
        System.arraycopy(src, 0, found, 0, from);
        System.arraycopy(src, to, found, to, src.length - to);
        assertArrayEquals(found, both, "in place");
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
                        : Element.round(10 * random.nextGaussian());
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
                //float case 0 -> Float.intBitsToFloat(random.nextInt());
                case 0 -> Double.longBitsToDouble(random.nextLong());
                //float case 1 -> random.nextFloat(-107, 91);
                case 1 -> random.nextDouble(-750, 715);
                default -> Element.round(3 * random.nextGaussian());
            };
        }
        requireEqual(function, src, 0, src.length);
    }
}
