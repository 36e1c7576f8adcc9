package org.lanewise;

import java.util.List;
import org.lanewise.random.Philox;
import org.lanewise.spec.Augmentation;
import org.lanewise.spec.Normalization;
import org.lanewise.spec.Shape;

/** Augments samples in their place, one at a time; allocates nothing. */
final class Augmenter {
    private static final double RED = 0.2989;
    private static final double GREEN = 0.587;
    private static final double BLUE = 0.114;

    private final Augmentation[] stages;
    private final long[] keys;
    private final int channels;
    private final int height;
    private final int width;
    private final double[] fill;
    private final double[] map;
    private final int[] words = new int[8];

    /**
     * Allocates a map.
     *
     * @param list what is applied, in this order; each fits the shape
     * @param normalization of the samples, whose means are filled in
     */
    Augmenter(List<Augmentation> list, long seed, Shape shape, Normalization normalization) {
        Shape.Image image = shape instanceof Shape.Image maps ? maps : new Shape.Image(1, 1, 1);
        stages = list.toArray(Augmentation[]::new);
        keys = list.stream().mapToLong(stage -> Philox.key(seed, switch (stage) {
            case Augmentation.Flip _ -> Philox.FLIP;
            case Augmentation.Crop _ -> Philox.CROP;
            case Augmentation.Cutout _ -> Philox.CUTOUT;
            case Augmentation.ColorJitter _ -> Philox.COLOR_JITTER;
        })).toArray();
        channels = image.channels();
        height = image.height();
        width = image.width();
        map = new double[height * width];
        fill = new double[channels];
        List<Double> mean = normalization.mean();
        for (int c = 0; c < channels && !mean.isEmpty(); c++) {
            fill[c] = mean.get(mean.size() == 1 ? 0 : c);
        }
    }

    /**
     * Applies all augmentations to one sample.
     *
     * @param epoch from 0
     * @param sample index in the whole set
     * @param values changed from {@code offset} on; before normalization
     * @param offset where the sample begins
     */
    void apply(int epoch, int sample, double[] values, int offset) {
        for (int i = 0; i < stages.length; i++) {
            switch (stages[i]) {
                case Augmentation.Flip flip -> {
                    draw(i, flip.alternating() ? 0 : epoch, sample, 1);
                    int bit = words[0] >>> 31;
                    if ((flip.alternating() ? bit ^ epoch & 1 : bit) != 0) {
                        flip(values, offset);
                    }
                }
                case Augmentation.Crop crop -> {
                    draw(i, epoch, sample, 1);
                    int places = 2 * crop.padding() + 1;
                    int down = Philox.below(words[0], places) - crop.padding();
                    int right = Philox.below(words[1], places) - crop.padding();
                    shift(down, right, crop.mode() == Augmentation.Padding.REFLECT, values,
                            offset);
                }
                case Augmentation.Cutout cutout -> {
                    draw(i, epoch, sample, 1);
                    cut(Philox.below(words[0], height) - cutout.size() / 2,
                            Philox.below(words[1], width) - cutout.size() / 2, cutout.size(),
                            values, offset);
                }
                case Augmentation.ColorJitter jitter -> {
                    draw(i, epoch, sample, 2);
                    blend(factor(jitter.brightness(), 0), values, offset, Towards.BLACK);
                    blend(factor(jitter.contrast(), 2), values, offset, Towards.MEAN);
                    if (channels == 3) {
                        blend(factor(jitter.saturation(), 4), values, offset, Towards.GREY);
                    }
                }
            }
        }
    }

    private void draw(int stage, int epoch, int sample, int blocks) {
        for (int block = 0; block < blocks; block++) {
            Philox.block(keys[stage], epoch, stage, sample, block, words, 4 * block);
        }
    }

    /** Mirrors the columns of one sample. */
    void flip(double[] values, int offset) {
        for (int row = 0; row < channels * height; row++) {
            flip(values, offset + row * width, width);
        }
    }

    private static void flip(double[] values, int from, int width) {
        for (int left = from, right = from + width - 1; left < right; left++, right--) {
            double value = values[left];
            values[left] = values[right];
            values[right] = value;
        }
    }

    /** Makes pixel (y, x) what (y + down, x + right) was. */
    void shift(int down, int right, boolean reflect, double[] values, int offset) {
        for (int c = 0; c < channels; c++) {
            int start = offset + c * height * width;
            System.arraycopy(values, start, map, 0, map.length);
            for (int y = 0; y < height; y++) {
                int row = place(y + down, height, reflect);
                int to = start + y * width;
                for (int x = 0; x < width; x++) {
                    int column = place(x + right, width, reflect);
                    values[to + x] = row < 0 || column < 0 ? fill[c] : map[row * width + column];
                }
            }
        }
    }

    /** The place in a map of some size, -1 outside of it. */
    private static int place(int at, int size, boolean reflect) {
        if (at >= 0 && at < size) {
            return at;
        }
        if (!reflect) {
            return -1;
        }
        return at < 0 ? -at : 2 * (size - 1) - at;
    }

    private void cut(int top, int left, int size, double[] values, int offset) {
        for (int c = 0; c < channels; c++) {
            for (int y = Math.max(0, top); y < Math.min(height, top + size); y++) {
                int row = offset + (c * height + y) * width;
                for (int x = Math.max(0, left); x < Math.min(width, left + size); x++) {
                    values[row + x] = fill[c];
                }
            }
        }
    }

    /** Between max(0, 1 - x) and 1 + x, of 53 random bits in two words. */
    private double factor(double x, int word) {
        double random = ((words[word] >>> 5) * 0x1p26 + (words[word + 1] >>> 6)) * 0x1p-53;
        double least = Math.max(0, 1 - x);
        return least + random * (1 + x - least);
    }

    /** What values move towards, or away from. */
    private enum Towards {
        BLACK,
        MEAN,
        GREY
    }

    private void blend(double factor, double[] values, int offset, Towards towards) {
        if (factor == 1) {
            return;
        }
        double mean = 0;
        if (towards == Towards.MEAN) {
            for (int i = 0; i < map.length; i++) {
                mean += grey(values, offset + i);
            }
            mean /= map.length;
        }
        for (int i = 0; i < map.length; i++) {
            double other = towards == Towards.GREY ? grey(values, offset + i) : mean;
            for (int at = offset + i; at < offset + channels * map.length; at += map.length) {
                double mixed = factor * values[at] + (1 - factor) * other;
                values[at] = Math.min(1, Math.max(0, mixed));
            }
        }
    }

    private double grey(double[] values, int at) {
        return channels == 1
                ? values[at]
                : RED * values[at] + GREEN * values[at + map.length]
                        + BLUE * values[at + 2 * map.length];
    }
}
