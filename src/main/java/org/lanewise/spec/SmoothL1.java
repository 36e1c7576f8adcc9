package org.lanewise.spec;

/**
 * PyTorch's SmoothL1Loss: with d the difference between output and target, {@code d^2 / (2 beta)} where |d|
 * is below beta and {@code |d| - beta / 2} elsewhere.
 *
 * @param beta finite, at least 0; with 0 the loss is |d|
 * @param reduction mean over samples and outputs, or their sum
 */
public record SmoothL1(double beta, Reduction reduction) implements Loss {
    /**
     * Checks the options.
     *
     * @param beta finite, at least 0
     * @param reduction mean over samples and outputs, or their sum
     * @throws NetworkException if one is out of range
     */
    public SmoothL1 {
        if (!(beta >= 0 && beta <= Double.MAX_VALUE)) {
            throw new NetworkException(
                    "smooth_l1: beta " + beta + " must be finite and at least 0", null);
        }
    }

    /**
     * {@return this loss with another threshold}
     *
     * @param value finite, at least 0
     */
    public SmoothL1 beta(double value) {
        return new SmoothL1(value, reduction);
    }

    @Override
    public SmoothL1 reduction(Reduction other) {
        return new SmoothL1(beta, other);
    }

    @Override
    public String type() {
        return "smooth_l1";
    }

    @Override
    public String toString() {
        return type() + (beta != 1
                ? "(beta " + beta + (reduction == Reduction.SUM ? ", reduction sum)" : ")")
                : reduction == Reduction.SUM ? "(reduction sum)" : "");
    }
}
