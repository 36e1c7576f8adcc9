package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

import org.lanewise.kernel.BatchNormGeometry;
import org.lanewise.kernel.ChunkedSums;
import org.lanewise.kernel.Element;

/**
 * Batch normalization, the reference.
 *
 * <p>Statistics are sums over slices of the batch. Those of a slice are two rows of c numbers, at
 * {@code slice * 2 * c}: forward the means and then the sums of the squared differences from them; backward
 * the sums of the output's gradient and then those of its products with {@code x - mean}.
 *
 * <p>Coefficients are rows of c numbers: {@link #MEAN}, {@link #FACTOR}, {@link #BIAS} and so on.
 */
public final class BatchNormScalar {
    /** The row of coefficients with the means. */
    public static final int MEAN = 0;
    /** The row with {@code weight / sqrt(var + eps)}. */
    public static final int FACTOR = 1;
    /** The row with the biases. */
    public static final int BIAS = 2;
    /** The row with the means of the output's gradient. */
    public static final int GRADIENT = 3;
    /** The row with what {@code x - mean} is multiplied by in the gradient with respect to the input. */
    public static final int SLOPE = 4;
    /** The row with {@code 1 / sqrt(var + eps)}. */
    public static final int INVERSE = 5;
    /** The row with the variances of the batch. */
    public static final int VARIANCE = 6;
    /** The row with what is left of the means where they are rounded to elements. */
    public static final int REST = 7;
    /** How many rows there are. */
    public static final int ROWS = 8;

    private BatchNormScalar() {}

    /**
     * Makes the statistics of one slice.
     *
     * @param geometry shapes and strides
     * @param src read
     * @param slices overwritten for this slice; its chunk keeps the means, as elements
     * @param from first sample of the slice
     * @param to end, exclusive
     */
    public static void statistics(BatchNormGeometry geometry, double[] src, ChunkedSums slices,
            int from, int to) {
        int rows = geometry.c();
        int at = from / geometry.samplesOfSlice() * 2 * rows;
        double[] chunk = slices.chunk();
        slices.clear(at, 2 * rows);
        for (int c = 0; c < rows; c++) {
            int terms = 0;
            for (int n = from; n < to; n++) {
                for (int h = 0; h < geometry.h(); h++) {
                    for (int w = 0; w < geometry.w(); w++) {
                        chunk[at + c] += src[geometry.src().at(n, c, h, w)];
                        slices.add(++terms, at + c, 1);
                    }
                }
            }
        }
        means(geometry, slices, at, to - from);
        for (int c = 0; c < rows; c++) {
            int squares = at + rows + c;
            int terms = 0;
            for (int n = from; n < to; n++) {
                for (int h = 0; h < geometry.h(); h++) {
                    for (int w = 0; w < geometry.w(); w++) {
                        double difference = src[geometry.src().at(n, c, h, w)] - chunk[at + c];
                        chunk[squares] = fma(difference, difference, chunk[squares]);
                        slices.add(++terms, squares, 1);
                    }
                }
            }
        }
        slices.addRest(at + rows, rows);
    }

    /**
     * Divides the sums of a slice, after its last chunk.
     *
     * @param geometry shapes
     * @param slices sums are replaced by means, those of the chunk, too
     * @param at where the slice begins
     * @param samples of the slice
     */
    public static void means(BatchNormGeometry geometry, ChunkedSums slices, int at, int samples) {
        slices.addRest(at, geometry.c());
        double[] means = slices.total(); // double
        for (int i = at; i < at + geometry.c(); i++) {
            means[i] /= geometry.values(samples);
            slices.chunk()[i] = Element.round(means[i]);
        }
    }

    /**
     * Merges the statistics of all slices, in their order (Chan, Golub and LeVeque 1979), into means and
     * variances.
     *
     * @param geometry shapes
     * @param slices read; those of the first become those of the batch
     * @param coefficients rows {@link #MEAN}, {@link #REST} and {@link #VARIANCE} overwritten; the variance is
     *        biased
     * @param samples of the batch
     */
    public static void merge(BatchNormGeometry geometry, ChunkedSums slices, double[] coefficients,
            int samples) {
        int c = geometry.c();
        int slice = geometry.samplesOfSlice();
        double[] total = slices.total(); // double
        for (int from = slice; from < samples; from += slice) {
            int at = from / slice * 2 * c;
            double before = geometry.values(from); // double
            double values = geometry.values(Math.min(slice, samples - from)); // double
            double share = values / (before + values); // double
            double weight = before * share; // double
            for (int i = 0; i < c; i++) {
                double difference = total[at + i] - total[i]; // double
                total[i] = fma(difference, share, total[i]);
                total[c + i] += fma(difference * difference, weight, total[at + c + i]);
            }
        }
        for (int i = 0; i < c; i++) {
            coefficients[MEAN * c + i] = Element.round(total[i]);
            coefficients[REST * c + i] = Element.round(total[i] - coefficients[MEAN * c + i]);
            coefficients[VARIANCE * c + i] = Element
                    .round(total[c + i] / geometry.values(samples));
        }
    }

    /**
     * Makes {@link #INVERSE}, {@link #FACTOR} and {@link #BIAS} of {@link #VARIANCE}.
     *
     * @param eps added to variances
     * @param weight factors of the channels; null for 1
     * @param bias what is added to the channels; null for 0
     * @param coefficients rows read and overwritten
     * @param c channels
     */
    public static void complete(double eps, // double
            double[] weight, double[] bias, double[] coefficients, int c) {
        for (int i = 0; i < c; i++) {
            double inverse = 1.0 / Math.sqrt(coefficients[VARIANCE * c + i] + eps); // double
            coefficients[INVERSE * c + i] = Element.round(inverse);
            coefficients[FACTOR * c + i] = Element
                    .round(weight == null ? inverse : weight[i] * inverse);
            coefficients[BIAS * c + i] = bias == null ? 0.0 : bias[i];
        }
    }

    /**
     * {@code statistics = coefficients * scale * share}.
     *
     * @param scale of the batch
     * @param share of these samples in a batch that several such calls divide
     * @param coefficients read
     * @param row of coefficients with the values of the batch
     * @param statistics overwritten
     * @param at where those of the first channel are written
     * @param count of channels
     */
    public static void scaled(double scale, double share, // double
            double[] coefficients, int row, double[] statistics, int at, int count) {
        double factor = Element.round(scale);
        double part = Element.round(share);
        for (int i = 0; i < count; i++) {
            statistics[at + i] = coefficients[row * count + i] * factor * part;
        }
    }

    /**
     * {@code running = (1 - momentum) * running + momentum * batch}.
     *
     * @param momentum share of the batch
     * @param statistics of the batch
     * @param at where they begin
     * @param running overwritten
     */
    public static void follow(double momentum, // double
            double[] statistics, int at, double[] running) {
        double share = Element.round(momentum);
        double rest = Element.round(1.0 - momentum);
        for (int i = 0; i < running.length; i++) {
            running[i] = fma(share, statistics[at + i], rest * running[i]);
        }
    }

    /**
     * {@code dst = (src - mean) * factor + bias}.
     *
     * @param geometry shapes and strides
     * @param src read
     * @param dst overwritten
     * @param coefficients read
     * @param from first sample
     * @param to end, exclusive
     */
    public static void normalize(BatchNormGeometry geometry, double[] src, double[] dst,
            double[] coefficients, int from, int to) {
        int rows = geometry.c();
        for (int n = from; n < to; n++) {
            for (int c = 0; c < rows; c++) {
                for (int h = 0; h < geometry.h(); h++) {
                    for (int w = 0; w < geometry.w(); w++) {
                        dst[geometry.dst().at(n, c, h, w)] = fma(
                                src[geometry.src().at(n, c, h, w)] - coefficients[MEAN * rows + c],
                                coefficients[FACTOR * rows + c], coefficients[BIAS * rows + c]);
                    }
                }
            }
        }
    }

    /**
     * Sums the output's gradient and its products with {@code x - mean} over one slice.
     *
     * @param geometry shapes and strides
     * @param src read
     * @param diffDst read
     * @param coefficients read
     * @param slices overwritten for this slice
     * @param from first sample of the slice
     * @param to end, exclusive
     */
    public static void gradientSums(BatchNormGeometry geometry, double[] src, double[] diffDst,
            double[] coefficients, ChunkedSums slices, int from, int to) {
        int rows = geometry.c();
        int at = from / geometry.samplesOfSlice() * 2 * rows;
        double[] chunk = slices.chunk();
        slices.clear(at, 2 * rows);
        for (int sum = at; sum < at + rows; sum++) {
            int terms = 0;
            for (int n = from; n < to; n++) {
                for (int h = 0; h < geometry.h(); h++) {
                    for (int w = 0; w < geometry.w(); w++) {
                        double gradient = diffDst[geometry.dst().at(n, sum - at, h, w)];
                        chunk[sum] += gradient;
                        chunk[sum + rows] = fma(gradient, src[geometry.src().at(n, sum - at, h, w)]
                                - coefficients[MEAN * rows + sum - at], chunk[sum + rows]);
                        slices.add(++terms, sum, 1);
                        slices.add(terms, sum + rows, 1);
                    }
                }
            }
        }
        slices.addRest(at, 2 * rows);
    }

    /**
     * Adds the sums of all slices up, in their order.
     *
     * @param geometry shapes
     * @param slices read; those of the first become those of the batch
     * @param coefficients rows {@link #GRADIENT} and {@link #SLOPE} overwritten
     * @param samples of the batch
     */
    public static void mergeGradients(BatchNormGeometry geometry, ChunkedSums slices,
            double[] coefficients, int samples) {
        int c = geometry.c();
        int slice = geometry.samplesOfSlice();
        double[] total = slices.total(); // double
        for (int from = slice; from < samples; from += slice) {
            int at = from / slice * 2 * c;
            for (int i = 0; i < 2 * c; i++) {
                total[i] += total[at + i];
            }
        }
        double values = geometry.values(samples); // double
        for (int i = 0; i < c; i++) {
            //float total[c + i] -= total[i] * coefficients[REST * c + i];
            // Means of doubles leave nothing.
            double inverse = coefficients[INVERSE * c + i]; // double
            coefficients[GRADIENT * c + i] = Element.round(total[i] / values);
            coefficients[SLOPE * c + i] = Element
                    .round(-(total[c + i] * inverse * inverse / values));
        }
    }

    /**
     * The gradients with respect to factors and biases.
     *
     * @param slices sums of the batch, as {@link #mergeGradients} left them; read
     * @param coefficients read
     * @param diffWeight overwritten; null where it is not wanted
     * @param diffBias overwritten; null where it is not wanted
     * @param c channels
     */
    public static void weightGradients(ChunkedSums slices, double[] coefficients,
            double[] diffWeight, double[] diffBias, int c) {
        double[] total = slices.total(); // double
        for (int i = 0; i < c; i++) {
            if (diffWeight != null) {
                diffWeight[i] = Element.round(total[c + i] * coefficients[INVERSE * c + i]);
            }
            if (diffBias != null) {
                diffBias[i] = Element.round(total[i]);
            }
        }
    }

    /**
     * {@code diffSrc = (diffDst - mean of diffDst + slope * (src - mean)) * factor}.
     *
     * @param geometry shapes and strides
     * @param src read
     * @param diffDst read
     * @param coefficients read
     * @param diffSrc overwritten
     * @param from first sample
     * @param to end, exclusive
     */
    public static void backwardInput(BatchNormGeometry geometry, double[] src, double[] diffDst,
            double[] coefficients, double[] diffSrc, int from, int to) {
        int rows = geometry.c();
        for (int n = from; n < to; n++) {
            for (int c = 0; c < rows; c++) {
                for (int h = 0; h < geometry.h(); h++) {
                    for (int w = 0; w < geometry.w(); w++) {
                        int x = geometry.src().at(n, c, h, w);
                        double gradient = diffDst[geometry.dst().at(n, c, h, w)]
                                - coefficients[GRADIENT * rows + c];
                        diffSrc[x] = fma(src[x] - coefficients[MEAN * rows + c],
                                coefficients[SLOPE * rows + c], gradient)
                                * coefficients[FACTOR * rows + c];
                    }
                }
            }
        }
    }
}
