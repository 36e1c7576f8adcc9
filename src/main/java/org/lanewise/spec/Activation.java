package org.lanewise.spec;

import java.util.Locale;

/**
 * A function applied to every element.
 *
 * @param function which
 */
public record Activation(Function function) implements Layer {
    /** The functions; a gradient is multiplied by the derivative given for each. */
    public enum Function {
        /** max(0, x), with NaN kept; derivative 1 where x is above 0, else 0. */
        RELU,
        /** y = 1 / (1 + exp(-x)); derivative y (1 - y). */
        SIGMOID,
        /** y = tanh(x); derivative 1 - y^2. */
        TANH
    }

    @Override
    public String type() {
        return function.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Shape output(Shape input) {
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
        return type();
    }
}
