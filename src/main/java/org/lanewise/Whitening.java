package org.lanewise;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.lanewise.kernel.FusedMultiplyAdd;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Shape;

/**
 * Filters that whiten the patches of images: see {@link Initializer#whitening}. Sums run over images, rows
 * and columns in this order; eigenvectors are Jacobi's, which takes nothing but square roots and arithmetic.
 */
record Whitening(Samples images) implements Initializer {
    private static final int IMAGES = 5_000;
    private static final double EPS = 5e-4;
    private static final int MOST_SWEEPS = 100;

    @Override
    public void fill(ParameterSpec spec, double[] values, RandomState random) {
        Shape.Image shape = fit(spec);
        double[][] covariance = covariance(shape, spec.shape().get(2), spec.shape().get(3));
        int n = covariance.length;
        for (double[] row : covariance) {
            if (!Double.isFinite(Arrays.stream(row).sum())) {
                throw new IllegalArgumentException(spec.name()
                        + ": whitening needs finite images, but the sums over their patches are"
                        + " not; look for NaN, infinities and huge numbers");
            }
        }
        double[][] vectors = new double[n][n];
        diagonalize(covariance, vectors);
        int[] order = IntStream.range(0, n).boxed()
                .sorted(Comparator.comparingDouble(i -> -covariance[i][i]))
                .mapToInt(Integer::intValue).toArray();
        for (int filter = 0; filter < n; filter++) {
            int column = order[filter];
            double largest = 0.0;
            for (int i = 0; i < n; i++) {
                if (Math.abs(vectors[i][column]) > Math.abs(largest)) {
                    largest = vectors[i][column];
                }
            }
            double scale = Math.copySign(
                    1.0 / Math.sqrt(Math.max(0.0, covariance[column][column]) + EPS), largest);
            for (int i = 0; i < n; i++) {
                values[filter * n + i] = vectors[i][column] * scale;
                values[(n + filter) * n + i] = -values[filter * n + i];
            }
        }
    }

    private Shape.Image fit(ParameterSpec spec) {
        if (images.shape() instanceof Shape.Image image && spec.shape().size() == 4
                && spec.shape().get(1) == image.channels()
                && spec.shape().get(2) <= image.height() && spec.shape().get(3) <= image.width()
                && spec.shape().getFirst() == 2 * spec.fanIn()) {
            return image;
        }
        throw new IllegalArgumentException(spec.name() + ": whitening needs a convolution of the"
                + " images, here " + images.shape() + ", with two filters for each number of a"
                + " patch; found weights of shape " + spec.shape());
    }

    /** The mean of patch times its transpose; patches are numbered by channel, row, column. */
    private double[][] covariance(Shape.Image shape, int height, int width) {
        int n = shape.channels() * height * width;
        double[][] sums = new double[n][n];
        double[] image = new double[(int) shape.size()];
        double[] patch = new double[n];
        int count = Math.min(IMAGES, images.size());
        for (int number = 0; number < count; number++) {
            // Spread over the set, whose files may be in the order of their classes.
            images.copyInput((int) ((long) number * images.size() / count), image, 0);
            for (int y = 0; y + height <= shape.height(); y++) {
                for (int x = 0; x + width <= shape.width(); x++) {
                    for (int i = 0; i < n; i++) {
                        int row = i / width;
                        patch[i] = image[(row / height * shape.height() + y + row % height)
                                * shape.width() + x + i % width];
                    }
                    add(patch, sums);
                }
            }
        }
        double patches = (double) count * (shape.height() - height + 1)
                * (shape.width() - width + 1);
        for (int i = 0; i < n; i++) {
            for (int j = i; j < n; j++) {
                sums[i][j] /= patches;
                sums[j][i] = sums[i][j];
            }
        }
        return sums;
    }

    private static void add(double[] patch, double[][] sums) {
        for (int i = 0; i < patch.length; i++) {
            for (int j = i; j < patch.length; j++) {
                sums[i][j] = FusedMultiplyAdd.fma(patch[i], patch[j], sums[i][j]);
            }
        }
    }

    /**
     * Cyclic Jacobi (Golub and Van Loan, section 8.5).
     *
     * @param a symmetric; its diagonal becomes the eigenvalues
     * @param v overwritten with the eigenvectors as columns
     */
    private static void diagonalize(double[][] a, double[][] v) {
        for (int i = 0; i < v.length; i++) {
            v[i][i] = 1.0;
        }
        boolean rotated = true;
        for (int sweep = 0; rotated && sweep < MOST_SWEEPS; sweep++) {
            rotated = false;
            for (int p = 0; p < a.length; p++) {
                for (int q = p + 1; q < a.length; q++) {
                    if (Math.abs(a[p][q]) > 0x1p-60 * Math.sqrt(Math.abs(a[p][p] * a[q][q]))) {
                        rotate(a, v, p, q);
                        rotated = true;
                    }
                }
            }
        }
    }

    /** Makes an element and its mirror image 0. */
    private static void rotate(double[][] a, double[][] v, int p, int q) {
        double theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
        double tangent = Math.copySign(1.0, theta)
                / (Math.abs(theta) + Math.sqrt(theta * theta + 1.0));
        double cosine = 1.0 / Math.sqrt(tangent * tangent + 1.0);
        double sine = tangent * cosine;
        for (int i = 0; i < a.length; i++) {
            double first = a[i][p];
            a[i][p] = cosine * first - sine * a[i][q];
            a[i][q] = sine * first + cosine * a[i][q];
            first = v[i][p];
            v[i][p] = cosine * first - sine * v[i][q];
            v[i][q] = sine * first + cosine * v[i][q];
        }
        for (int i = 0; i < a.length; i++) {
            double first = a[p][i];
            a[p][i] = cosine * first - sine * a[q][i];
            a[q][i] = sine * first + cosine * a[q][i];
        }
        a[p][q] = 0.0;
        a[q][p] = 0.0;
    }
}
