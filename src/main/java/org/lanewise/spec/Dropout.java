package org.lanewise.spec;

/**
 * In training, every element is 0 with a probability of p, and else multiplied by {@code 1 / (1 - p)}, so that its
 * mean stays; in inference, nothing changes. The element of a sample is kept or not by the seed, the step, the
 * layer and the position alone.
 *
 * @param p the probability, from 0 to below 1
 */
public record Dropout(double p) implements Layer {
    /** With PyTorch's default, 0.5. */
    public Dropout() {
        this(0.5);
    }

    @Override
    public String type() {
        return "dropout";
    }

    @Override
    public Shape output(Shape input) {
        if (!(p >= 0.0 && p < 1.0)) {
            throw new IllegalArgumentException("p " + p + " must be from 0 to below 1: it is the"
                    + " share of elements that are dropped, and of the others each is multiplied by"
                    + " 1 / (1 - p)");
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
        return type() + "(" + p + ")";
    }
}
