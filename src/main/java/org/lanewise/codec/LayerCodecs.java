package org.lanewise.codec;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.lanewise.spec.Activation;
import org.lanewise.spec.Add;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Concat;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Dropout;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.GlobalPool2d;
import org.lanewise.spec.GroupNorm;
import org.lanewise.spec.Layer;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.LayerNorm;
import org.lanewise.spec.Linear;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Scale;
import org.lanewise.spec.Shape;
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
    /** What conv2d takes: top, left, bottom and right in the order of ONNX; "same" is no number. */
    private static final Field<int[]> CONV_PADDING = Field.of("padding",
            new Kind<>(int[].class, "a number, [height, width], [top, left, bottom, right] or"
                    + " \"same\"", LayerCodecs::sides, LayerCodecs::json))
            .or(new int[4]);
    private static final Field<Size> DILATION = Field.of("dilation", Kind.SIZE).or(Size.square(1));
    private static final Field<Integer> GROUPS = Field.of("groups", Kind.INTEGER).or(1);
    private static final Field<Boolean> BIAS = Field.of("bias", Kind.BOOL).or(true);
    private static final Field<Boolean> CEIL = Field.of("ceil_mode", Kind.BOOL).or(false);
    private static final Field<Boolean> COUNT_PADDING = Field.of("count_include_pad", Kind.BOOL)
            .or(true);
    /** In Java 0 means none, as no divisor is 0. */
    private static final Field<Integer> DIVISOR = Field.of("divisor_override",
            new Kind<>(Integer.class, "null or a whole number other than 0",
                    value -> value instanceof JsonValue.Null
                            ? Optional.of(0)
                            : Kind.INTEGER.read().apply(value).filter(number -> number != 0),
                    number -> number == 0
                            ? new JsonValue.Null()
                            : Kind.INTEGER.write().apply(number)))
            .or(0);

    private static final Field<Double> EPS = Field.of("eps", Kind.NUMBER).or(BatchNorm.EPS);
    private static final Field<OptionalDouble> MOMENTUM = Field
            .of("momentum", Kind.NUMBER_OR_NULL).or(BatchNorm.MOMENTUM);
    private static final Field<Integer> NUM_GROUPS = Field.of("num_groups", Kind.INTEGER);
    private static final Field<Boolean> ELEMENTWISE = Field.of("elementwise_affine", Kind.BOOL)
            .or(true);
    private static final Field<Boolean> AFFINE = Field.of("affine", Kind.BOOL).or(true);
    private static final Field<Boolean> NORM_WEIGHT = Field.of("weight", Kind.BOOL).orAs(AFFINE);
    private static final Field<Boolean> NORM_BIAS = Field.of("bias", Kind.BOOL).orAs(AFFINE);
    private static final Field<Double> NEGATIVE_SLOPE = Field.of("negative_slope", Kind.NUMBER)
            .or(0.01);
    private static final Field<Double> ALPHA = Field.of("alpha", Kind.NUMBER).or(1.0);
    private static final Field<Double> P = Field.of("p", Kind.NUMBER).or(0.5);
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
                    STRIDE, CONV_PADDING, LayerCodecs::sides, Conv2d::window)
                    .field(GROUPS, Conv2d::groups).field(BIAS, Conv2d::bias)
                    .make(values -> new Conv2d(values.get(OUT_CHANNELS), padded(values),
                            values.get(GROUPS), values.get(BIAS)),
                            conv -> dilated("Conv", conv.window())
                                    .number("group", conv.groups())),
            window(LayerCodec.of("max_pool2d", MaxPool2d.class), POOL_STRIDE, PADDING,
                    Window::padding, MaxPool2d::window)
                    .field(CEIL, MaxPool2d::ceilMode)
                    .make(values -> new MaxPool2d(window(values), values.get(CEIL)),
                            pool -> ceiling(dilated("MaxPool", pool.window()), pool.ceilMode())),
            window(LayerCodec.of("avg_pool2d", AvgPool2d.class), POOL_STRIDE, PADDING,
                    Window::padding, AvgPool2d::window)
                    .field(CEIL, AvgPool2d::ceilMode)
                    .field(COUNT_PADDING, AvgPool2d::countIncludePad)
                    .field(DIVISOR, AvgPool2d::divisorOverride)
                    .make(values -> new AvgPool2d(window(values), values.get(COUNT_PADDING),
                            values.get(CEIL), values.get(DIVISOR)),
                            pool -> ceiling(windowed("AveragePool", pool.window()), pool.ceilMode())
                                    .number("count_include_pad", pool.countIncludePad() ? 1 : 0)),
            LayerCodec.word(new GlobalPool2d(false), GlobalPool2d.class,
                    Operator.of("GlobalAveragePool")),
            LayerCodec.word(new GlobalPool2d(true), GlobalPool2d.class,
                    Operator.of("GlobalMaxPool")),
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
            LayerCodec.of("dropout", Dropout.class).field(P, Dropout::p)
                    // The share is the second input; no third means inference.
                    .make(values -> new Dropout(values.get(P)),
                            dropout -> Operator.of("Dropout").constants(dropout.p())),
            LayerCodec.word(new Flatten(), Flatten.class, Operator.of("Flatten").number("axis", 1)),
            LayerCodec.word(new Add(), Add.class, Operator.of("Sum")),
            LayerCodec.word(new Concat(), Concat.class, Operator.of("Concat").number("axis", 1)),
            LayerCodec.of("batch_norm", BatchNorm.class)
                    .field(EPS, BatchNorm::eps).field(MOMENTUM, BatchNorm::momentum)
                    .shorthand(AFFINE).field(NORM_WEIGHT, BatchNorm::weight)
                    .field(NORM_BIAS, BatchNorm::bias)
                    .make(values -> new BatchNorm(values.get(EPS), values.get(MOMENTUM),
                            values.get(NORM_WEIGHT), values.get(NORM_BIAS)),
                            LayerCodecs::batchNorm),
            LayerCodec.of("group_norm", GroupNorm.class)
                    .field(NUM_GROUPS, GroupNorm::numGroups).field(EPS, GroupNorm::eps)
                    .field(AFFINE, GroupNorm::affine)
                    .make(values -> new GroupNorm(values.get(NUM_GROUPS), values.get(EPS),
                            values.get(AFFINE)),
                            norm -> Operator.of("GroupNormalization")
                                    .number("num_groups", norm.numGroups())
                                    .number("epsilon", norm.eps())),
            LayerCodec.of("layer_norm", LayerNorm.class)
                    .field(EPS, LayerNorm::eps).field(ELEMENTWISE, LayerNorm::elementwiseAffine)
                    .field(BIAS, LayerNorm::bias)
                    .make(values -> new LayerNorm(values.get(EPS), values.get(ELEMENTWISE),
                            values.get(BIAS)),
                            norm -> Operator.of("LayerNormalization").number("axis", 1)
                                    .number("epsilon", norm.eps())),
            LayerCodec.of("linear", Linear.class)
                    .field(OUT_FEATURES, Linear::outFeatures).field(BIAS, Linear::bias)
                    // Weights are (out, in), and Gemm multiplies (batch, in) by (in, out).
                    .make(values -> new Linear(values.get(OUT_FEATURES), values.get(BIAS)),
                            _ -> Operator.of("Gemm").number("transB", 1)));

    /** PyTorch's word for the mean of a whole map, which is read and never written. */
    private static final Field<Size> OUTPUT_SIZE = Field.of("output_size",
            new Kind<>(Size.class, "1, the mean of the whole map (avg_pool2d has other windows)",
                    value -> Kind.SIZE.read().apply(value).filter(Size.square(1)::equals),
                    Kind.SIZE.write()));
    private static final LayerCodec<GlobalPool2d> ADAPTIVE = LayerCodec
            .of("adaptive_avg_pool2d", GlobalPool2d.class).field(OUTPUT_SIZE, _ -> Size.square(1))
            .make(_ -> new GlobalPool2d(false), _ -> Operator.of("GlobalAveragePool"));

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

    private static <L extends Layer, P> LayerCodec.Builder<L> window(LayerCodec.Builder<L> codec,
            Field<Size> stride, Field<P> padding, Function<Window, P> sides,
            Function<L, Window> window) {
        return codec.field(KERNEL, window.andThen(Window::kernel))
                .field(stride, window.andThen(Window::stride))
                .field(padding, window.andThen(sides))
                .field(DILATION, window.andThen(Window::dilation));
    }

    private static Window window(FieldValues values) {
        return new Window(values.get(KERNEL), values.get(STRIDE), values.get(PADDING),
                values.get(DILATION));
    }

    private static Window padded(FieldValues values) {
        int[] sides = values.get(CONV_PADDING);
        Window window = new Window(values.get(KERNEL), values.get(STRIDE), Size.square(0),
                values.get(DILATION));
        return sides.length == 0
                ? window.same()
                : window.padding(sides[0], sides[1], sides[2], sides[3]);
    }

    private static int[] sides(Window window) {
        return new int[] {window.padding().height(), window.padding().width(),
                window.paddingEnd().height(), window.paddingEnd().width()};
    }

    private static Optional<int[]> sides(JsonValue value) {
        if (value instanceof JsonValue.Text(String text) && text.equals("same")) {
            return Optional.of(new int[0]);
        }
        if (value instanceof JsonValue.Array(List<JsonValue> list) && list.size() == 4) {
            List<Integer> sides = list.stream()
                    .flatMap(side -> Kind.INTEGER.read().apply(side).stream()).toList();
            return Optional.of(sides.stream().mapToInt(side -> side).toArray())
                    .filter(numbers -> numbers.length == 4);
        }
        return Kind.SIZE.read().apply(value).map(size -> new int[] {size.height(), size.width(),
                size.height(), size.width()});
    }

    /** Two numbers where opposite sides are alike. */
    private static JsonValue json(int[] sides) {
        int count = sides[0] == sides[2] && sides[1] == sides[3] ? 2 : 4;
        return new JsonValue.Array(Arrays.stream(sides, 0, count)
                .mapToObj(Kind.INTEGER.write()::apply).toList());
    }

    private static Operator dilated(String type, Window window) {
        return windowed(type, window).pairs("dilations", window.dilation());
    }

    private static Operator ceiling(Operator operator, boolean ceilMode) {
        return ceilMode ? operator.number("ceil_mode", 1) : operator;
    }

    private static Operator windowed(String type, Window window) {
        // Pads are those at the beginning of each dimension, then those at its end.
        return Operator.of(type).pairs("kernel_shape", window.kernel())
                .pairs("strides", window.stride())
                .pairs("pads", window.padding(), window.paddingEnd());
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
        return (type.equals(ADAPTIVE.type()) ? Optional.of(ADAPTIVE) : of(type))
                .orElseThrow(() -> object.wrong(LayerCodec.TYPE, "one of "
                        + String.join(", ", types()) + Spelling.suggestion(type, types())))
                .read(object);
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
     * @throws IllegalArgumentException if there is none
     */
    public static Operator operator(LayerDescription layer) {
        Layer exported = exported(layer);
        return of(exported).operatorOf(exported);
    }

    /**
     * A layer without ceil mode where that adds no window: runtimes differ on whether a window may
     * start beyond the input.
     */
    private static Layer exported(LayerDescription layer) {
        return switch (layer.layer()) {
            case MaxPool2d pool -> new MaxPool2d(pool.window(), beyond(pool.window(), layer));
            case AvgPool2d pool when pool.divisorOverride() != 0 ->
                throw new IllegalArgumentException(layer.label() + ": divisor_override "
                        + pool.divisorOverride() + " cannot be exported, because ONNX's AveragePool"
                        + " divides by the pixels of a window; leave it out and scale the weights"
                        + " of the next layer");
            case AvgPool2d pool -> {
                boolean beyond = beyond(pool.window(), layer);
                if (beyond && pool.countIncludePad()) {
                    throw new IllegalArgumentException(layer.label() + ": ceil_mode with"
                            + " count_include_pad cannot be exported for an input of "
                            + layer.input() + ", because ONNX runtimes differ on what a window"
                            + " beyond the padding is divided by; count_include_pad false can be"
                            + " exported");
                }
                yield new AvgPool2d(pool.window(), pool.countIncludePad(), beyond, 0);
            }
            default -> layer.layer();
        };
    }

    /** Whether a last window reaches beyond the padding. */
    private static boolean beyond(Window window, LayerDescription layer) {
        return beyond(window, layer, Size::height) || beyond(window, layer, Size::width);
    }

    private static boolean beyond(Window window, LayerDescription layer,
            ToIntFunction<Size> side) {
        long last = (side.applyAsInt(((Shape.Image) layer.output()).map()) - 1L)
                * side.applyAsInt(window.stride())
                + side.applyAsInt(window.dilation()) * (side.applyAsInt(window.kernel()) - 1L);
        return last >= side.applyAsInt(((Shape.Image) layer.input()).map())
                + 2L * side.applyAsInt(window.padding());
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

    /** ONNX gives the share of the running value, PyTorch that of the batch; it has no mean of all. */
    private static Operator batchNorm(BatchNorm norm) {
        Operator operator = Operator.of("BatchNormalization").number("epsilon", norm.eps());
        return norm.momentum().isEmpty()
                ? operator
                : operator.number("momentum", 1 - norm.momentum().getAsDouble());
    }
}
