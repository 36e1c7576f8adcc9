package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

import java.util.Arrays;
import org.lanewise.kernel.ChunkedSums;
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
     * @param sums two rows of channels; overwritten
     * @param n the sample
     */
    public static void statistics(GroupNormGeometry geometry, double[] src, double[] stats,
            ChunkedSums sums, int n) {
        int rows = geometry.c();
        double[] chunk = sums.chunk();
        sums.clear(0, 2 * rows);
        for (int c = 0; c < rows; c++) {
            int terms = 0;
            for (int h = 0; h < geometry.h(); h++) {
                for (int w = 0; w < geometry.w(); w++) {
                    chunk[c] += src[geometry.src().at(n, c, h, w)];
                    sums.add(++terms, c, 1);
                }
            }
        }
        means(geometry, sums, stats, n);
        for (int c = 0; c < rows; c++) {
            int terms = 0;
            for (int h = 0; h < geometry.h(); h++) {
                for (int w = 0; w < geometry.w(); w++) {
                    double difference = src[geometry.src().at(n, c, h, w)] - chunk[c];
                    chunk[rows + c] = fma(difference, difference, chunk[rows + c]);
                    sums.add(++terms, rows + c, 1);
                }
            }
        }
        inverses(geometry, sums, stats, n);
    }

    /**
     * Makes the means of groups.
     *
     * @param geometry shapes
     * @param sums those of channels; replaced by means in the chunk
     * @param stats the first row of the sample is overwritten
     * @param n the sample
     */
    public static void means(GroupNormGeometry geometry, ChunkedSums sums, double[] stats, int n) {
        int at = n * ROWS * geometry.c();
        means(geometry, sums, 0, stats, at, geometry.values());
        System.arraycopy(stats, at, sums.chunk(), 0, geometry.c());
    }

    /** Writes sums over groups, divided by a number. */
    private static void means(GroupNormGeometry geometry, ChunkedSums sums, int row,
            double[] stats, int at,
            double divisor) { // double
        int each = geometry.c() / geometry.groups();
        sums.addRest(row * geometry.c(), geometry.c());
        for (int c = 0; c < geometry.c(); c += each) {
            int from = row * geometry.c() + c;
            Arrays.fill(stats, at + c, at + c + each,
                    Element.round(sum(sums.total(), from, from + each) / divisor));
        }
    }

    /**
     * Makes {@code 1 / sqrt(var + eps)} of groups.
     *
     * @param geometry shapes
     * @param sums those of squares of channels in the second row; read
     * @param stats the second row of the sample is overwritten
     * @param n the sample
     */
    public static void inverses(GroupNormGeometry geometry, ChunkedSums sums, double[] stats,
            int n) {
        int rows = geometry.c();
        int each = rows / geometry.groups();
        int at = (n * ROWS + 1) * rows;
        sums.addRest(rows, rows);
        for (int c = 0; c < rows; c += each) {
            double squares = sum(sums.total(), rows + c, rows + c + each); // double
            double variance = squares / geometry.values(); // double
            double inverse = 1.0 / Math.sqrt(variance + geometry.eps()); // double
            Arrays.fill(stats, at + c, at + c + each, Element.round(inverse));
        }
    }

    /** Four sums, each of every fourth number, which are added in order; then what is left. */
    private static double sum(double[] values, int from, int to) { // double
        double sum0 = 0.0; // double
        double sum1 = 0.0; // double
        double sum2 = 0.0; // double
        double sum3 = 0.0; // double
        int i = from;
        for (; i <= to - 4; i += 4) {
            sum0 += values[i];
            sum1 += values[i + 1];
            sum2 += values[i + 2];
            sum3 += values[i + 3];
        }
        double sum = sum0 + sum1 + sum2 + sum3; // double
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
     * @param sums two rows of channels; overwritten
     * @param affine factors; read
     * @param n the sample
     */
    public static void gradientSums(GroupNormGeometry geometry, double[] src, double[] diffDst,
            double[] stats, ChunkedSums sums, double[] affine, int n) {
        int rows = geometry.c();
        int at = n * ROWS * rows;
        double[] chunk = sums.chunk();
        sums.clear(0, 2 * rows);
        for (int c = 0; c < rows; c++) {
            int terms = 0;
            int f = c;
            for (int h = 0; h < geometry.h(); h++) {
                for (int w = 0; w < geometry.w(); w++, f += geometry.factorStep()) {
                    double x = (src[geometry.src().at(n, c, h, w)] - stats[at + c])
                            * stats[at + rows + c];
                    double gradient = diffDst[geometry.dst().at(n, c, h, w)] * affine[f];
                    chunk[c] += gradient;
                    chunk[rows + c] = fma(gradient, x, chunk[rows + c]);
                    sums.add(++terms, c, 1);
                    sums.add(terms, rows + c, 1);
                }
            }
        }
        gradientMeans(geometry, sums, stats, n);
    }

    /**
     * Makes the means of gradients, and minus those of their products, of groups.
     *
     * @param geometry shapes
     * @param sums two rows, of channels; read
     * @param stats the last two rows of the sample are overwritten
     * @param n the sample
     */
    public static void gradientMeans(GroupNormGeometry geometry, ChunkedSums sums, double[] stats,
            int n) {
        int rows = geometry.c();
        means(geometry, sums, 0, stats, (n * ROWS + 2) * rows, geometry.values());
        means(geometry, sums, 1, stats, (n * ROWS + 3) * rows, -geometry.values());
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
     * Sums the gradients with respect to factors and addends of some rows of pixels.
     *
     * @param geometry shapes and strides
     * @param src read
     * @param diffDst read
     * @param stats read
     * @param sums overwritten, at {@link GroupNormGeometry#gradients}
     * @param part which rows
     * @param samples of the batch
     */
    public static void weightGradients(GroupNormGeometry geometry, double[] src, double[] diffDst,
            double[] stats, ChunkedSums sums, GroupNormGeometry.Part part, int samples) {
        int rows = geometry.c();
        double[] chunk = sums.chunk();
        int first = geometry.gradients(part.firstSample(), part.firstRow());
        int last = first + geometry.gradients(part);
        for (int f = first; f < last; f++) {
            int addend = f + geometry.factors();
            int terms = 0;
            sums.clear(f, 1);
            sums.clear(addend, 1);
            int c = (f - first) % rows;
            int from = (f - first) / rows;
            int to = geometry.elementwise() ? from + 1 : geometry.w();
            for (int n = part.firstSample(); n < Math.min(samples, part.samples()); n++) {
                int at = n * ROWS * rows;
                for (int h = part.firstRow(); h < part.rows(); h++) {
                    for (int w = from; w < to; w++) {
                        double x = (src[geometry.src().at(n, c, h, w)] - stats[at + c])
                                * stats[at + rows + c];
                        double gradient = diffDst[geometry.dst().at(n, c, h, w)];
                        chunk[f] = fma(gradient, x, chunk[f]);
                        chunk[addend] += gradient;
                        sums.add(++terms, f, 1);
                        sums.add(terms, addend, 1);
                    }
                }
            }
            sums.addRest(f, 1);
            sums.addRest(addend, 1);
        }
    }
}
