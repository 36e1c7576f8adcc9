package org.lanewise.spec;

import java.util.List;

/** The sum of several inputs of one shape, added up in their order. */
public record Add() implements Join {
    @Override
    public String type() {
        return "add";
    }

    @Override
    public Shape output(List<Shape> inputs) {
        Checks.several(inputs);
        Shape first = inputs.getFirst();
        for (Shape shape : inputs) {
            if (!shape.equals(first)) {
                throw new IllegalArgumentException("adds inputs of one shape, but they are "
                        + Checks.text(inputs));
            }
        }
        return first;
    }

    @Override
    public boolean elementwise() {
        return true;
    }

    @Override
    public long flops(List<Shape> inputs) {
        return (inputs.size() - 1L) * inputs.getFirst().size();
    }

    @Override
    public String toString() {
        return type();
    }
}
