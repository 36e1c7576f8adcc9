package org.lanewise.spec;

import java.util.function.ToIntFunction;

/**
 * A window that slides over maps: what a convolution and a pooling layer have in common.
 *
 * @param kernel rows and columns that one window takes in
 * @param stride step from one window to the next
 * @param padding rows added above the map, and columns to its left
 * @param paddingEnd rows added below the map, and columns to its right
 * @param dilation distance between neighbouring taps of one window
 */
public record Window(Size kernel, Size stride, Size padding, Size paddingEnd, Size dilation) {
    private static final Size ONE = Size.square(1);

    /**
     * A window over maps that are padded alike on opposite sides.
     *
     * @param kernel rows and columns that one window takes in
     * @param stride step from one window to the next
     * @param padding rows added above and below the map, and columns to its left and right
     * @param dilation distance between neighbouring taps of one window
     */
    public Window(Size kernel, Size stride, Size padding, Size dilation) {
        this(kernel, stride, padding, padding, dilation);
    }

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
        return new Window(kernel, new Size(height, width), padding, paddingEnd, dilation);
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
     * {@return this window with another padding}, which convolutions alone take; the order is that of
     * ONNX
     *
     * @param top rows above
     * @param left columns to the left
     * @param bottom rows below
     * @param right columns to the right
     */
    public Window padding(int top, int left, int bottom, int right) {
        return new Window(kernel, stride, new Size(top, left), new Size(bottom, right), dilation);
    }

    /**
     * {@return this window with the padding that keeps the size of maps},
     * {@code dilation (kernel - 1)} in all, the smaller half above and to the left
     *
     * @throws IllegalArgumentException if the stride is not 1, or there would be too much padding
     */
    public Window same() {
        if (!stride.equals(ONE)) {
            throw new IllegalArgumentException("padding \"same\" needs stride 1, found " + stride
                    + "; state the padding as numbers");
        }
        int down = total("rows", kernel.height(), dilation.height());
        int across = total("columns", kernel.width(), dilation.width());
        return padding(down / 2, across / 2, down - down / 2, across - across / 2);
    }

    private static int total(String lines, int kernel, int dilation) {
        long total = (long) dilation * (kernel - 1);
        require(total <= Integer.MAX_VALUE,
                "padding \"same\" would be " + dilation + " * (" + kernel
                        + " - 1) = " + total + " " + lines + ", more than an array can hold");
        return (int) total;
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
        return new Window(kernel, stride, padding, paddingEnd, new Size(height, width));
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
        return output(map, false);
    }

    /** The same, in ceil mode with windows that reach beyond the padding below and to the right. */
    Size output(Size map, boolean ceilMode) {
        return new Size(along("height", map.height(), Size::height, ceilMode),
                along("width", map.width(), Size::width, ceilMode));
    }

    private int along(String dimension, int size, ToIntFunction<Size> side, boolean ceilMode) {
        try {
            return windows(new int[] {size, side.applyAsInt(padding),
                    side.applyAsInt(paddingEnd)}, side.applyAsInt(kernel),
                    side.applyAsInt(stride), side.applyAsInt(dilation), ceilMode);
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
        return windows(new int[] {size, padding, padding}, kernel, stride, dilation, false);
    }

    /** The same for a size, the padding before and that after it. */
    private static int windows(int[] sizes, int kernel, int stride, int dilation,
            boolean ceilMode) {
        int size = sizes[0];
        int start = sizes[1];
        int end = sizes[2];
        require(size >= 1, "input size " + size + " must be at least 1");
        require(kernel >= 1, "kernel size " + kernel + " must be at least 1");
        require(stride >= 1, "stride " + stride + " must be at least 1");
        require(start >= 0, "padding " + start + " must not be negative");
        require(end >= 0, "padding " + end + " must not be negative");
        require(dilation >= 1, "dilation " + dilation + " must be at least 1");
        long padded = (long) size + start + end;
        long span = (long) dilation * (kernel - 1) + 1;
        long beyond = ceilMode ? stride - 1 : 0;
        require(span <= padded + beyond, "kernel spans " + dilation + " * (" + kernel
                + " - 1) + 1 = " + span + ", but the padded input is only " + size
                + (start == end ? " + 2 * " + start : " + " + start + " + " + end) + " = " + padded
                + (ceilMode ? ", and ceil_mode adds less than the stride " + stride : ""));
        long windows = (padded + beyond - span) / stride + 1;
        if (ceilMode && (windows - 1) * stride >= (long) size + start) {
            // The last window must start inside the input or the padding before it.
            windows--;
        }
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
        return "kernel " + kernel + ", stride " + stride + ", padding " + padding
                + (paddingEnd.equals(padding) ? "" : " and " + paddingEnd) + ", dilation "
                + dilation;
    }
}
