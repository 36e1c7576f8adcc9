package org.lanewise.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Collects layers; the network is checked when a loss ends the list. */
public final class NetworkBuilder {
    private final Shape input;
    private final List<Layer> layers = new ArrayList<>();
    private final List<List<Supplier<String>>> inputs = new ArrayList<>();
    /** The name of each layer that {@link #as} has named; null for others. */
    private final List<String> names = new ArrayList<>();
    private int current = LayerDescription.NETWORK_INPUT;

    NetworkBuilder(Shape input) {
        this.input = input;
    }

    /**
     * {@return this builder, one layer longer}
     *
     * @param layer the next layer, which reads the one before it
     */
    public NetworkBuilder layer(Layer layer) {
        return append(layer, List.of(name(current)));
    }

    private NetworkBuilder append(Layer layer, List<Supplier<String>> read) {
        layers.add(layer);
        inputs.add(read);
        names.add(null);
        current = layers.size() - 1;
        return this;
    }

    /**
     * Names the layer before: its parameters are called {@code name.weight} and {@code name.bias},
     * and {@link #add} and {@link #concat} may read it.
     *
     * @param name letters, digits, {@code _} and {@code -}, in parts joined by dots
     * @return this builder
     * @throws NetworkException if there is no layer yet
     */
    public NetworkBuilder as(String name) {
        if (current == LayerDescription.NETWORK_INPUT) {
            throw new NetworkException("as(\"" + name + "\") names the layer before it, and there"
                    + " is none", null);
        }
        String before = names.set(current, Objects.requireNonNull(name, "name"));
        if (before != null) {
            throw new NetworkException("as(\"" + name + "\") names a layer that is named "
                    + before + " already", null);
        }
        return this;
    }

    /**
     * Continues from an earlier layer: the next one reads that instead of the one before it.
     *
     * @param name of a layer, as {@link #as} gave it or its position; or {@code input}
     * @return this builder
     * @throws NetworkException if there is no such layer yet
     */
    public NetworkBuilder from(String name) {
        List<String> known = IntStream.range(LayerDescription.NETWORK_INPUT, layers.size())
                .mapToObj(position -> name(position).get()).toList();
        int position = known.indexOf(name);
        if (position < 0) {
            throw new NetworkException("from(\"" + name + "\") names no layer before it"
                    + Spelling.suggestion(name, known), null);
        }
        current = position + LayerDescription.NETWORK_INPUT;
        return this;
    }

    /**
     * {@return this builder, a sum longer: of the output before it and those of the nodes named}
     *
     * @param names nodes before it, or {@code input}; at least one
     */
    public NetworkBuilder add(String... names) {
        List<Supplier<String>> read = new ArrayList<>(List.of(name(current)));
        read.addAll(given(names));
        return append(new Add(), read);
    }

    /**
     * {@return this builder, a concatenation longer: of the outputs of the nodes named, in that order}
     *
     * @param names nodes before it, or {@code input}; at least two
     */
    public NetworkBuilder concat(String... names) {
        return append(new Concat(), given(names));
    }

    private static List<Supplier<String>> given(String... names) {
        return Stream.of(names).<Supplier<String>>map(name -> () -> name).toList();
    }

    /** The name that a node, or the network's input, has in the end. */
    private Supplier<String> name(int position) {
        return () -> position == LayerDescription.NETWORK_INPUT
                ? Node.INPUT
                : Objects.requireNonNullElse(names.get(position), String.valueOf(position));
    }

    /**
     * {@return this builder, a residual block longer: {@code body(x) + x}}
     *
     * @param body appends the layers of the block, which keep the shape
     */
    public NetworkBuilder residual(Consumer<NetworkBuilder> body) {
        return residual(body, shortcut -> {
        });
    }

    /**
     * {@return this builder, a residual block longer: {@code body(x) + shortcut(x)}}
     *
     * @param body appends the layers of the block
     * @param shortcut appends those of the other branch, which gives the same shape
     */
    public NetworkBuilder residual(Consumer<NetworkBuilder> body,
            Consumer<NetworkBuilder> shortcut) {
        int start = current;
        body.accept(this);
        int end = current;
        current = start;
        shortcut.accept(this);
        return append(new Add(), List.of(name(end), name(current)));
    }

    /**
     * {@return this builder, a convolution longer}
     *
     * @param outChannels filters
     * @param kernel side of a square kernel; stride 1, no padding
     */
    public NetworkBuilder conv2d(int outChannels, int kernel) {
        return conv2d(outChannels, Window.of(kernel));
    }

    /**
     * {@return this builder, a convolution longer}
     *
     * @param outChannels filters
     * @param window kernel, stride, padding and dilation
     */
    public NetworkBuilder conv2d(int outChannels, Window window) {
        return layer(new Conv2d(outChannels, window));
    }

    /**
     * {@return this builder, a max pooling longer}
     *
     * @param kernel side of a square window, which is its stride too
     */
    public NetworkBuilder maxPool2d(int kernel) {
        return maxPool2d(Window.of(kernel).stride(kernel));
    }

    /**
     * {@return this builder, a max pooling longer}
     *
     * @param window kernel, stride, padding and dilation
     */
    public NetworkBuilder maxPool2d(Window window) {
        return layer(new MaxPool2d(window));
    }

    /**
     * {@return this builder, an average pooling longer}
     *
     * @param kernel side of a square window, which is its stride too
     */
    public NetworkBuilder avgPool2d(int kernel) {
        return avgPool2d(Window.of(kernel).stride(kernel));
    }

    /**
     * {@return this builder, an average pooling longer, whose padding counts}
     *
     * @param window kernel, stride and padding
     */
    public NetworkBuilder avgPool2d(Window window) {
        return layer(new AvgPool2d(window, true));
    }

    /** {@return this builder, an average pooling of whole maps longer} */
    public NetworkBuilder globalAvgPool2d() {
        return layer(new GlobalPool2d(false));
    }

    /** {@return this builder, a max pooling of whole maps longer} */
    public NetworkBuilder globalMaxPool2d() {
        return layer(new GlobalPool2d(true));
    }

    /** {@return this builder, a batch normalization with PyTorch's defaults longer} */
    public NetworkBuilder batchNorm() {
        return layer(new BatchNorm());
    }

    /**
     * {@return this builder, a group normalization with PyTorch's defaults longer}
     *
     * @param numGroups groups, which divide the channels
     */
    public NetworkBuilder groupNorm(int numGroups) {
        return layer(new GroupNorm(numGroups));
    }

    /** {@return this builder, a layer normalization with PyTorch's defaults longer} */
    public NetworkBuilder layerNorm() {
        return layer(new LayerNorm());
    }

    /** {@return this builder, a ReLU longer} */
    public NetworkBuilder relu() {
        return layer(new Activation(Activation.Function.RELU));
    }

    /** {@return this builder, a sigmoid longer} */
    public NetworkBuilder sigmoid() {
        return layer(new Activation(Activation.Function.SIGMOID));
    }

    /** {@return this builder, a hyperbolic tangent longer} */
    public NetworkBuilder tanh() {
        return layer(new Activation(Activation.Function.TANH));
    }

    /** {@return this builder, a ReLU longer that ends at 6} */
    public NetworkBuilder relu6() {
        return layer(new Activation(Activation.Function.RELU6));
    }

    /**
     * {@return this builder, a leaky ReLU longer}
     *
     * @param negativeSlope of inputs below 0; PyTorch's default is 0.01
     */
    public NetworkBuilder leakyRelu(double negativeSlope) {
        return layer(new Activation(Activation.Function.LEAKY_RELU, negativeSlope));
    }

    /**
     * {@return this builder, an exponential linear unit longer}
     *
     * @param alpha minus the limit for low inputs; 0 or more; PyTorch's default is 1
     */
    public NetworkBuilder elu(double alpha) {
        return layer(new Activation(Activation.Function.ELU, alpha));
    }

    /** {@return this builder, a GELU longer} */
    public NetworkBuilder gelu() {
        return layer(new Activation(Activation.Function.GELU));
    }

    /** {@return this builder, a GELU longer, approximated by a hyperbolic tangent} */
    public NetworkBuilder geluTanh() {
        return layer(new Activation(Activation.Function.GELU_TANH));
    }

    /** {@return this builder, a SiLU longer} */
    public NetworkBuilder silu() {
        return layer(new Activation(Activation.Function.SILU));
    }

    /** {@return this builder, a hard swish longer} */
    public NetworkBuilder hardswish() {
        return layer(new Activation(Activation.Function.HARDSWISH));
    }

    /** {@return this builder, a softplus longer} */
    public NetworkBuilder softplus() {
        return layer(new Activation(Activation.Function.SOFTPLUS));
    }

    /**
     * {@return this builder, a multiplication by a constant longer}
     *
     * @param factor finite
     */
    public NetworkBuilder scale(double factor) {
        return layer(new Scale(factor));
    }

    /**
     * {@return this builder, a dropout longer}
     *
     * @param p the share of elements that are dropped in training, from 0 to below 1
     */
    public NetworkBuilder dropout(double p) {
        return layer(new Dropout(p));
    }

    /** {@return this builder, a flattening longer} */
    public NetworkBuilder flatten() {
        return layer(new Flatten());
    }

    /**
     * {@return this builder, a dense layer longer}
     *
     * @param outFeatures outputs
     */
    public NetworkBuilder linear(int outFeatures) {
        return layer(new Linear(outFeatures));
    }

    /**
     * {@return the network, trained by softmax cross-entropy}
     *
     * @throws NetworkException if a layer does not fit
     */
    public Network softmaxCrossEntropy() {
        return loss(Loss.softmaxCrossEntropy());
    }

    /**
     * {@return the network, trained by mean squared error}
     *
     * @throws NetworkException if a layer does not fit
     */
    public Network meanSquaredError() {
        return loss(Loss.meanSquaredError());
    }

    /**
     * {@return the network, trained by a loss}
     *
     * @param loss what training minimizes
     * @throws NetworkException if a layer or the loss does not fit
     */
    public Network loss(Loss loss) {
        List<Node> nodes = IntStream.range(0, layers.size())
                .mapToObj(i -> new Node(name(i).get(), layers.get(i),
                        inputs.get(i).stream().map(Supplier::get).toList()))
                .toList();
        return new Network(input, nodes, name(current).get(), loss);
    }
}
