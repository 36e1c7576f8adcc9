package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

import org.lanewise.kernel.BatchNormGeometry;
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
    /** How many rows there are. */
    public static final int ROWS = 7;

    private BatchNormScalar() {}

    /**
     * Makes the statistics of one slice.
     *
     * @param geometry shapes and strides
     * @param src read
     * @param slices overwritten for this slice
     * @param from first sample of the slice
     * @param to end, exclusive
     */
    public static void statistics(BatchNormGeometry geometry, double[] src, double[] slices,
            int from, int to) {
        int at = from / geometry.samplesOfSlice() * 2 * geometry.c();
        double values = Element.round(geometry.values(to - from));
        for (int c = 0; c < geometry.c(); c++) {
            double sum = 0.0;
            for (int n = from; n < to; n++) {
                for (int h = 0; h < geometry.h(); h++) {
                    for (int w = 0; w < geometry.w(); w++) {
                        sum += src[geometry.src().at(n, c, h, w)];
                    }
                }
            }
            double mean = sum / values;
            double squares = 0.0;
            for (int n = from; n < to; n++) {
                for (int h = 0; h < geometry.h(); h++) {
                    for (int w = 0; w < geometry.w(); w++) {
                        double difference = src[geometry.src().at(n, c, h, w)] - mean;
                        squares = fma(difference, difference, squares);
                    }
                }
            }
            slices[at + c] = mean;
            slices[at + geometry.c() + c] = squares;
        }
    }

    /**
     * Merges the statistics of all slices, in their order (Chan, Golub and LeVeque 1979), into means and
     * variances.
     *
     * @param geometry shapes
     * @param slices read
     * @param coefficients rows {@link #MEAN} and {@link #VARIANCE} overwritten; the variance is biased
     * @param samples of the batch
     */
    public static void merge(BatchNormGeometry geometry, double[] slices, double[] coefficients,
            int samples) {
        int c = geometry.c();
        int slice = geometry.samplesOfSlice();
        for (int from = 0; from < samples; from += slice) {
            int at = from / slice * 2 * c;
            double before = Element.round(geometry.values(from));
            double values = Element.round(geometry.values(Math.min(slice, samples - from)));
            double share = values / (before + values);
            double weight = before * share;
            if (from == 0) {
                // Not merged with nothing: a mean above 1e154 times 0 would be infinity times 0.
                System.arraycopy(slices, at, coefficients, MEAN * c, c);
                System.arraycopy(slices, at + c, coefficients, VARIANCE * c, c);
                continue;
            }
            for (int i = 0; i < c; i++) {
                double difference = slices[at + i] - coefficients[MEAN * c + i];
                coefficients[MEAN * c + i] = fma(difference, share, coefficients[MEAN * c + i]);
                coefficients[VARIANCE * c + i] += fma(difference * difference, weight,
                        slices[at + c + i]);
            }
        }
        double values = Element.round(geometry.values(samples));
        for (int i = VARIANCE * c; i < (VARIANCE + 1) * c; i++) {
            coefficients[i] /= values;
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
    public static void complete(double eps, double[] weight, double[] bias, double[] coefficients,
            int c) {
        for (int i = 0; i < c; i++) {
            double inverse = 1.0 / Math.sqrt(coefficients[VARIANCE * c + i] + eps);
            coefficients[INVERSE * c + i] = inverse;
            coefficients[FACTOR * c + i] = weight == null ? inverse : weight[i] * inverse;
            coefficients[BIAS * c + i] = bias == null ? 0.0 : bias[i];
        }
    }

    /**
     * {@code running = (1 - momentum) * running + momentum * batch}.
     *
     * @param momentum share of the batch
     * @param coefficients read
     * @param row of coefficients with the values of the batch
     * @param scale what they are multiplied by
     * @param running overwritten
     */
    public static void follow(double momentum, double scale, // double
            double[] coefficients, int row, double[] running) {
        double share = Element.round(momentum);
        double rest = Element.round(1.0 - momentum);
        double factor = Element.round(scale);
        for (int i = 0; i < running.length; i++) {
            running[i] = fma(share, coefficients[row * running.length + i] * factor,
                    rest * running[i]);
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
            double[] coefficients, double[] slices, int from, int to) {
        int at = from / geometry.samplesOfSlice() * 2 * geometry.c();
        for (int c = 0; c < geometry.c(); c++) {
            double sum = 0.0;
            double products = 0.0;
            for (int n = from; n < to; n++) {
                for (int h = 0; h < geometry.h(); h++) {
                    for (int w = 0; w < geometry.w(); w++) {
                        double gradient = diffDst[geometry.dst().at(n, c, h, w)];
                        sum += gradient;
                        products = fma(gradient, src[geometry.src().at(n, c, h, w)]
                                - coefficients[MEAN * geometry.c() + c], products);
                    }
                }
            }
            slices[at + c] = sum;
            slices[at + geometry.c() + c] = products;
        }
    }

    /**
     * Adds the sums of all slices up, in their order.
     *
     * @param geometry shapes
     * @param slices read; those of the first become those of the batch
     * @param coefficients rows {@link #GRADIENT} and {@link #SLOPE} overwritten
     * @param samples of the batch
     */
    public static void mergeGradients(BatchNormGeometry geometry, double[] slices,
            double[] coefficients, int samples) {
        int c = geometry.c();
        int slice = geometry.samplesOfSlice();
        for (int from = slice; from < samples; from += slice) {
            int at = from / slice * 2 * c;
            for (int i = 0; i < 2 * c; i++) {
                slices[i] += slices[at + i];
            }
        }
        double values = Element.round(geometry.values(samples));
        for (int i = 0; i < c; i++) {
            double inverse = coefficients[INVERSE * c + i];
            coefficients[GRADIENT * c + i] = slices[i] / values;
            coefficients[SLOPE * c + i] = -(slices[c + i] * inverse * inverse / values);
        }
    }

    /**
     * The gradient with respect to the factors.
     *
     * @param slices sums of the batch, as {@link #mergeGradients} left them; read
     * @param coefficients read
     * @param diffWeight overwritten
     */
    public static void weightGradient(double[] slices, double[] coefficients,
            double[] diffWeight) {
        int c = diffWeight.length;
        for (int i = 0; i < c; i++) {
            diffWeight[i] = slices[c + i] * coefficients[INVERSE * c + i];
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
