package org.lanewise.spark;

import java.io.Serializable;
import java.util.HexFormat;
import org.lanewise.Shards;

/** What one row holds. A class and no record, because {@code spark.serializer} may be one that reads no records. */
final class RowSample implements Serializable {
    private final byte[] pixels;
    private final double[] numbers;
    private final int label;
    private final double[] targets;

    /**
     * Shares arrays.
     *
     * @param pixels unsigned bytes, divided by 255 as they are used; null where inputs are numbers
     * @param numbers input; null where there are pixels
     * @param label its class; not used where there are targets
     * @param targets values; null for a class
     */
    RowSample(byte[] pixels, double[] numbers, int label, double[] targets) {
        this.pixels = pixels;
        this.numbers = numbers;
        this.label = label;
        this.targets = targets;
    }

    byte[] pixels() {
        return pixels;
    }

    double[] numbers() {
        return numbers;
    }

    int label() {
        return label;
    }

    double[] targets() {
        return targets;
    }

    /** By which rows are sorted, whatever their order: the hash of what they hold, in hexadecimal digits. */
    String hash() {
        double[] input = numbers;
        if (pixels != null) {
            input = new double[pixels.length];
            for (int i = 0; i < input.length; i++) {
                input[i] = (pixels[i] & 0xFF) / 255.0;
            }
        }
        return HexFormat.of().formatHex(
                targets == null ? Shards.hash(input, label) : Shards.hash(input, targets));
    }
}
