package org.lanewise.kernel.elementwise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.kernel.reference.ActivationScalar;

/** ReLU on vectors against the reference, with every number that is not like others. */
class ReluVectorTest {
    private static final double[] ODD = {0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY, Double.MIN_VALUE, -Double.MIN_VALUE, 1, -1};

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 100})
    void everyBitIsTheReferences(int length) {
        Random random = new Random(length);
        double[] src = new double[length + 2];
        double[] diff = new double[length + 2];
        for (int i = 0; i < src.length; i++) {
            src[i] = ODD[random.nextInt(ODD.length)];
            diff[i] = ODD[random.nextInt(ODD.length)];
        }
        double[][] arrays = new double[4][length + 2];
        ActivationScalar.relu(src, arrays[0], 1, length + 1);
        Relu.forward(src, arrays[1], 1, length + 1);
        ActivationScalar.reluBackward(arrays[0], diff, arrays[2], 1, length + 1);
        Relu.backward(arrays[0], diff, arrays[3], 1, length + 1);
        for (int i = 0; i < length + 2; i++) {
            assertEquals(Double.doubleToRawLongBits(arrays[0][i]),
                    Double.doubleToRawLongBits(arrays[1][i]));
            assertEquals(Double.doubleToRawLongBits(arrays[2][i]),
                    Double.doubleToRawLongBits(arrays[3][i]));
        }
    }
}
