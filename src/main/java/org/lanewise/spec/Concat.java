package org.lanewise.spec;

import java.util.List;

/** Several inputs one after another: maps of one height and width by channels, rows by features. */
public record Concat() implements Join {
    @Override
    public String type() {
        return "concat";
    }

    @Override
    public Shape output(List<Shape> inputs) {
        Checks.several(inputs);
        return inputs.stream().reduce((shape, next) -> join(inputs, shape, next)).orElseThrow();
    }

    private static Shape join(List<Shape> inputs, Shape shape, Shape next) {
        if (shape instanceof Shape.Flat(int features) && next instanceof Shape.Flat(int more)) {
            return new Shape.Flat(Math.addExact(features, more));
        }
        if (shape instanceof Shape.Image image && next instanceof Shape.Image other
                && image.map().equals(other.map())) {
            return new Shape.Image(Math.addExact(image.channels(), other.channels()),
                    image.height(), image.width());
        }
        throw new IllegalArgumentException("joins maps of one height and width, or flat inputs, but"
                + " they are " + Checks.text(inputs));
    }

    @Override
    public long flops(List<Shape> inputs) {
        return 0;
    }

    @Override
    public String toString() {
        return type();
    }
}
