package org.lanewise.codec;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.lanewise.spec.Activation;
import org.lanewise.spec.Add;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Concat;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.Layer;
import org.lanewise.spec.Linear;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Scale;
import org.lanewise.spec.Size;
import org.lanewise.spec.Spelling;
import org.lanewise.spec.Window;

/** The fields of every type of layer, in PyTorch's words and with PyTorch's defaults. */
public final class LayerCodecs {
    private static final Field<Integer> OUT_CHANNELS = Field.of("out_channels", Kind.INTEGER);
    private static final Field<Integer> OUT_FEATURES = Field.of("out_features", Kind.INTEGER);
    private static final Field<Size> KERNEL = Field.of("kernel_size", Kind.SIZE);
    private static final Field<Size> STRIDE = Field.of("stride", Kind.SIZE).or(Size.square(1));
    private static final Field<Size> POOL_STRIDE = Field.of("stride", Kind.SIZE).orAs(KERNEL);
    private static final Field<Size> PADDING = Field.of("padding", Kind.SIZE).or(Size.square(0));
    private static final Field<Size> DILATION = Field.of("dilation", Kind.SIZE).or(Size.square(1));
    private static final Field<Integer> GROUPS = Field.of("groups", Kind.INTEGER).or(1);
    private static final Field<Boolean> BIAS = Field.of("bias", Kind.BOOL).or(true);
    private static final Field<Boolean> COUNT_PADDING = Field.of("count_include_pad", Kind.BOOL)
            .or(true);

    private static final Field<Double> EPS = Field.of("eps", Kind.NUMBER).or(BatchNorm.EPS);
    private static final Field<OptionalDouble> MOMENTUM = Field
            .of("momentum", Kind.NUMBER_OR_NULL).or(BatchNorm.MOMENTUM);
    private static final Field<Boolean> AFFINE = Field.of("affine", Kind.BOOL).or(true);
    private static final Field<Boolean> NORM_WEIGHT = Field.of("weight", Kind.BOOL).orAs(AFFINE);
    private static final Field<Boolean> NORM_BIAS = Field.of("bias", Kind.BOOL).orAs(AFFINE);
    private static final Field<Double> NEGATIVE_SLOPE = Field.of("negative_slope", Kind.NUMBER)
            .or(0.01);
    private static final Field<Double> ALPHA = Field.of("alpha", Kind.NUMBER).or(1.0);
    private static final Field<Double> FACTOR = Field.of("factor", Kind.NUMBER);
    private static final Field<Activation.Function> APPROXIMATE = Field.of("approximate",
            new Kind<>(Activation.Function.class, "\"none\" or \"tanh\"",
                    value -> Kind.TEXT.read().apply(value).map(word -> switch (word) {
                        case "none" -> Activation.Function.GELU;
                        case "tanh" -> Activation.Function.GELU_TANH;
                        default -> null;
                    }), function -> new JsonValue.Text(
                            function == Activation.Function.GELU ? "none" : "tanh")))
            .or(Activation.Function.GELU);

    private static final List<LayerCodec<?>> ALL = List.of(
            window(LayerCodec.of("conv2d", Conv2d.class).field(OUT_CHANNELS, Conv2d::outChannels),
                    STRIDE, Conv2d::window)
                    .field(GROUPS, Conv2d::groups).field(BIAS, Conv2d::bias)
                    .make(values -> new Conv2d(values.get(OUT_CHANNELS), window(values),
                            values.get(GROUPS), values.get(BIAS)),
                            conv -> dilated("Conv", conv.window())
                                    .number("group", conv.groups())),
            window(LayerCodec.of("max_pool2d", MaxPool2d.class), POOL_STRIDE, MaxPool2d::window)
                    .make(values -> new MaxPool2d(window(values)),
                            pool -> dilated("MaxPool", pool.window())),
            window(LayerCodec.of("avg_pool2d", AvgPool2d.class), POOL_STRIDE, AvgPool2d::window)
                    .field(COUNT_PADDING, AvgPool2d::countIncludePad)
                    .make(values -> new AvgPool2d(window(values), values.get(COUNT_PADDING)),
                            pool -> windowed("AveragePool", pool.window())
                                    .number("count_include_pad", pool.countIncludePad() ? 1 : 0)),
            function(Activation.Function.RELU, Operator.of("Relu")),
            function(Activation.Function.SIGMOID, Operator.of("Sigmoid")),
            function(Activation.Function.TANH, Operator.of("Tanh")),
            function(Activation.Function.RELU6, Operator.of("Clip").constants(0.0, 6.0)),
            LayerCodec.of("leaky_relu", Activation.class)
                    .field(NEGATIVE_SLOPE, Activation::parameter)
                    .make(values -> new Activation(Activation.Function.LEAKY_RELU,
                            values.get(NEGATIVE_SLOPE)),
                            leaky -> Operator.of("LeakyRelu").number("alpha", leaky.parameter())),
            LayerCodec.of("elu", Activation.class).field(ALPHA, Activation::parameter)
                    .make(values -> new Activation(Activation.Function.ELU, values.get(ALPHA)),
                            elu -> Operator.of("Elu").number("alpha", elu.parameter())),
            LayerCodec.of("gelu", Activation.class).field(APPROXIMATE, Activation::function)
                    .make(values -> new Activation(values.get(APPROXIMATE)), LayerCodecs::gelu),
            function(Activation.Function.SILU, gate(Operator.of("Sigmoid"))),
            function(Activation.Function.HARDSWISH, gate(Operator.of("HardSigmoid")
                    .number("alpha", 1.0 / 6).number("beta", 0.5))),
            function(Activation.Function.SOFTPLUS, Operator.of("Softplus")),
            LayerCodec.of("scale", Scale.class).field(FACTOR, Scale::factor)
                    .make(values -> new Scale(values.get(FACTOR)),
                            scale -> Operator.of("Mul").constants(scale.factor())),
            LayerCodec.word(new Flatten(), Flatten.class, Operator.of("Flatten").number("axis", 1)),
            LayerCodec.word(new Add(), Add.class, Operator.of("Sum")),
            LayerCodec.word(new Concat(), Concat.class, Operator.of("Concat").number("axis", 1)),
            LayerCodec.of("batch_norm", BatchNorm.class)
                    .field(EPS, BatchNorm::eps).field(MOMENTUM, BatchNorm::momentum)
                    .shorthand(AFFINE).field(NORM_WEIGHT, BatchNorm::weight)
                    .field(NORM_BIAS, BatchNorm::bias)
                    .make(values -> new BatchNorm(values.get(EPS), values.get(MOMENTUM),
                            values.get(NORM_WEIGHT), values.get(NORM_BIAS)),
                            norm -> Operator.of("BatchNormalization").number("epsilon",
                                    norm.eps())),
            LayerCodec.of("linear", Linear.class)
                    .field(OUT_FEATURES, Linear::outFeatures).field(BIAS, Linear::bias)
                    // Weights are (out, in), and Gemm multiplies (batch, in) by (in, out).
                    .make(values -> new Linear(values.get(OUT_FEATURES), values.get(BIAS)),
                            _ -> Operator.of("Gemm").number("transB", 1)));

    private LayerCodecs() {}

    private static LayerCodec<Activation> function(Activation.Function function,
            Operator operator) {
        return LayerCodec.word(new Activation(function), Activation.class, operator);
    }

    /** The layer's input, multiplied by what an operator makes of it. */
    private static Operator gate(Operator operator) {
        return operator.then(Operator.of("Mul").input());
    }

    /** Composed, because the operator Gelu is younger than what runtimes have. */
    private static Operator gelu(Activation gelu) {
        if (gelu.function() == Activation.Function.GELU) {
            return gate(Operator.of("Mul").constants(Math.sqrt(0.5)).then(Operator.of("Erf"))
                    .then(Operator.of("Add").constants(1.0))
                    .then(Operator.of("Mul").constants(0.5)));
        }
        double linear = Math.sqrt(8 / Math.PI);
        return gate(Operator.of("Mul").input().then(Operator.of("Mul").constants(0.044715 * linear))
                .then(Operator.of("Add").constants(linear)).then(Operator.of("Mul").input())
                .then(Operator.of("Sigmoid")));
    }

    private static <L extends Layer> LayerCodec.Builder<L> window(LayerCodec.Builder<L> codec,
            Field<Size> stride, Function<L, Window> window) {
        return codec.field(KERNEL, window.andThen(Window::kernel))
                .field(stride, window.andThen(Window::stride))
                .field(PADDING, window.andThen(Window::padding))
                .field(DILATION, window.andThen(Window::dilation));
    }

    private static Window window(FieldValues values) {
        return new Window(values.get(KERNEL), values.get(STRIDE), values.get(PADDING),
                values.get(DILATION));
    }

    private static Operator dilated(String type, Window window) {
        return windowed(type, window).pairs("dilations", window.dilation());
    }

    private static Operator windowed(String type, Window window) {
        // Pads are those at the beginning of each dimension, then those at its end.
        return Operator.of(type).pairs("kernel_shape", window.kernel())
                .pairs("strides", window.stride())
                .pairs("pads", window.padding(), window.padding());
    }

    /** {@return the types of layers, as files spell them} */
    public static List<String> types() {
        return ALL.stream().<String>map(LayerCodec::type).toList();
    }

    /**
     * {@return the layer that an object describes}
     *
     * @param object type and fields; those that were read before are ignored
     * @throws IllegalArgumentException if the type is unknown, or a field missing, unknown or wrong
     */
    public static Layer read(JsonFields object) {
        String type = object.value(Field.of(LayerCodec.TYPE, Kind.TEXT));
        return of(type).orElseThrow(() -> object.wrong(LayerCodec.TYPE, "one of "
                + String.join(", ", types()) + Spelling.suggestion(type, types()))).read(object);
    }

    /**
     * {@return a layer as type and fields, none left out}
     *
     * @param layer what to write
     */
    public static JsonValue.Members write(Layer layer) {
        return of(layer).write(layer);
    }

    /**
     * {@return the ONNX operator that computes a layer}
     *
     * @param layer what to compute
     */
    public static Operator operator(Layer layer) {
        return of(layer).operatorOf(layer);
    }

    private static LayerCodec<?> of(Layer layer) {
        return of(layer.type()).orElseThrow(() -> new IllegalStateException(
                "no codec of layers of type " + layer.type()));
    }

    private static Optional<LayerCodec<?>> of(String type) {
        for (LayerCodec<?> codec : ALL) {
            if (codec.type().equals(type)) {
                return Optional.of(codec);
            }
        }
        return Optional.empty();
    }
}
