import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;

/**
 * The matrices of F(m, r), after Toom and Cook: row j of B^T has the coefficients of the polynomial that vanishes
 * at all points but the j-th, the last row those of the one that vanishes at all; row j of G the powers of the
 * point divided by that polynomial's value there; column j of A^T the powers of the point.
 */
final class WinogradMatrices {
    private final List<Fraction> points;
    private final int inputPoints;

    /**
     * Derives the matrices.
     *
     * @param points all but infinity
     * @param inputPoints how many of them B^T is made of
     */
    WinogradMatrices(List<String> points, int inputPoints) {
        this.points = points.stream().map(Fraction::parse).toList();
        this.inputPoints = inputPoints;
    }

    /** A fraction in lowest terms. */
    private record Fraction(long numerator, long denominator) {
        static Fraction of(long numerator, long denominator) {
            long common = BigInteger.valueOf(numerator).gcd(BigInteger.valueOf(denominator))
                    .longValue();
            return new Fraction(numerator / common, denominator / common);
        }

        static Fraction parse(String text) {
            String[] parts = (text + "/1").split("/");
            return of(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
        }

        Fraction times(Fraction other) {
            return of(Math.multiplyExact(numerator, other.numerator),
                    Math.multiplyExact(denominator, other.denominator));
        }

        Fraction minus(Fraction other) {
            return of(Math.subtractExact(Math.multiplyExact(numerator, other.denominator),
                    Math.multiplyExact(other.numerator, denominator)),
                    Math.multiplyExact(denominator, other.denominator));
        }

        Fraction power(int exponent) {
            return exponent == 0 ? of(1, 1) : times(power(exponent - 1));
        }

        @Override
        public String toString() {
            return Double.toString((double) numerator / denominator);
        }
    }

    /** An element of A^T, B^T or G. */
    String element(char matrix, int row, int column) {
        return (switch (matrix) {
            case 'A' -> points.get(column).power(row);
            case 'B' -> vanishing(row)[column];
            default -> points.get(row).power(column).times(scale(row));
        }).toString();
    }

    /** Coefficients of the product of (x - point) over all points but one. */
    private Fraction[] vanishing(int except) {
        Fraction[] product = {Fraction.of(1, 1)};
        for (int l = 0; l < inputPoints; l++) {
            if (l != except) {
                Fraction[] next = new Fraction[product.length + 1];
                Arrays.fill(next, Fraction.of(0, 1));
                for (int i = 0; i < product.length; i++) {
                    next[i + 1] = next[i + 1].minus(product[i].times(Fraction.of(-1, 1)));
                    next[i] = next[i].minus(product[i].times(points.get(l)));
                }
                product = next;
            }
        }
        return product;
    }

    /** The inverse of the product of the distances of a point from all others. */
    private Fraction scale(int row) {
        Fraction product = Fraction.of(1, 1);
        for (Fraction other : points) {
            if (!other.equals(points.get(row))) {
                product = product.times(points.get(row).minus(other));
            }
        }
        return Fraction.of(product.denominator, product.numerator);
    }
}
