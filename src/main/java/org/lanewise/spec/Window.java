package org.lanewise.spec;

import java.util.function.ToIntFunction;

/**
 * A window that slides over maps: what a convolution and a pooling layer have in common.
 *
 * @param kernel rows and columns that one window takes in
 * @param stride step from one window to the next
 * @param padding rows and columns added on every side of the map
 * @param dilation distance between neighbouring taps of one window
 */
public record Window(Size kernel, Size stride, Size padding, Size dilation) {
    private static final Size ONE = Size.square(1);

    /**
     * {@return a square window with stride 1, padding 0 and dilation 1}
     *
     * @param kernel rows, and columns
     */
    public static Window of(int kernel) {
        return of(kernel, kernel);
    }

    /**
     * {@return a window with stride 1, padding 0 and dilation 1}
     *
     * @param height rows
     * @param width columns
     */
    public static Window of(int height, int width) {
        return new Window(new Size(height, width), ONE, Size.square(0), ONE);
    }

    /**
     * {@return this window with another stride}
     *
     * @param stride rows, and columns
     */
    public Window stride(int stride) {
        return stride(stride, stride);
    }

    /**
     * {@return this window with another stride}
     *
     * @param height rows
     * @param width columns
     */
    public Window stride(int height, int width) {
        return new Window(kernel, new Size(height, width), padding, dilation);
    }

    /**
     * {@return this window with another padding}
     *
     * @param padding rows, and columns, on every side
     */
    public Window padding(int padding) {
        return padding(padding, padding);
    }

    /**
     * {@return this window with another padding}
     *
     * @param height rows above, and below
     * @param width columns left, and right
     */
    public Window padding(int height, int width) {
        return new Window(kernel, stride, new Size(height, width), dilation);
    }

    /**
     * {@return this window with another dilation}
     *
     * @param dilation distance of taps, in rows and in columns
     */
    public Window dilation(int dilation) {
        return dilation(dilation, dilation);
    }

    /**
     * {@return this window with another dilation}
     *
     * @param height distance of taps in rows
     * @param width distance of taps in columns
     */
    public Window dilation(int height, int width) {
        return new Window(kernel, stride, padding, new Size(height, width));
    }

    /** {@return the number of taps of one window} */
    public long taps() {
        return (long) kernel.height() * kernel.width();
    }

    /**
     * {@return rows and columns of the map that this window makes of a map}
     *
     * @param map rows and columns of the input
     * @throws IllegalArgumentException if no window fits; the message holds the arithmetic
     */
    public Size output(Size map) {
        return new Size(along("height", map.height(), Size::height),
                along("width", map.width(), Size::width));
    }

    private int along(String dimension, int size, ToIntFunction<Size> side) {
        try {
            return outputSize(size, side.applyAsInt(kernel), side.applyAsInt(stride),
                    side.applyAsInt(padding), side.applyAsInt(dilation));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(dimension + ": " + e.getMessage(), e);
        }
    }

    /**
     * {@return the number of windows along one dimension,
     * {@code floor((size + 2 padding - dilation (kernel - 1) - 1) / stride) + 1}}
     *
     * @param size elements of the input
     * @param kernel taps of one window
     * @param stride step between windows
     * @param padding elements added at each end
     * @param dilation distance between taps
     * @throws IllegalArgumentException if an argument is out of range or no window fits
     */
    public static int outputSize(int size, int kernel, int stride, int padding, int dilation) {
        require(size >= 1, "input size " + size + " must be at least 1");
        require(kernel >= 1, "kernel size " + kernel + " must be at least 1");
        require(stride >= 1, "stride " + stride + " must be at least 1");
        require(padding >= 0, "padding " + padding + " must not be negative");
        require(dilation >= 1, "dilation " + dilation + " must be at least 1");
        long padded = size + 2L * padding;
        long span = (long) dilation * (kernel - 1) + 1;
        require(span <= padded, "kernel spans " + dilation + " * (" + kernel + " - 1) + 1 = " + span
                + ", but the padded input is only " + size + " + 2 * " + padding + " = " + padded);
        long windows = (padded - span) / stride + 1;
        require(windows <= Integer.MAX_VALUE, "there would be " + windows
                + " windows, more than an array can hold");
        return (int) windows;
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    @Override
    public String toString() {
        return "kernel " + kernel + ", stride " + stride + ", padding " + padding + ", dilation "
                + dilation;
    }
}
