package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

import java.util.Arrays;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.GroupNormGeometry;

/**
 * Normalization of groups of channels, the reference. Every sum over a group is one over the pixels of each
 * channel, and then over the channels.
 */
public final class GroupNormScalar {
    /** Rows of statistics of a sample. */
    public static final int ROWS = 4;

    private GroupNormScalar() {}

    /**
     * Makes the means and inverse deviations of one sample.
     *
     * @param geometry shapes and strides
     * @param src read
     * @param stats the first two rows of the sample are overwritten
     * @param n the sample
     */
    public static void statistics(GroupNormGeometry geometry, double[] src, double[] stats,
            int n) {
        int rows = geometry.c();
        int at = n * ROWS * rows;
        for (int c = 0; c < rows; c++) {
            double sum = 0.0;
            for (int h = 0; h < geometry.h(); h++) {
                for (int w = 0; w < geometry.w(); w++) {
                    sum += src[geometry.src().at(n, c, h, w)];
                }
            }
            stats[at + c] = sum;
        }
        means(geometry, stats, at, Element.round(geometry.values()));
        for (int c = 0; c < rows; c++) {
            double squares = 0.0;
            for (int h = 0; h < geometry.h(); h++) {
                for (int w = 0; w < geometry.w(); w++) {
                    double difference = src[geometry.src().at(n, c, h, w)] - stats[at + c];
                    squares = fma(difference, difference, squares);
                }
            }
            stats[at + rows + c] = squares;
        }
        inverses(geometry, stats, at + rows);
    }

    /**
     * Replaces sums of channels by those of their groups, divided by a number.
     *
     * @param geometry shapes
     * @param stats a row is read and overwritten
     * @param at where the row begins
     * @param divisor values of a group, or minus those
     */
    public static void means(GroupNormGeometry geometry, double[] stats, int at, double divisor) {
        int each = geometry.c() / geometry.groups();
        for (int from = at; from < at + geometry.c(); from += each) {
            Arrays.fill(stats, from, from + each, sum(stats, from, from + each) / divisor);
        }
    }

    /**
     * Replaces sums of squares of channels by {@code 1 / sqrt(var + eps)} of their groups.
     *
     * @param geometry shapes
     * @param stats a row is read and overwritten
     * @param at where the row begins
     */
    public static void inverses(GroupNormGeometry geometry, double[] stats, int at) {
        int each = geometry.c() / geometry.groups();
        for (int from = at; from < at + geometry.c(); from += each) {
            double variance = sum(stats, from, from + each) / Element.round(geometry.values());
            Arrays.fill(stats, from, from + each, 1.0 / Math.sqrt(variance + geometry.eps()));
        }
    }

    /** Four sums, each of every fourth number, which are added in order; then what is left. */
    private static double sum(double[] values, int from, int to) {
        double sum0 = 0.0;
        double sum1 = 0.0;
        double sum2 = 0.0;
        double sum3 = 0.0;
        int i = from;
        for (; i <= to - 4; i += 4) {
            sum0 += values[i];
            sum1 += values[i + 1];
            sum2 += values[i + 2];
            sum3 += values[i + 3];
        }
        double sum = sum0 + sum1 + sum2 + sum3;
        for (; i < to; i++) {
            sum += values[i];
        }
        return sum;
    }

    /**
     * {@code dst = (src - mean) * inverse * factor + addend}, of one sample.
     *
     * @param geometry shapes and strides
     * @param src read
     * @param stats read
     * @param affine factors and addends; read
     * @param dst overwritten
     * @param n the sample
     */
    public static void normalize(GroupNormGeometry geometry, double[] src, double[] stats,
            double[] affine, double[] dst, int n) {
        int rows = geometry.c();
        int at = n * ROWS * rows;
        int f = 0;
        for (int h = 0; h < geometry.h(); h++) {
            for (int w = 0; w < geometry.w(); w++, f += geometry.factorStep()) {
                for (int c = 0; c < rows; c++) {
                    double x = (src[geometry.src().at(n, c, h, w)] - stats[at + c])
                            * stats[at + rows + c];
                    dst[geometry.dst().at(n, c, h, w)] = fma(x, affine[f + c],
                            affine[geometry.factors() + f + c]);
                }
            }
        }
    }

    /**
     * Makes the means of a sample's gradient times factors, and of that times normalized values.
     *
     * @param geometry shapes and strides
     * @param src read
     * @param diffDst read
     * @param stats the last two rows of the sample are overwritten
     * @param affine factors; read
     * @param n the sample
     */
    public static void gradientSums(GroupNormGeometry geometry, double[] src, double[] diffDst,
            double[] stats, double[] affine, int n) {
        int rows = geometry.c();
        int at = n * ROWS * rows;
        for (int c = 0; c < rows; c++) {
            double sum = 0.0;
            double products = 0.0;
            int f = c;
            for (int h = 0; h < geometry.h(); h++) {
                for (int w = 0; w < geometry.w(); w++, f += geometry.factorStep()) {
                    double x = (src[geometry.src().at(n, c, h, w)] - stats[at + c])
                            * stats[at + rows + c];
                    double gradient = diffDst[geometry.dst().at(n, c, h, w)] * affine[f];
                    sum += gradient;
                    products = fma(gradient, x, products);
                }
            }
            stats[at + 2 * rows + c] = sum;
            stats[at + 3 * rows + c] = products;
        }
        means(geometry, stats, at + 2 * rows, Element.round(geometry.values()));
        means(geometry, stats, at + 3 * rows, -Element.round(geometry.values()));
    }

    /**
     * {@code diffSrc = (diffDst * factor - mean - x * mean of products) * inverse}, of one sample, with the
     * normalized values x.
     *
     * @param geometry shapes and strides
     * @param src read
     * @param diffDst read
     * @param stats read
     * @param affine factors; read
     * @param diffSrc overwritten
     * @param n the sample
     */
    public static void backwardInput(GroupNormGeometry geometry, double[] src, double[] diffDst,
            double[] stats, double[] affine, double[] diffSrc, int n) {
        int rows = geometry.c();
        int at = n * ROWS * rows;
        int f = 0;
        for (int h = 0; h < geometry.h(); h++) {
            for (int w = 0; w < geometry.w(); w++, f += geometry.factorStep()) {
                for (int c = 0; c < rows; c++) {
                    int i = geometry.src().at(n, c, h, w);
                    double x = (src[i] - stats[at + c]) * stats[at + rows + c];
                    double gradient = diffDst[geometry.dst().at(n, c, h, w)] * affine[f + c]
                            - stats[at + 2 * rows + c];
                    diffSrc[i] = fma(x, stats[at + 3 * rows + c], gradient)
                            * stats[at + rows + c];
                }
            }
        }
    }

    /**
     * Adds the gradients with respect to factors and addends of one row of pixels of a sample.
     *
     * @param geometry shapes and strides
     * @param src read
     * @param diffDst read
     * @param stats read
     * @param gradients added to, at {@link GroupNormGeometry#gradients}
     * @param n the sample
     * @param h the row
     */
    public static void weightGradients(GroupNormGeometry geometry, double[] src, double[] diffDst,
            double[] stats, double[] gradients, int n, int h) {
        int rows = geometry.c();
        int at = n * ROWS * rows;
        int f = geometry.gradients(n, h);
        for (int w = 0; w < geometry.w(); w++, f += geometry.factorStep()) {
            for (int c = 0; c < rows; c++) {
                double x = (src[geometry.src().at(n, c, h, w)] - stats[at + c])
                        * stats[at + rows + c];
                double gradient = diffDst[geometry.dst().at(n, c, h, w)];
                gradients[f + c] = fma(gradient, x, gradients[f + c]);
                gradients[geometry.factors() + f + c] += gradient;
            }
        }
    }
}
