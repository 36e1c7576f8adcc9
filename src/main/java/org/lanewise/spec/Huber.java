package org.lanewise.spec;

/**
 * Huber's loss, PyTorch's HuberLoss: with d the difference between output and target, {@code d^2 / 2} where
 * |d| is below delta, and {@code delta (|d| - delta / 2)} elsewhere. It is delta times
 * {@link SmoothL1} with a beta of delta.
 *
 * @param delta finite, above 0
 * @param reduction mean over samples and outputs, or their sum
 */
public record Huber(double delta, Reduction reduction) implements Loss {
    /**
     * Checks the options.
     *
     * @param delta finite, above 0
     * @param reduction mean over samples and outputs, or their sum
     * @throws NetworkException if one is out of range
     */
    public Huber {
        if (!(delta > 0 && delta <= Double.MAX_VALUE)) {
            throw new NetworkException(
                    "huber: delta " + delta + " must be finite and above 0", null);
        }
    }

    /**
     * {@return this loss with another threshold}
     *
     * @param value finite, above 0
     */
    public Huber delta(double value) {
        return new Huber(value, reduction);
    }

    @Override
    public Huber reduction(Reduction other) {
        return new Huber(delta, other);
    }

    @Override
    public String type() {
        return "huber";
    }

    @Override
    public String toString() {
        return type() + (delta != 1
                ? "(delta " + delta + (reduction == Reduction.SUM ? ", reduction sum)" : ")")
                : reduction == Reduction.SUM ? "(reduction sum)" : "");
    }
}
