package org.lanewise.spec;

import java.util.Objects;

/**
 * A random change of an image as it is read for a step of training.
 *
 * <p>What is random depends on the seed, the epoch, the place of the augmentation in its list and the
 * index of the sample in the set: not on the batch, on threads or on other samples. Augmentations see
 * values before normalization; what they fill in is the mean of the normalization, and 0 without one,
 * which is 0 afterwards.
 */
public sealed interface Augmentation {
    /** {@return its word in files and options} */
    String type();

    /**
     * Checks that it can be applied.
     *
     * @param shape of one input
     * @throws IllegalArgumentException if it cannot
     */
    void requireFit(Shape shape);

    /**
     * Mirrors columns: each sample in each epoch with probability 1/2, or alternately.
     *
     * @param alternating whether only the first epoch is random, and a sample is mirrored in each
     *        epoch in which it was not in the epoch before (Jordan 2024, arXiv:2404.00498)
     */
    record Flip(boolean alternating) implements Augmentation {
        @Override
        public String type() {
            return "flip";
        }

        @Override
        public void requireFit(Shape shape) {
            image(this, shape);
        }

        @Override
        public String toString() {
            return alternating ? "flip=alternating" : "flip";
        }
    }

    /** What is around an image. */
    enum Padding {
        /** The mean of the normalization, or 0 without one. */
        ZERO,
        /** The image mirrored at its outermost pixels, which are not repeated. */
        REFLECT
    }

    /**
     * Pads an image on all sides and cuts out a random part of its own size, as PyTorch's
     * {@code RandomCrop(size, padding)}.
     *
     * @param padding pixels on each side, at least 1
     * @param mode what they are
     */
    record Crop(int padding, Padding mode) implements Augmentation {
        /**
         * Checks the padding.
         *
         * @param padding pixels on each side, at least 1
         * @param mode what they are
         * @throws IllegalArgumentException if it is below 1, or more than 10,000
         */
        public Crop {
            if (padding < 1 || padding > 10_000) {
                throw new IllegalArgumentException("crop: padding is " + padding
                        + ", expected 1 to 10000 pixels on each side");
            }
            Objects.requireNonNull(mode, "mode");
        }

        @Override
        public String type() {
            return "crop";
        }

        @Override
        public void requireFit(Shape shape) {
            Shape.Image image = image(this, shape);
            if (mode == Padding.REFLECT && padding >= Math.min(image.height(), image.width())) {
                throw new IllegalArgumentException(this + ": maps of " + image.map()
                        + " have too few pixels to mirror " + padding + " of them; reflect needs"
                        + " a padding below " + Math.min(image.height(), image.width()));
            }
        }

        @Override
        public String toString() {
            return "crop=" + padding + (mode == Padding.REFLECT ? ":reflect" : "");
        }
    }

    /**
     * Replaces a square at a random place by the mean of the normalization, or 0 without one (DeVries
     * and Taylor 2017, arXiv:1708.04552): each pixel of the image is as likely to be its centre, so
     * that a part may lie outside. It reaches from {@code size / 2} pixels before the centre on.
     *
     * @param size of a side, at least 1
     */
    record Cutout(int size) implements Augmentation {
        /**
         * Checks the size.
         *
         * @param size of a side, at least 1
         * @throws IllegalArgumentException if it is below 1
         */
        public Cutout {
            if (size < 1) {
                throw new IllegalArgumentException(
                        "cutout: size is " + size + ", expected at least 1 pixel");
            }
        }

        @Override
        public String type() {
            return "cutout";
        }

        @Override
        public void requireFit(Shape shape) {
            Shape.Image image = image(this, shape);
            if (size > Math.min(image.height(), image.width())) {
                throw new IllegalArgumentException(this + ": the square is larger than maps of "
                        + image.map() + "; expected at most "
                        + Math.min(image.height(), image.width()));
            }
        }

        @Override
        public String toString() {
            return "cutout=" + size;
        }
    }

    /**
     * Changes brightness, then contrast, then saturation of images with values from 0 to 1, each by a
     * random factor f between {@code max(0, 1 - x)} and {@code 1 + x}, by the definitions of
     * torchvision's {@code ColorJitter} (which draws the order of the three too): a value v becomes
     * {@code f * v + (1 - f) * w}, at least 0 and at most 1. For brightness w is 0, for contrast the
     * mean of the grey image, for saturation the grey of the pixel, which is
     * {@code 0.2989 * red + 0.587 * green + 0.114 * blue}. A grey image has no saturation to change.
     *
     * @param brightness x of brightness, at least 0; 0 leaves it as it is
     * @param contrast x of contrast
     * @param saturation x of saturation
     */
    record ColorJitter(double brightness, double contrast, double saturation)
            implements
                Augmentation {
        /**
         * Checks the factors.
         *
         * @param brightness x of brightness, at least 0; 0 leaves it as it is
         * @param contrast x of contrast
         * @param saturation x of saturation
         * @throws IllegalArgumentException if one is negative or not finite
         */
        public ColorJitter {
            requireFactor("brightness", brightness);
            requireFactor("contrast", contrast);
            requireFactor("saturation", saturation);
        }

        private static void requireFactor(String name, double value) {
            if (!(value >= 0) || value == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException("color_jitter: " + name + " is " + value
                        + ", expected a finite number of at least 0");
            }
        }

        @Override
        public String type() {
            return "color_jitter";
        }

        @Override
        public void requireFit(Shape shape) {
            int channels = image(this, shape).channels();
            if (channels != 1 && channels != 3) {
                throw new IllegalArgumentException(this + ": expected images of 1 channel or 3,"
                        + " found " + shape);
            }
        }

        @Override
        public String toString() {
            return "color_jitter=" + brightness + ":" + contrast + ":" + saturation;
        }
    }

    private static Shape.Image image(Augmentation augmentation, Shape shape) {
        if (shape instanceof Shape.Image image) {
            return image;
        }
        throw new IllegalArgumentException(
                augmentation + ": expected images, found flat inputs of " + shape + " features");
    }
}
