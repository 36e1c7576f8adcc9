package org.lanewise.kernel.reference;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The errors of functions of floats and of their derivatives, against those of doubles, which have twice the digits. */
class FloatFunctionsTest {
    private static final int POINTS = 300_000;
    private static final long SEED = 20_261_130;
    /** Below it floats, or what they are products of, have fewer digits. */
    private static final float TINY = 1e-30f;

    /** The largest error: in units of the last place, or as a number. */
    enum Function {
        EXP(0.9, 0, (x, y) -> y[0] = FloatExponentialScalar.exp(x[0]),
                (x, y) -> y[0] = ExponentialScalar.exp(x[0])),
        SIGMOID(2, 0, (x, y) -> FloatActivationScalar.sigmoid(x, y, 0, 1),
                (x, y) -> ActivationScalar.sigmoid(x, y, 0, 1)),
        TANH(2, 0, (x, y) -> FloatActivationScalar.tanh(x, y, 0, 1),
                (x, y) -> ActivationScalar.tanh(x, y, 0, 1)),
        GELU(6, 0, (x, y) -> FloatGeluScalar.gelu(x, y, 0, 1),
                (x, y) -> GeluScalar.gelu(x, y, 0, 1)),
        GELU_SLOPE(4, 1.5e-7, (x, y) -> FloatGeluScalar.geluBackward(x, new float[] {1}, y, 0, 1),
                (x, y) -> GeluScalar.geluBackward(x, new double[] {1}, y, 0, 1)),
        GELU_TANH(4, 0, (x, y) -> FloatGeluScalar.gate(FloatGeluScalar.LINEAR,
                FloatGeluScalar.CUBIC, x, y, 0, 1),
                (x, y) -> GeluScalar.gate(GeluScalar.LINEAR, GeluScalar.CUBIC, x, y, 0, 1)),
        GELU_TANH_SLOPE(3, 2e-7, (x, y) -> FloatGeluScalar.gateBackward(FloatGeluScalar.LINEAR,
                FloatGeluScalar.CUBIC, x, new float[] {1}, y, 0, 1),
                (x, y) -> GeluScalar.gateBackward(GeluScalar.LINEAR, GeluScalar.CUBIC, x,
                        new double[] {1}, y, 0, 1)),
        SILU(3, 0, (x, y) -> FloatGeluScalar.gate(1, 0, x, y, 0, 1),
                (x, y) -> GeluScalar.gate(1, 0, x, y, 0, 1)),
        SILU_SLOPE(3, 1.6e-7,
                (x, y) -> FloatGeluScalar.gateBackward(1, 0, x, new float[] {1}, y, 0, 1),
                (x, y) -> GeluScalar.gateBackward(1, 0, x, new double[] {1}, y, 0, 1)),
        ELU(1, 0, (x, y) -> FloatActivationScalar.elu(1, x, y, 0, 1),
                (x, y) -> ActivationScalar.elu(1, x, y, 0, 1)),
        SOFTPLUS(2, 0, (x, y) -> FloatActivationScalar.softplus(x, y, 0, 1),
                (x, y) -> ActivationScalar.softplus(x, y, 0, 1)),
        SOFTPLUS_SLOPE(2, 0,
                (x, y) -> FloatActivationScalar.softplusBackward(x, new float[] {1}, y, 0, 1),
                (x, y) -> ActivationScalar.softplusBackward(x, new double[] {1}, y, 0, 1));

        private final double units;
        private final double absolute;
        private final Floats floats;
        private final Doubles doubles;

        Function(double units, double absolute, Floats floats, Doubles doubles) {
            this.units = units;
            this.absolute = absolute;
            this.floats = floats;
            this.doubles = doubles;
        }

        /** The error of a sigmoid grows with its argument, which is a cubic here and rounded. */
        private double units(double x) {
            return this == GELU_TANH || this == GELU_TANH_SLOPE
                    ? units * (1 + 0.1 * Math.abs(x * x * x))
                    : units;
        }
    }

    private interface Floats {
        void run(float[] x, float[] y);
    }

    private interface Doubles {
        void run(double[] x, double[] y);
    }

    @ParameterizedTest
    @EnumSource
    void isCloseToThatOfDoubles(Function function) {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        float[] y = new float[1];
        double[] exact = new double[1];
        double worst = 0.0;
        double largest = 0.0;
        for (int i = 0; i < POINTS; i++) {
            // Each number of its own size, and where the functions end.
            float x = switch (i % 4) {
                case 0 -> (float) (random.nextGaussian() * Math.pow(10, random.nextInt(-9, 2)));
                case 1 -> random.nextFloat(-105, 90);
                case 2 -> random.nextFloat(-22, 22);
                default -> random.nextFloat(-3, 3);
            };
            function.floats.run(new float[] {x}, y);
            function.doubles.run(new double[] {x}, exact);
            if (Math.abs(exact[0]) >= Float.MAX_VALUE) {
                assertTrue(Math.abs(y[0]) >= Float.MAX_VALUE, () -> "at " + x + ": " + y[0]);
                continue;
            }
            if (Math.abs(exact[0]) < TINY) {
                assertTrue(Math.abs(y[0]) <= 1.001f * TINY, () -> "at " + x + ": " + y[0]);
                continue;
            }
            double error = Math.abs(y[0] - exact[0]);
            double unit = Math.ulp((float) exact[0]);
            assertTrue(error <= Math.max(function.absolute, function.units(x) * unit),
                    () -> "at " + x + ": expected " + exact[0] + ", found " + y[0]
                            + ", an error of "
                            + error / unit + " units, " + error);
            if (error > function.absolute) {
                worst = Math.max(worst, error / unit);
            }
            largest = Math.max(largest, error);
        }
        System.out.println(function + ": " + worst + " units, or " + largest);
    }
}
