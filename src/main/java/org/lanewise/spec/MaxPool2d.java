package org.lanewise.spec;

/**
 * Keeps the largest value of each window; the first of equal ones wins, and NaN wins over numbers.
 *
 * <p>The padding holds no values: it never wins. A gradient goes to the argmax of its window alone.
 *
 * @param window kernel, stride, padding (at most half the kernel) and dilation
 */
public record MaxPool2d(Window window) implements Layer {
    @Override
    public String type() {
        return "max_pool2d";
    }

    @Override
    public Shape.Image output(Shape input) {
        Shape.Image image = Checks.image(input);
        Size map = window.output(image.map());
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
        return type() + "(" + window + ")";
    }
}
