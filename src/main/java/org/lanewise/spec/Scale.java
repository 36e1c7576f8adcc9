package org.lanewise.spec;

/**
 * Every element multiplied by a constant: nothing is learned.
 *
 * @param factor the constant; finite
 */
public record Scale(double factor) implements Layer {
    @Override
    public String type() {
        return "scale";
    }

    @Override
    public Shape output(Shape input) {
        Checks.finite("factor", factor);
        return input;
    }

    @Override
    public boolean elementwise() {
        return true;
    }

    @Override
    public long flops(Shape input) {
        return input.size();
    }

    @Override
    public String toString() {
        return type() + "(" + factor + ")";
    }
}
