package org.lanewise.spec;

/**
 * Keeps the largest value of each window; the first of equal ones wins, and NaN wins over numbers.
 *
 * <p>The padding holds no values: it never wins. A gradient goes to the argmax of its window alone.
 *
 * @param window kernel, stride, padding (at most half the kernel) and dilation
 * @param ceilMode whether a last window may reach beyond the padding below and to the right, as long
 *        as it starts inside the input or the padding before it
 */
public record MaxPool2d(Window window, boolean ceilMode) implements Layer {
    /**
     * Whole windows only.
     *
     * @param window kernel, stride, padding (at most half the kernel) and dilation
     */
    public MaxPool2d(Window window) {
        this(window, false);
    }

    @Override
    public String type() {
        return "max_pool2d";
    }

    @Override
    public Shape.Image output(Shape input) {
        Shape.Image image = Checks.image(input);
        Size map = window.output(image.map(), ceilMode);
        Checks.poolPadding(window);
        Checks.everyWindowHolds(window, image.map(), map);
        return new Shape.Image(image.channels(), map.height(), map.width());
    }

    @Override
    public long flops(Shape input) {
        return output(input).size() * window.taps();
    }

    @Override
    public String toString() {
        return type() + "(" + window + (ceilMode ? ", ceil_mode" : "") + ")";
    }
}
