package org.lanewise.data;

/**
 * Scales a map of bytes by a triangle filter as wide as the pixels of the result, which is bilinear
 * interpolation where maps grow and a weighted mean where they shrink (Pillow's {@code BILINEAR}).
 *
 * <p>Sums run in one order in doubles and are rounded once, so every machine gives the same bytes.
 */
final class Scaling {
    /**
     * The weights of one pixel of the result along one axis.
     *
     * @param first the first pixel that counts
     * @param weights of that pixel and those after it; their sum is 1
     */
    private record Taps(int first, double[] weights) {
        double mean(double[] values, int offset, int step) {
            double sum = 0;
            for (int i = 0; i < weights.length; i++) {
                sum = Math.fma(weights[i], values[offset + (first + i) * step], sum);
            }
            return sum;
        }
    }

    private Scaling() {}

    /**
     * {@return a map of {@code height} by {@code width}}
     *
     * @param map unsigned bytes, {@code fromHeight} by {@code fromWidth}, row-major; not modified
     */
    static byte[] scale(byte[] map, int fromHeight, int fromWidth, int height, int width) {
        double[] values = new double[map.length];
        for (int i = 0; i < map.length; i++) {
            values[i] = Byte.toUnsignedInt(map[i]);
        }
        Taps[] across = taps(fromWidth, width);
        double[] narrow = new double[fromHeight * width];
        for (int y = 0; y < fromHeight; y++) {
            for (int x = 0; x < width; x++) {
                narrow[y * width + x] = across[x].mean(values, y * fromWidth, 1);
            }
        }
        Taps[] down = taps(fromHeight, height);
        byte[] scaled = new byte[height * width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                scaled[y * width + x] = (byte) Math.round(down[y].mean(narrow, x, width));
            }
        }
        return scaled;
    }

    /** Pixel i of n covers [i, i + 1) / n; its centre, in old pixels, is the filter's. */
    private static Taps[] taps(int from, int to) {
        double scale = (double) from / to;
        double support = Math.max(scale, 1);
        Taps[] taps = new Taps[to];
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * scale;
            int first = Math.max(0, (int) (centre - support + 0.5));
            int behind = Math.min(from, (int) (centre + support + 0.5));
            double[] weights = new double[behind - first];
            double sum = 0;
            for (int k = 0; k < weights.length; k++) {
                double distance = Math.abs(first + k + 0.5 - centre) / support;
                weights[k] = Math.max(0, 1 - distance);
                sum += weights[k];
            }
            for (int k = 0; k < weights.length; k++) {
                weights[k] /= sum;
            }
            taps[i] = new Taps(first, weights);
        }
        return taps;
    }
}
