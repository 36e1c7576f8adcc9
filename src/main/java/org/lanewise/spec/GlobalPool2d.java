package org.lanewise.spec;

/**
 * The mean, or the largest value, of each whole map: PyTorch's adaptive pooling to 1x1.
 *
 * @param max whether the largest value is kept, as {@link MaxPool2d} does, instead of the mean
 */
public record GlobalPool2d(boolean max) implements Layer {
    @Override
    public String type() {
        return max ? "global_max_pool2d" : "global_avg_pool2d";
    }

    @Override
    public Shape.Image output(Shape input) {
        return new Shape.Image(Checks.image(input).channels(), 1, 1);
    }

    @Override
    public long flops(Shape input) {
        return input.size();
    }

    /** {@return the pooling whose only window is the whole map} */
    Layer over(Size map) {
        Window whole = Window.of(map.height(), map.width());
        return max ? new MaxPool2d(whole) : new AvgPool2d(whole, true);
    }

    @Override
    public String toString() {
        return type();
    }
}
