package org.lanewise.spec;

/**
 * The mean of each window.
 *
 * @param window kernel, stride and padding (at most half the kernel); the dilation must be 1
 * @param countIncludePad whether pixels of the padding count, as zeros, in the divisor; those that
 *        a window of the ceil mode reaches beyond it never do
 * @param ceilMode whether a last window may reach beyond the padding below and to the right, as long
 *        as it starts inside the input or the padding before it
 * @param divisorOverride what every sum is divided by instead of the number of pixels; 0 for none
 */
public record AvgPool2d(Window window, boolean countIncludePad, boolean ceilMode,
        int divisorOverride) implements Layer {
    /**
     * Whole windows only, divided by their pixels.
     *
     * @param window kernel, stride and padding (at most half the kernel); the dilation must be 1
     * @param countIncludePad whether pixels of the padding count, as zeros, in the divisor
     */
    public AvgPool2d(Window window, boolean countIncludePad) {
        this(window, countIncludePad, false, 0);
    }

    @Override
    public String type() {
        return "avg_pool2d";
    }

    @Override
    public Shape.Image output(Shape input) {
        Shape.Image image = Checks.image(input);
        Size map = window.output(image.map(), ceilMode);
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
        return type() + "(" + window + ", count_include_pad " + countIncludePad
                + (ceilMode ? ", ceil_mode" : "")
                + (divisorOverride == 0 ? "" : ", divisor_override " + divisorOverride) + ")";
    }
}
