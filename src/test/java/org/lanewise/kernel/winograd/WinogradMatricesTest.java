package org.lanewise.kernel.winograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lanewise.kernel.RandomArrays.ULP;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.winograd.WinogradMatrices.Fraction;

/** The derived matrices are exact: fractions in, the convolution out. */
class WinogradMatricesTest {
    private static final long SEED = 20_260_301;

    private static List<Fraction> points(int count) {
        return List.of(Fraction.of(0, 1), Fraction.of(1, 1), Fraction.of(-1, 1),
                Fraction.of(2, 1), Fraction.of(-2, 1), Fraction.of(1, 2), Fraction.of(-1, 2),
                Fraction.of(4, 3), Fraction.of(-4, 3)).subList(0, count);
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
    @CsvSource({"2,3", "4,3", "5,3", "6,3", "7,3", "8,3", "4,5", "6,5", "5,4", "7,4", "5,2", "7,2",
            "4,7"})
    void productsOfTransformsAreTheConvolution(int outputs, int taps) {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        int products = outputs + taps - 1;
        WinogradMatrices matrices = new WinogradMatrices(outputs, taps, points(products - 1));
        Fraction[] d = random(random, products);
        Fraction[] g = random(random, taps);
        Fraction[] m = IntStream.range(0, products)
                .mapToObj(e -> row(matrices::input, e, d).times(row(matrices::filter, e, g)))
                .toArray(Fraction[]::new);
        for (int i = 0; i < outputs; i++) {
            int first = i;
            assertEquals(row((_, tap) -> d[first + tap], 0, g), row(matrices::output, i, m),
                    "output " + i);
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

    private static WinogradMatrices matrices(WinogradTile tile) {
        return new WinogradMatrices(tile.m, tile.r, points(tile.alpha - 1));
    }

    /** Coefficients are rounded once, sums of them with each step. */
    private static void assertNear(Fraction expected, double found, String what) {
        double value = Element.round(expected.value());
        assertEquals(value, found, 50 * ULP * Math.max(1.0, Math.abs(value)), what);
    }

    /** Products that the vector kernels omit, by 0 or 1 or by symmetry, are so in the matrices. */
    @ParameterizedTest
    @EnumSource(WinogradTile.class)
    void theTransformsOnVectorsAreTheMatrices(WinogradTile tile) {
        WinogradMatrices matrices = matrices(tile);
        int alpha = tile.alpha;
        int m = tile.m;
        int r = tile.r;
        int lanes = Lanes.COUNT;
        double[] work = new double[tile.scratch()];
        double[] found = new double[tile.products * lanes];
        double[] between = new double[r * alpha * lanes];
        for (int y = 0; y < alpha; y++) {
            for (int x = 0; x < alpha; x++) {
                String one = tile + " of " + y + "," + x + ": ";
                double[] input = new double[tile.products * lanes];
                input[(y * alpha + x) * lanes] = 1.0;
                tile.input(input, 0, lines(alpha), lanes, new Products(found, lanes), 0, work);
                tile.output(input, 0, lanes, work);
                double[] taps = new double[tile.taps * lanes];
                for (int row = 0; row < alpha; row++) {
                    tile.tapRow(1, input, row * alpha * lanes, lanes, between, r * row * lanes,
                            lanes);
                }
                tile.tapColumns(1, between, 0, lanes, taps, 0, lanes);
                for (int i = 0; i < alpha; i++) {
                    for (int j = 0; j < alpha; j++) {
                        String what = one + i + "," + j;
                        assertNear(matrices.input(i, y).times(matrices.input(j, x)),
                                found[(i * alpha + j) * lanes], "input " + what);
                        if (i < m && j < m) {
                            assertNear(matrices.output(i, y).times(matrices.output(j, x)),
                                    work[tile.outputs() + (i * m + j) * lanes], "output " + what);
                        }
                        if (i < r && j < r) {
                            assertNear(matrices.filter(y, i).times(matrices.filter(x, j)),
                                    taps[(i * r + j) * lanes], "filter gradient " + what);
                        }
                    }
                }
                if (y < m && x < m) {
                    double[] gradient = new double[m * m * lanes];
                    gradient[(y * m + x) * lanes] = 1.0;
                    tile.outputGradient(gradient, 0, lines(m), lanes, new Products(found, lanes), 0,
                            work);
                    for (int e = 0; e < tile.products; e++) {
                        assertNear(matrices.output(y, e / alpha)
                                .times(matrices.output(x, e % alpha)),
                                found[e * lanes], "output gradient " + one + e);
                    }
                }
                if (y < r && x < r) {
                    double[] filter = new double[tile.taps * lanes];
                    filter[(y * r + x) * lanes] = 1.0;
                    tile.filterColumns(1, filter, 0, lanes, between, 0, lanes);
                    for (int row = 0; row < alpha; row++) {
                        tile.filterRow(1, between, r * row * lanes, lanes, found,
                                row * alpha * lanes, lanes);
                    }
                    for (int e = 0; e < tile.products; e++) {
                        assertNear(matrices.filter(e / alpha, y)
                                .times(matrices.filter(e % alpha, x)),
                                found[e * lanes], "filter " + one + e);
                    }
                }
            }
        }
    }

    /** A map of some columns, a vector of channels each. */
    private static Layout lines(int columns) {
        return new Layout(0, 0, 1, columns * Lanes.COUNT, Lanes.COUNT);
    }
}
