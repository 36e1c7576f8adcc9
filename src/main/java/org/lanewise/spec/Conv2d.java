package org.lanewise.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * A two-dimensional convolution (cross-correlation, as in every deep-learning library).
 *
 * <p>{@code y[k, p, q] = bias[k] + sum over r, s, c of x[c, p*stride - padding + r*dilation, ...] *
 * weight[k, c, r, s]}; pixels of the padding are zeros and take part in the sum.
 *
 * @param outChannels filters, one output map each
 * @param window kernel, stride, padding and dilation
 * @param groups parts that input and output channels are split into; 1 connects all with all
 * @param bias whether a learned number is added to each output map
 */
public record Conv2d(int outChannels, Window window, int groups, boolean bias) implements Layer {
    /**
     * One group, with bias.
     *
     * @param outChannels filters, one output map each
     * @param window kernel, stride, padding and dilation
     */
    public Conv2d(int outChannels, Window window) {
        this(outChannels, window, 1, true);
    }

    @Override
    public String type() {
        return "conv2d";
    }

    @Override
    public Shape.Image output(Shape input) {
        Shape.Image image = Checks.image(input);
        Checks.positive("out_channels", outChannels);
        Checks.positive("groups", groups);
        Checks.divides("in_channels", image.channels(), groups);
        Checks.divides("out_channels", outChannels, groups);
        Size map = window.output(image.map());
        return new Shape.Image(outChannels, map.height(), map.width());
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        int inChannels = Checks.image(input).channels();
        Size kernel = window.kernel();
        List<ParameterSpec> list = new ArrayList<>();
        list.add(new ParameterSpec("weight",
                List.of(outChannels, inChannels / groups, kernel.height(), kernel.width())));
        if (bias) {
            list.add(new ParameterSpec("bias", List.of(outChannels)));
        }
        return list;
    }

    @Override
    public long flops(Shape input) {
        int perGroup = Checks.image(input).channels() / groups;
        return 2 * output(input).size() * perGroup * window.taps();
    }

    @Override
    public String toString() {
        return type() + "(" + outChannels + ", " + window + ", groups " + groups + ", bias " + bias
                + ")";
    }
}
