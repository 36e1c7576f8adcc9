package org.lanewise.spec;

import java.util.List;

/**
 * Normalizes groups of adjacent channels of each sample by themselves, in training and in inference:
 * {@code y = (x - mean) / sqrt(var + eps) * weight + bias}, with the (biased) variance of a group.
 *
 * @param numGroups groups, which divide the channels, or the features of a flat input
 * @param eps added to the variance, above 0
 * @param affine whether a factor for each channel, and a number added to it, are learned
 */
public record GroupNorm(int numGroups, double eps, boolean affine) implements Layer {
    /**
     * With PyTorch's defaults.
     *
     * @param numGroups groups, which divide the channels
     */
    public GroupNorm(int numGroups) {
        this(numGroups, BatchNorm.EPS, true);
    }

    @Override
    public String type() {
        return "group_norm";
    }

    @Override
    public Shape output(Shape input) {
        Checks.positive("num_groups", numGroups);
        Checks.divides("channels", BatchNorm.channels(input), numGroups);
        BatchNorm.requireEps(eps);
        return input;
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        List<Integer> shape = List.of(BatchNorm.channels(input));
        return affine
                ? List.of(new ParameterSpec("weight", shape, false, 1.0),
                        new ParameterSpec("bias", shape))
                : List.of();
    }

    @Override
    public long flops(Shape input) {
        return 8 * input.size();
    }

    @Override
    public String toString() {
        return type() + "(" + numGroups + " groups, eps " + eps + ", affine " + affine + ")";
    }
}
