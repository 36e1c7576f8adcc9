package org.lanewise.kernel.winograd;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;

/**
 * The matrices of a Winograd convolution {@code F(m, r)}: m outputs of a filter of r taps from m +
 * r - 1 products, {@code y = A^T [(G g) * (B^T d)]}.
 *
 * <p>Derived from points, after Toom and Cook: the products are values of the product of two
 * polynomials at the points and at infinity. Row j of B^T holds the coefficients of the polynomial
 * that vanishes at all points but the j-th, the last row those of the one that vanishes at all; row
 * j of G holds the powers of the point divided by that polynomial's value there; and A holds powers
 * of the points. All numbers are fractions, rounded once at the end.
 */
final class WinogradMatrices {
    /** A fraction in lowest terms, its denominator positive. */
    record Fraction(BigInteger numerator, BigInteger denominator) {
        static final Fraction ZERO = of(0, 1);
        static final Fraction ONE = of(1, 1);

        static Fraction of(long numerator, long denominator) {
            return reduced(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator));
        }

        private static Fraction reduced(BigInteger numerator, BigInteger denominator) {
            BigInteger common = numerator.gcd(denominator)
                    .multiply(BigInteger.valueOf(denominator.signum()));
            return new Fraction(numerator.divide(common), denominator.divide(common));
        }

        Fraction plus(Fraction other) {
            return reduced(numerator.multiply(other.denominator)
                    .add(other.numerator.multiply(denominator)),
                    denominator.multiply(other.denominator));
        }

        Fraction times(Fraction other) {
            return reduced(numerator.multiply(other.numerator),
                    denominator.multiply(other.denominator));
        }

        Fraction negated() {
            return new Fraction(numerator.negate(), denominator);
        }

        Fraction inverse() {
            return reduced(denominator, numerator);
        }

        /** The nearest double, where both parts are exact doubles; they are small. */
        double value() {
            return numerator.doubleValue() / denominator.doubleValue();
        }
    }

    private final Fraction[][] output;
    private final Fraction[][] filter;
    private final Fraction[][] input;

    /**
     * Derives the matrices.
     *
     * @param outputs m
     * @param taps r
     * @param points m + r - 2 points, all different
     */
    WinogradMatrices(int outputs, int taps, List<Fraction> points) {
        int products = outputs + taps - 1;
        if (points.size() != products - 1 || points.stream().distinct().count() != points.size()) {
            throw new IllegalArgumentException(
                    points + " are not " + (products - 1) + " different points");
        }
        this.output = zeros(outputs, products);
        this.filter = zeros(products, taps);
        this.input = zeros(products, products);
        for (int j = 0; j < products - 1; j++) {
            Fraction point = points.get(j);
            Fraction power = Fraction.ONE;
            Fraction[] others = vanishing(points, j);
            Fraction scale = at(others, point).inverse();
            System.arraycopy(others, 0, input[j], 0, others.length);
            for (int i = 0; i < Math.max(outputs, taps); i++) {
                if (i < outputs) {
                    output[i][j] = power;
                }
                if (i < taps) {
                    filter[j][i] = power.times(scale);
                }
                power = power.times(point);
            }
        }
        output[outputs - 1][products - 1] = Fraction.ONE;
        filter[products - 1][taps - 1] = Fraction.ONE;
        input[products - 1] = vanishing(points, -1);
    }

    private static Fraction[][] zeros(int rows, int columns) {
        Fraction[][] matrix = new Fraction[rows][columns];
        for (Fraction[] row : matrix) {
            Arrays.fill(row, Fraction.ZERO);
        }
        return matrix;
    }

    /** Coefficients of the product of (x - point) over all points but one. */
    private static Fraction[] vanishing(List<Fraction> points, int except) {
        Fraction[] product = {Fraction.ONE};
        for (int l = 0; l < points.size(); l++) {
            if (l != except) {
                Fraction[] next = zeros(1, product.length + 1)[0];
                for (int i = 0; i < product.length; i++) {
                    next[i + 1] = next[i + 1].plus(product[i]);
                    next[i] = next[i].plus(product[i].times(points.get(l).negated()));
                }
                product = next;
            }
        }
        return product;
    }

    private static Fraction at(Fraction[] polynomial, Fraction point) {
        Fraction value = Fraction.ZERO;
        for (int i = polynomial.length - 1; i >= 0; i--) {
            value = value.times(point).plus(polynomial[i]);
        }
        return value;
    }

    /** A^T: one row an output, one column a product. */
    Fraction output(int row, int column) {
        return output[row][column];
    }

    /** G: one row a product, one column a tap. */
    Fraction filter(int row, int column) {
        return filter[row][column];
    }

    /** B^T: one row a product, one column an input. */
    Fraction input(int row, int column) {
        return input[row][column];
    }
}
