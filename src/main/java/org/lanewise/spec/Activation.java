package org.lanewise.spec;

import java.util.Locale;

/**
 * A function applied to every element.
 *
 * @param function which
 * @param parameter the negative slope of {@code LEAKY_RELU}, any finite number; the alpha of {@code ELU},
 *        finite and not below 0; 0 for every other function
 */
public record Activation(Function function, double parameter) implements Layer {
    /** The functions, as PyTorch defines them; a gradient is multiplied by the derivative given for each. */
    public enum Function {
        /** max(0, x), with NaN kept; derivative 1 where x is above 0, else 0. */
        RELU,
        /** y = 1 / (1 + exp(-x)); derivative y (1 - y). */
        SIGMOID,
        /** y = tanh(x); derivative 1 - y^2. */
        TANH,
        /** min(max(0, x), 6), with NaN kept; derivative 1 between 0 and 6, else 0. */
        RELU6,
        /** x where it is above 0, else slope x; derivative 1 or the slope. */
        LEAKY_RELU,
        /** y = x where it is above 0, else alpha (exp(x) - 1); derivative 1 or y + alpha. */
        ELU,
        /** x P(x) with P(x) = (1 + erf(x / sqrt 2)) / 2; derivative P(x) + x exp(-x^2 / 2) / sqrt(2 pi). */
        GELU,
        /** x (1 + tanh u) / 2 with u = sqrt(2 / pi) (x + 0.044715 x^3), close to {@link #GELU}. */
        GELU_TANH,
        /** x s(x) with s(x) = 1 / (1 + exp(-x)); derivative s(x) (1 + x (1 - s(x))). */
        SILU,
        /** x min(max(0, x + 3), 6) / 6; derivative 0 up to -3, 1 from 3 on, x / 3 + 1 / 2 between them. */
        HARDSWISH,
        /** log(1 + exp(x)), and x itself above 20; derivative 1 / (1 + exp(-x)), and 1. */
        SOFTPLUS
    }

    /**
     * A function with PyTorch's default: a negative slope of 0.01, an alpha of 1.
     *
     * @param function which
     */
    public Activation(Function function) {
        this(function, function == Function.LEAKY_RELU ? 0.01 : function == Function.ELU ? 1 : 0);
    }

    @Override
    public String type() {
        return function == Function.GELU_TANH
                ? "gelu"
                : function.name().toLowerCase(Locale.ROOT);
    }

    private String name() {
        return function == Function.ELU ? "alpha" : "negative_slope";
    }

    @Override
    public Shape output(Shape input) {
        if (function == Function.LEAKY_RELU || function == Function.ELU) {
            Checks.finite(name(), parameter);
            if (function == Function.ELU && parameter < 0) {
                throw new IllegalArgumentException("alpha " + parameter
                        + " must be 0 or more: the gradient is computed from the output, whose"
                        + " sign must be that of the input");
            }
        } else if (parameter != 0) {
            throw new IllegalArgumentException("has no parameter, but is given " + parameter
                    + "; make it without, or with 0");
        }
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
        if (function == Function.LEAKY_RELU || function == Function.ELU) {
            return type() + "(" + name() + " " + parameter + ")";
        }
        return function == Function.GELU_TANH ? type() + "(approximate tanh)" : type();
    }
}
