package org.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.kernel.WinogradMatrices.Fraction;

/** The derived matrices are exact: fractions in, the convolution out. */
class WinogradMatricesTest {
    private static final long SEED = 20_260_301;

    private static List<Fraction> points(int count) {
        return List.of(Fraction.of(0, 1), Fraction.of(1, 1), Fraction.of(-1, 1),
                Fraction.of(2, 1), Fraction.of(-2, 1), Fraction.of(1, 2), Fraction.of(-1, 2),
                Fraction.of(3, 1)).subList(0, count);
    }

    private static Fraction[] random(Random random, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Fraction.of(random.nextInt(-9, 10), random.nextInt(1, 9)))
                .toArray(Fraction[]::new);
    }

    private interface Matrix {
        Fraction at(int row, int column);
    }

    private static Fraction row(Matrix matrix, int row, Fraction[] vector) {
        Fraction sum = Fraction.ZERO;
        for (int i = 0; i < vector.length; i++) {
            sum = sum.plus(matrix.at(row, i).times(vector[i]));
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 5, 6, 7})
    void productsOfTransformsAreTheConvolution(int outputs) {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        int products = outputs + 2;
        WinogradMatrices matrices = new WinogradMatrices(outputs, 3, points(products - 1));
        Fraction[] d = random(random, products);
        Fraction[] g = random(random, 3);
        Fraction[] m = IntStream.range(0, products)
                .mapToObj(e -> row(matrices::input, e, d).times(row(matrices::filter, e, g)))
                .toArray(Fraction[]::new);
        for (int i = 0; i < outputs; i++) {
            Fraction direct = d[i].times(g[0]).plus(d[i + 1].times(g[1]))
                    .plus(d[i + 2].times(g[2]));
            assertEquals(direct, row(matrices::output, i, m), "output " + i);
        }
    }

    @Test
    void pointsMustDiffer() {
        assertThrows(IllegalArgumentException.class,
                () -> new WinogradMatrices(2, 3, List.of(Fraction.of(0, 1), Fraction.of(1, 2),
                        Fraction.of(2, 4))));
        assertThrows(IllegalArgumentException.class,
                () -> new WinogradMatrices(4, 3, points(4)));
    }

    /** What the vector loops leave out, as 0 or 1 or by symmetry, is so in the matrices. */
    @Test
    void theTransformsOnVectorsAreTheMatrices() {
        WinogradMatrices matrices = Winograd4Vector.MATRICES;
        int lanes = Lanes.COUNT;
        double[] work = new double[Winograd4Vector.scratch()];
        for (int y = 0; y < 6; y++) {
            for (int x = 0; x < 6; x++) {
                double[] input = new double[36 * lanes];
                input[(y * 6 + x) * lanes] = 1.0;
                double[] found = new double[36 * lanes];
                Winograd4Vector.input(input, 0, 6 * lanes, lanes, lanes, found, 0, lanes, work);
                double[] outputs = new double[16 * lanes];
                Winograd4Vector.output(input, 0, lanes, lanes, new double[lanes], 0, Double.NaN,
                        null, outputs, 0, 4 * lanes, lanes, work);
                double[] taps = new double[9 * lanes];
                Winograd4Vector.filterGradient(input, 0, lanes, taps, 0, lanes, work);
                for (int i = 0; i < 6; i++) {
                    for (int j = 0; j < 6; j++) {
                        assertEquals(matrices.input(i, y).times(matrices.input(j, x)).value(),
                                found[(i * 6 + j) * lanes], "input " + i + j + y + x);
                        if (i < 4 && j < 4) {
                            assertEquals(
                                    matrices.output(i, y).times(matrices.output(j, x)).value(),
                                    outputs[(i * 4 + j) * lanes], "output " + i + j + y + x);
                        }
                        if (i < 3 && j < 3) {
                            assertEquals(
                                    matrices.filter(y, i).times(matrices.filter(x, j)).value(),
                                    taps[(i * 3 + j) * lanes], 1e-16, "filter gradient");
                        }
                    }
                }
                if (y < 4 && x < 4) {
                    double[] gradient = new double[16 * lanes];
                    gradient[(y * 4 + x) * lanes] = 1.0;
                    Winograd4Vector.outputGradient(gradient, 0, 4 * lanes, lanes, lanes, found, 0,
                            lanes, work);
                    for (int e = 0; e < 36; e++) {
                        assertEquals(matrices.output(y, e / 6).times(matrices.output(x, e % 6))
                                .value(), found[e * lanes], "output gradient");
                    }
                }
                if (y < 3 && x < 3) {
                    double[] filter = new double[9 * lanes];
                    filter[(y * 3 + x) * lanes] = 1.0;
                    Winograd4Vector.filter(filter, 0, lanes, found, 0, lanes, work);
                    for (int e = 0; e < 36; e++) {
                        assertEquals(matrices.filter(e / 6, y).times(matrices.filter(e % 6, x))
                                .value(), found[e * lanes], 1e-16, "filter");
                    }
                }
            }
        }
    }
}
