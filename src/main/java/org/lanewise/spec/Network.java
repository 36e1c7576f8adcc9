package org.lanewise.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A stack of layers and the loss it is trained with, checked as a whole when it is made.
 *
 * @param input shape of one input sample
 * @param layers the layers, first to last; at least one
 * @param loss what training makes small
 */
public record Network(Shape input, List<Layer> layers, Loss loss) {
    /**
     * Checks every layer against the shape that reaches it.
     *
     * @param input shape of one input sample
     * @param layers the layers, first to last; at least one
     * @param loss what training makes small
     * @throws NetworkException if a layer does not fit; the message names it, its type, the shapes
     *         and the arithmetic
     */
    public Network {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(loss, "loss");
        layers = List.copyOf(layers);
        if (layers.isEmpty()) {
            throw new NetworkException("a network needs at least one layer", null);
        }
        checkSize("input", input);
        Shape output = outputs(input, layers).getLast();
        if (loss instanceof Loss.SoftmaxCrossEntropy && !(output instanceof Shape.Flat)) {
            throw new NetworkException("softmax_cross_entropy needs a flat output, one logit a"
                    + " class, but the last layer (" + layers.getLast().type() + ") gives maps of "
                    + output + "; put a flatten layer after it", null);
        }
    }

    private static void checkSize(String where, Shape shape) {
        try {
            Math.toIntExact(shape.size());
        } catch (ArithmeticException e) {
            throw new NetworkException(where + ": a sample of " + shape
                    + " has more elements than an array can hold (" + Integer.MAX_VALUE + ")", e);
        }
    }

    private static void checkSize(ParameterSpec parameter) {
        if (parameter.size() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("its " + parameter.name() + " of shape "
                    + parameter.shape() + " has " + parameter.size()
                    + " elements, more than an array can hold");
        }
    }

    private static List<Shape> outputs(Shape input, List<Layer> layers) {
        List<Shape> outputs = new ArrayList<>();
        Shape shape = input;
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            String where = "layer " + i + " (" + layer.type() + ")";
            try {
                Shape output = layer.output(shape);
                checkSize(where, output);
                layer.parameters(shape).forEach(Network::checkSize);
                outputs.add(output);
                shape = output;
            } catch (IllegalArgumentException | ArithmeticException e) {
                if (e instanceof NetworkException) {
                    throw e;
                }
                throw new NetworkException(where + ", input " + shape + ": " + e.getMessage(), e);
            }
        }
        return outputs;
    }

    /** {@return the shape of one output sample} */
    public Shape output() {
        return outputs(input, layers).getLast();
    }

    /** {@return each layer with its shapes, parameters, receptive field and operations} */
    public List<LayerDescription> describe() {
        List<LayerDescription> list = new ArrayList<>();
        List<Shape> outputs = outputs(input, layers);
        Shape shape = input;
        ReceptiveField field = ReceptiveField.PIXEL;
        for (int i = 0; i < layers.size(); i++) {
            int index = i;
            Layer layer = layers.get(i);
            field = layer instanceof Linear
                    ? ReceptiveField.whole(map(input))
                    : field.through(layer.window());
            List<ParameterSpec> parameters = layer.parameters(shape).stream()
                    .map(parameter -> parameter.inLayer(index)).toList();
            list.add(new LayerDescription(index, layer, shape, outputs.get(i), parameters, field,
                    layer.flops(shape)));
            shape = outputs.get(i);
        }
        return list;
    }

    private static Size map(Shape input) {
        return switch (input) {
            case Shape.Image image -> image.map();
            case Shape.Flat flat -> new Size(1, flat.features());
        };
    }

    /** {@return everything the network learns, named as {@code 0.weight}, in order of layers} */
    public List<ParameterSpec> parameters() {
        return describe().stream().flatMap(layer -> layer.parameters().stream()).toList();
    }

    /** {@return how many numbers the network learns} */
    public long parameterCount() {
        return parameters().stream().mapToLong(ParameterSpec::size).sum();
    }

    /**
     * {@return this network with another loss}
     *
     * @param other what training makes small
     */
    public Network loss(Loss other) {
        return new Network(input, layers, other);
    }

    /**
     * {@return a builder of a network that takes images}
     *
     * @param channels maps of one sample
     * @param height rows
     * @param width columns
     * @throws NetworkException if a size is below 1
     */
    public static Builder input(int channels, int height, int width) {
        try {
            return new Builder(new Shape.Image(channels, height, width));
        } catch (IllegalArgumentException e) {
            throw new NetworkException("input: " + e.getMessage(), e);
        }
    }

    /**
     * {@return a builder of a network that takes flat rows}
     *
     * @param features numbers of one sample
     * @throws NetworkException if that is below 1
     */
    public static Builder input(int features) {
        try {
            return new Builder(new Shape.Flat(features));
        } catch (IllegalArgumentException e) {
            throw new NetworkException("input: " + e.getMessage(), e);
        }
    }

    /** Collects layers; the network is checked when a loss ends the list. */
    public static final class Builder {
        private final Shape input;
        private final List<Layer> layers = new ArrayList<>();

        private Builder(Shape input) {
            this.input = input;
        }

        /**
         * {@return this builder, one layer longer}
         *
         * @param layer the next layer
         */
        public Builder layer(Layer layer) {
            layers.add(layer);
            return this;
        }

        /**
         * {@return this builder, a convolution longer}
         *
         * @param outChannels filters
         * @param kernel side of a square kernel; stride 1, no padding
         */
        public Builder conv2d(int outChannels, int kernel) {
            return conv2d(outChannels, Window.of(kernel));
        }

        /**
         * {@return this builder, a convolution longer}
         *
         * @param outChannels filters
         * @param window kernel, stride, padding and dilation
         */
        public Builder conv2d(int outChannels, Window window) {
            return layer(new Conv2d(outChannels, window));
        }

        /**
         * {@return this builder, a max pooling longer}
         *
         * @param kernel side of a square window, which is its stride too
         */
        public Builder maxPool2d(int kernel) {
            return maxPool2d(Window.of(kernel).stride(kernel));
        }

        /**
         * {@return this builder, a max pooling longer}
         *
         * @param window kernel, stride, padding and dilation
         */
        public Builder maxPool2d(Window window) {
            return layer(new MaxPool2d(window));
        }

        /**
         * {@return this builder, an average pooling longer}
         *
         * @param kernel side of a square window, which is its stride too
         */
        public Builder avgPool2d(int kernel) {
            return avgPool2d(Window.of(kernel).stride(kernel));
        }

        /**
         * {@return this builder, an average pooling longer, whose padding counts}
         *
         * @param window kernel, stride and padding
         */
        public Builder avgPool2d(Window window) {
            return layer(new AvgPool2d(window, true));
        }

        /** {@return this builder, a ReLU longer} */
        public Builder relu() {
            return layer(new Activation(Activation.Function.RELU));
        }

        /** {@return this builder, a sigmoid longer} */
        public Builder sigmoid() {
            return layer(new Activation(Activation.Function.SIGMOID));
        }

        /** {@return this builder, a hyperbolic tangent longer} */
        public Builder tanh() {
            return layer(new Activation(Activation.Function.TANH));
        }

        /** {@return this builder, a flattening longer} */
        public Builder flatten() {
            return layer(new Flatten());
        }

        /**
         * {@return this builder, a dense layer longer}
         *
         * @param outFeatures outputs
         */
        public Builder linear(int outFeatures) {
            return layer(new Linear(outFeatures));
        }

        /**
         * {@return the network, trained by softmax cross-entropy}
         *
         * @throws NetworkException if a layer does not fit
         */
        public Network softmaxCrossEntropy() {
            return new Network(input, layers, Loss.softmaxCrossEntropy());
        }

        /**
         * {@return the network, trained by mean squared error}
         *
         * @throws NetworkException if a layer does not fit
         */
        public Network meanSquaredError() {
            return new Network(input, layers, Loss.meanSquaredError());
        }
    }
}
