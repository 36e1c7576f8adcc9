package org.lanewise.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * A dense layer: {@code y[j] = bias[j] + sum over i of x[i] * weight[j, i]}.
 *
 * @param outFeatures outputs
 * @param bias whether a learned number is added to each output
 */
public record Linear(int outFeatures, boolean bias) implements Layer {
    /**
     * With bias.
     *
     * @param outFeatures outputs
     */
    public Linear(int outFeatures) {
        this(outFeatures, true);
    }

    @Override
    public String type() {
        return "linear";
    }

    @Override
    public Shape.Flat output(Shape input) {
        features(input);
        Checks.positive("out_features", outFeatures);
        return new Shape.Flat(outFeatures);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        List<ParameterSpec> list = new ArrayList<>();
        list.add(new ParameterSpec("weight", List.of(outFeatures, features(input))));
        if (bias) {
            list.add(new ParameterSpec("bias", List.of(outFeatures)));
        }
        return list;
    }

    @Override
    public long flops(Shape input) {
        return 2L * features(input) * outFeatures;
    }

    private static int features(Shape input) {
        return switch (input) {
            case Shape.Flat flat -> flat.features();
            case Shape.Image image -> throw new IllegalArgumentException(
                    "needs a flat input, but gets maps of " + image
                            + "; put a flatten layer before it (" + image.channels() + " * "
                            + image.height() + " * " + image.width() + " = " + image.size()
                            + " features)");
        };
    }

    @Override
    public String toString() {
        return type() + "(" + outFeatures + ", bias " + bias + ")";
    }
}
