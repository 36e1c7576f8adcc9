package org.lanewise.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Normalizes every channel, or feature, over a batch: {@code y = (x - mean) / sqrt(var + eps) *
 * weight + bias}.
 *
 * <p>In training, mean and (biased) variance are those of the batch, and running values follow them:
 * {@code running = (1 - momentum) * running + momentum * batch}, with the unbiased variance.
 * Inference uses the running values.
 *
 * @param eps added to the variance, above 0
 * @param momentum share of a batch in the running values, 0 to 1; if empty, running values are the means of
 *        all batches
 * @param weight whether a factor for each channel is learned
 * @param bias whether a number added to each channel is learned
 */
public record BatchNorm(double eps, OptionalDouble momentum, boolean weight, boolean bias)
        implements
            Layer {
    /** PyTorch's {@code eps}. */
    public static final double EPS = 1e-5;

    /** PyTorch's {@code momentum}. */
    public static final OptionalDouble MOMENTUM = OptionalDouble.of(0.1);

    /** The name of the state that follows the means. */
    public static final String RUNNING_MEAN = "running_mean";

    /** The name of the state that follows the variances. */
    public static final String RUNNING_VAR = "running_var";

    /** With PyTorch's defaults. */
    public BatchNorm() {
        this(EPS, MOMENTUM, true, true);
    }

    @Override
    public String type() {
        return "batch_norm";
    }

    @Override
    public Shape output(Shape input) {
        requireEps(eps);
        momentum.ifPresent(share -> {
            if (!(share >= 0.0 && share <= 1.0)) {
                throw new IllegalArgumentException("momentum " + share + " must be 0 to 1");
            }
        });
        return input;
    }

    static void requireEps(double eps) {
        if (!(eps > 0.0 && eps < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("eps " + eps + " must be a number above 0");
        }
    }

    /** {@return channels of an image, features of a flat input} */
    static int channels(Shape input) {
        return switch (input) {
            case Shape.Image image -> image.channels();
            case Shape.Flat flat -> flat.features();
        };
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        List<Integer> shape = List.of(channels(input));
        List<ParameterSpec> list = new ArrayList<>();
        if (weight) {
            list.add(new ParameterSpec("weight", shape, false, 1.0));
        }
        if (bias) {
            list.add(new ParameterSpec("bias", shape));
        }
        list.add(new ParameterSpec(RUNNING_MEAN, shape, true, 0.0));
        list.add(new ParameterSpec(RUNNING_VAR, shape, true, 1.0));
        list.add(new ParameterSpec(ParameterSpec.BATCHES, List.of(), true, 0.0));
        return list;
    }

    @Override
    public long flops(Shape input) {
        return 8 * input.size();
    }

    @Override
    public String toString() {
        return type() + "(eps " + eps + ", momentum "
                + (momentum.isPresent() ? momentum.getAsDouble() : "none") + ", weight " + weight
                + ", bias " + bias + ")";
    }
}
