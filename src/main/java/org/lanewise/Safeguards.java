package org.lanewise;

/**
 * Limits on gradients, early stopping and the handling of values that are not finite; all off in
 * {@link #NONE}.
 *
 * @param gradientNorm the longest that all gradients may be together, as one vector; longer ones
 *        are scaled down before the update; infinity for no limit
 * @param patience epochs without a lower loss after which training ends; 0 for no end
 * @param skipNonFinite whether a step whose loss is not finite is skipped instead of ending the
 *        training
 */
public record Safeguards(double gradientNorm, int patience, boolean skipNonFinite) {
    /** Any gradient, every epoch, and an end at the first loss that is not finite. */
    public static final Safeguards NONE = new Safeguards(Double.POSITIVE_INFINITY, 0, false);

    /**
     * Checks the ranges.
     *
     * @param gradientNorm the longest that all gradients may be together; above 0
     * @param patience epochs without a lower loss after which training ends; at least 0
     * @param skipNonFinite whether a step whose loss is not finite is left out
     * @throws IllegalArgumentException if one is out of range
     */
    public Safeguards {
        if (!(gradientNorm > 0)) {
            throw new IllegalArgumentException(
                    "the gradients' norm " + gradientNorm + " must be above 0");
        }
        if (patience < 0) {
            throw new IllegalArgumentException("patience " + patience + " must be at least 0");
        }
    }

    /**
     * {@return these with clipping by norm, as PyTorch's {@code clip_grad_norm_} does it}
     *
     * @param most the longest that all gradients may be together; above 0
     */
    public Safeguards gradientNorm(double most) {
        return new Safeguards(most, patience, skipNonFinite);
    }

    /**
     * {@return these with early stopping}
     *
     * @param epochs without a lower loss after which training ends; the loss of the test samples
     *        where there are any
     */
    public Safeguards patience(int epochs) {
        return new Safeguards(gradientNorm, epochs, skipNonFinite);
    }

    /**
     * {@return these safeguards with or without skipping steps whose loss is not finite}
     *
     * @param value whether such a step is left out instead of ending the training
     */
    public Safeguards skipNonFinite(boolean value) {
        return new Safeguards(gradientNorm, patience, value);
    }
}
