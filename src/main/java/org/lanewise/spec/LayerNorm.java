package org.lanewise.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * Normalizes each sample by itself, in training and in inference: {@code y = (x - mean) / sqrt(var + eps) *
 * weight + bias}, with the (biased) variance of the sample: PyTorch's {@code LayerNorm} of the whole shape
 * of a sample.
 *
 * @param eps added to the variance, above 0
 * @param elementwiseAffine whether a factor for each element is learned
 * @param bias whether a number added to each element is learned too; without factors, none is
 */
public record LayerNorm(double eps, boolean elementwiseAffine, boolean bias) implements Layer {
    /** With PyTorch's defaults. */
    public LayerNorm() {
        this(BatchNorm.EPS, true, true);
    }

    @Override
    public String type() {
        return "layer_norm";
    }

    @Override
    public Shape output(Shape input) {
        BatchNorm.requireEps(eps);
        return input;
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        List<Integer> shape = switch (input) {
            case Shape.Image(int channels, int height, int width) -> List.of(channels, height,
                    width);
            case Shape.Flat(int features) -> List.of(features);
        };
        List<ParameterSpec> list = new ArrayList<>();
        if (elementwiseAffine) {
            list.add(new ParameterSpec("weight", shape, false, 1.0));
            if (bias) {
                list.add(new ParameterSpec("bias", shape));
            }
        }
        return list;
    }

    @Override
    public long flops(Shape input) {
        return 8 * input.size();
    }

    @Override
    public String toString() {
        return type() + "(eps " + eps + ", elementwise_affine " + elementwiseAffine + ", bias "
                + bias + ")";
    }
}
