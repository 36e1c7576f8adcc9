package org.lanewise.spec;

/**
 * The mean of each window.
 *
 * @param window kernel, stride and padding (at most half the kernel); the dilation must be 1
 * @param countIncludePad whether pixels of the padding count, as zeros, in the divisor
 */
public record AvgPool2d(Window window, boolean countIncludePad) implements Layer {
    @Override
    public String type() {
        return "avg_pool2d";
    }

    @Override
    public Shape.Image output(Shape input) {
        Shape.Image image = Checks.image(input);
        Size map = window.output(image.map());
        Checks.poolPadding(window);
        if (!window.dilation().equals(Size.square(1))) {
            throw new IllegalArgumentException(
                    "dilation " + window.dilation() + " must be 1x1 for an average");
        }
        return new Shape.Image(image.channels(), map.height(), map.width());
    }

    @Override
    public long flops(Shape input) {
        return output(input).size() * window.taps();
    }

    @Override
    public String toString() {
        return type() + "(" + window + ", count_include_pad " + countIncludePad + ")";
    }
}
