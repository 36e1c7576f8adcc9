package org.lanewise.spec;

/** Reads maps as one row of features, channel by channel, row by row. */
public record Flatten() implements Layer {
    @Override
    public String type() {
        return "flatten";
    }

    @Override
    public Shape.Flat output(Shape input) {
        return new Shape.Flat(Math.toIntExact(input.size()));
    }

    @Override
    public long flops(Shape input) {
        return 0;
    }

    @Override
    public String toString() {
        return type();
    }
}
