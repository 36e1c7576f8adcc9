package org.lanewise.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A network is checked when it is built, and its errors name layer, type, shapes and arithmetic. */
class NetworkTest {
    private static final Layer RELU = new Activation(Activation.Function.RELU);
    private static final Layer TANH = new Activation(Activation.Function.TANH);

    private static Arguments wrong(String message, Executable build) {
        return Arguments.of(message, build);
    }

    static Stream<Arguments> wrongNetworks() {
        return Stream.of(
                wrong("layer 1 (conv2d), input 4x6x6: height: kernel spans 1 * (9 - 1) + 1 = 9,"
                        + " but the padded input is only 6 + 2 * 1 = 8",
                        () -> Network.input(1, 8, 8).conv2d(4, 3)
                                .conv2d(4, Window.of(9).padding(1)).flatten()
                                .softmaxCrossEntropy()),
                wrong("layer 0 (conv2d), input 1x8x8: width: kernel spans 4 * (3 - 1) + 1 = 9,"
                        + " but the padded input is only 8 + 2 * 0 = 8",
                        () -> Network.input(1, 8, 8).conv2d(4, Window.of(3).dilation(1, 4))
                                .meanSquaredError()),
                wrong("layer 0 (conv2d), input 1x8x8: height: stride 0 must be at least 1",
                        () -> Network.input(1, 8, 8).conv2d(4, Window.of(3).stride(0))
                                .meanSquaredError()),
                wrong("layer 0 (conv2d), input 1x8x8: height: padding -1 must not be negative",
                        () -> Network.input(1, 8, 8).conv2d(4, Window.of(3).padding(-1))
                                .meanSquaredError()),
                wrong("layer 0 (conv2d), input 1x8x8: height: dilation 0 must be at least 1",
                        () -> Network.input(1, 8, 8).conv2d(4, Window.of(3).dilation(0))
                                .meanSquaredError()),
                wrong("layer 0 (conv2d), input 1x8x8: height: kernel size 0 must be at least 1",
                        () -> Network.input(1, 8, 8).conv2d(4, 0).meanSquaredError()),
                wrong("layer 0 (conv2d), input 3x8x8: in_channels 3 is not divisible by groups 2:"
                        + " 3 mod 2 = 1",
                        () -> Network.input(3, 8, 8)
                                .layer(new Conv2d(4, Window.of(3), 2, true)).meanSquaredError()),
                wrong("layer 0 (conv2d), input 4x8x8: out_channels 3 is not divisible by groups 2:"
                        + " 3 mod 2 = 1",
                        () -> Network.input(4, 8, 8)
                                .layer(new Conv2d(3, Window.of(3), 2, true)).meanSquaredError()),
                wrong("layer 0 (conv2d), input 4x8x8: groups 0 must be at least 1",
                        () -> Network.input(4, 8, 8)
                                .layer(new Conv2d(4, Window.of(3), 0, true)).meanSquaredError()),
                wrong("layer 0 (conv2d), input 4x8x8: out_channels 0 must be at least 1",
                        () -> Network.input(4, 8, 8).conv2d(0, 3).meanSquaredError()),
                wrong("layer 0 (conv2d), input 64: needs maps (channels x height x width), but its"
                        + " input is flat with 64 features",
                        () -> Network.input(64).conv2d(4, 3).meanSquaredError()),
                wrong("layer 0 (max_pool2d), input 1x8x8: padding 2x2 must be at most half the"
                        + " kernel 3x3",
                        () -> Network.input(1, 8, 8)
                                .layer(new MaxPool2d(Window.of(3).padding(2))).meanSquaredError()),
                wrong("layer 0 (max_pool2d), input 1x1x8: height: window 0 has every tap in the"
                        + " padding: they lie at -1 and every 2 from there, the map from 0 to 0",
                        () -> Network.input(1, 1, 8)
                                .maxPool2d(Window.of(2).padding(1).dilation(2))
                                .meanSquaredError()),
                wrong("layer 0 (max_pool2d), input 1x8x2: width: window 0 has every tap in the"
                        + " padding: they lie at -1 and every 3 from there, the map from 0 to 1",
                        () -> Network.input(1, 8, 2)
                                .maxPool2d(Window.of(1, 2).padding(0, 1).dilation(1, 3))
                                .meanSquaredError()),
                wrong("layer 0 (max_pool2d), input 1x2x2: height: kernel spans 1 * (4 - 1) + 1 = 4,"
                        + " but the padded input is only 2 + 2 * 0 = 2, and ceil_mode adds less"
                        + " than the stride 2",
                        () -> Network.input(1, 2, 2)
                                .layer(new MaxPool2d(Window.of(4).stride(2), true))
                                .meanSquaredError()),
                wrong("layer 0 (max_pool2d), input 1x8x7: width: window 0 has every tap in the"
                        + " padding: they lie at -1 and every 9 from there, the map from 0 to 6",
                        () -> Network.input(1, 8, 7)
                                .layer(new MaxPool2d(Window.of(1, 2).stride(1, 2).padding(0, 1)
                                        .dilation(1, 9),
                                        true))
                                .meanSquaredError()),
                wrong("layer 0 (conv2d), input 1x8x8: width: kernel spans 1 * (12 - 1) + 1 = 12,"
                        + " but the padded input is only 8 + 0 + 3 = 11",
                        () -> Network.input(1, 8, 8).conv2d(4, Window.of(12).padding(1, 0, 5, 3))
                                .meanSquaredError()),
                wrong("layer 0 (conv2d), input 1x8x8: height: padding -1 must not be negative",
                        () -> Network.input(1, 8, 8).conv2d(4, Window.of(3).padding(0, 0, -1, 0))
                                .meanSquaredError()),
                wrong("layer 0 (avg_pool2d), input 1x8x8: padding 1x0 above and to the left must"
                        + " be that below and to the right, 1x1; only conv2d takes four numbers",
                        () -> Network.input(1, 8, 8)
                                .avgPool2d(Window.of(3).padding(1, 0, 1, 1)).meanSquaredError()),
                wrong("layer 0 (avg_pool2d), input 1x8x8: dilation 2x2 must be 1x1 for an average",
                        () -> Network.input(1, 8, 8)
                                .layer(new AvgPool2d(Window.of(2).dilation(2), true))
                                .meanSquaredError()),
                wrong("layer 2 (linear), input 4x6x6: needs a flat input, but gets maps of 4x6x6;"
                        + " put a flatten layer before it (4 * 6 * 6 = 144 features)",
                        () -> Network.input(1, 8, 8).conv2d(4, 3).relu().linear(10)
                                .softmaxCrossEntropy()),
                wrong("layer 1 (linear), input 7x1x1: needs a flat input, but gets maps of 7x1x1;"
                        + " put a flatten layer before it (7 * 1 * 1 = 7 features)",
                        () -> Network.input(7, 8, 9).globalAvgPool2d().linear(10)
                                .softmaxCrossEntropy()),
                wrong("layer 0 (global_max_pool2d), input 64: needs maps (channels x height x"
                        + " width), but its input is flat with 64 features",
                        () -> Network.input(64).globalMaxPool2d().meanSquaredError()),
                wrong("layer 0 (linear), input 5: out_features 0 must be at least 1",
                        () -> Network.input(5).linear(0).softmaxCrossEntropy()),
                wrong("layer 0 (leaky_relu), input 5: negative_slope NaN must be a finite number",
                        () -> Network.input(5).leakyRelu(Double.NaN).meanSquaredError()),
                wrong("layer 0 (elu), input 5: alpha Infinity must be a finite number",
                        () -> Network.input(5).elu(Double.POSITIVE_INFINITY).meanSquaredError()),
                wrong("layer 0 (elu), input 5: alpha -0.5 must be 0 or more: the gradient is"
                        + " computed from the output, whose sign must be that of the input",
                        () -> Network.input(5).elu(-0.5).meanSquaredError()),
                wrong("layer 0 (silu), input 5: has no parameter, but is given 2.0; make it"
                        + " without, or with 0",
                        () -> Network.input(5)
                                .layer(new Activation(Activation.Function.SILU, 2))
                                .meanSquaredError()),
                wrong("layer 0 (scale), input 5: factor -Infinity must be a finite number",
                        () -> Network.input(5).scale(Double.NEGATIVE_INFINITY)
                                .meanSquaredError()),
                wrong("softmax_cross_entropy needs a flat output, one logit a class, but the last"
                        + " layer (conv2d) gives maps of 4x6x6; put a flatten layer after it",
                        () -> Network.input(1, 8, 8).conv2d(4, 3).softmaxCrossEntropy()),
                wrong("input: shape 1x0x8: height 0 must be at least 1",
                        () -> Network.input(1, 0, 8).relu().meanSquaredError()),
                wrong("layer 2 (add), inputs 4x6x6, 1x8x8: adds inputs of one shape, but they are"
                        + " 4x6x6 and 1x8x8",
                        () -> Network.input(1, 8, 8).conv2d(4, 3).relu().add("input")
                                .meanSquaredError()),
                wrong("layer out (concat), inputs 4x6x6, 1x8x8: joins maps of one height and width,"
                        + " or flat inputs, but they are 4x6x6 and 1x8x8",
                        () -> Network.input(1, 8, 8).conv2d(4, 3).as("a").concat("a", "input")
                                .as("out").meanSquaredError()),
                wrong("layer 1 (add), input 4x6x6: needs at least two inputs, found 1; name them in"
                        + " its \"inputs\"",
                        () -> Network.input(1, 8, 8).conv2d(4, 3).layer(new Add())
                                .meanSquaredError()),
                wrong("layer 1 (relu), inputs 8, 8: takes one input, found 2 (8 and 8); join them"
                        + " with add or concat before it",
                        () -> new Network(new Shape.Flat(8), List.of(
                                new Node("0", TANH, List.of("input")),
                                new Node("1", RELU, List.of("0", "input"))), "1",
                                Loss.meanSquaredError())),
                wrong("layer 2 (add) reads stam, which is no layer before it; did you mean stem?",
                        () -> Network.input(8).relu().as("stem").tanh().add("stam")
                                .meanSquaredError()),
                wrong("layer 1 (add) reads last, which comes later; list layers in the order in"
                        + " which they are computed",
                        () -> Network.input(8).relu().add("last").tanh().as("last")
                                .meanSquaredError()),
                wrong("layer loop (add) reads loop, its own output",
                        () -> Network.input(8).relu().add("loop").as("loop").meanSquaredError()),
                wrong("two layers are named a: the relu at position 0 and a tanh; each"
                        + " keeps its parameters under a name of its own, and a layer without a name"
                        + " has its position for one",
                        () -> Network.input(8).relu().as("a").tanh().as("a").meanSquaredError()),
                wrong("nothing reads layer 1 (tanh), and the output is 2; remove the layer, or name"
                        + " it in the \"inputs\" of another",
                        () -> Network.input(8).relu().as("a").tanh().concat("a", "a")
                                .meanSquaredError()),
                wrong("the output is end, which is no layer; did you mean ends?",
                        () -> new Network(new Shape.Flat(8), List.of(
                                new Node("ends", RELU, List.of("input"))), "end",
                                Loss.meanSquaredError())),
                wrong("layer 0 (relu) has no inputs; a layer reads at least one node",
                        () -> new Network(new Shape.Flat(8), List.of(
                                new Node("0", RELU, List.of())), "0", Loss.meanSquaredError())),
                wrong("a layer (relu) is named \"a/b\"; names are letters, digits, _ and -, in parts"
                        + " joined by dots",
                        () -> Network.input(8).relu().as("a/b").meanSquaredError()),
                wrong("a layer (relu) is named \"input\", which is the name of the network's input",
                        () -> Network.input(8).relu().as("input").meanSquaredError()),
                wrong("as(\"a\") names the layer before it, and there is none",
                        () -> Network.input(8).as("a").relu().meanSquaredError()),
                wrong("as(\"b\") names a layer that is named a already",
                        () -> Network.input(8).relu().as("a").as("b").meanSquaredError()),
                wrong("from(\"stam\") names no layer before it; did you mean stem?",
                        () -> Network.input(8).relu().as("stem").from("stam").relu()
                                .meanSquaredError()),
                wrong("a network needs at least one layer",
                        () -> Network.input(1, 8, 8).meanSquaredError()),
                wrong("layer 0 (conv2d): a sample of 4x32766x32766 has more elements than an array"
                        + " can hold (2147483647)",
                        () -> Network.input(1, 32768, 32768).conv2d(4, 3).meanSquaredError()));
    }

    @ParameterizedTest
    @MethodSource("wrongNetworks")
    void aWrongNetworkIsRefusedWithItsArithmetic(String message, Executable build) {
        assertEquals(message, assertThrows(NetworkException.class, build).getMessage());
    }

    @Test
    void functionsHavePyTorchsNamesAndDefaults() {
        assertEquals(List.of("relu", "sigmoid", "tanh", "relu6", "leaky_relu(negative_slope 0.01)",
                "elu(alpha 1.0)", "gelu", "gelu(approximate tanh)", "silu", "hardswish",
                "softplus"),
                Stream.of(Activation.Function.values()).map(Activation::new)
                        .map(Activation::toString).toList());
        assertEquals("scale(-0.5)", new Scale(-0.5).toString());
        assertEquals(List.of("relu6", "leaky_relu", "elu", "gelu", "gelu", "silu", "hardswish",
                "softplus", "scale"),
                Network.input(5).relu6().leakyRelu(0.2).elu(0).gelu().geluTanh().silu().hardswish()
                        .softplus().scale(2).meanSquaredError().layers().stream()
                        .map(Layer::type).toList());
    }

    @Test
    void aNetworkDescribesItself() {
        Network network = Network.input(3, 32, 20)
                .layer(new Conv2d(8, Window.of(5, 3).stride(2, 1).padding(2, 0), 1, false)).relu()
                .maxPool2d(2).layer(new Conv2d(4, Window.of(3).dilation(2), 4, true)).flatten()
                .linear(7).softmaxCrossEntropy();
        List<LayerDescription> layers = network.describe();
        assertEquals(List.of("8x16x18", "8x16x18", "8x8x9", "4x4x5", "80", "7"),
                layers.stream().map(layer -> layer.output().toString()).toList());
        assertEquals(List.of(8 * 3 * 5 * 3L, 0L, 0L, 4 * 2 * 9 + 4L, 0L, 7 * 80 + 7L),
                layers.stream().map(LayerDescription::parameterCount).toList());
        assertEquals(8 * 3 * 5 * 3 + 4 * 2 * 9 + 4 + 7 * 80 + 7, network.parameterCount());
        assertEquals(List.of("0.weight", "3.weight", "3.bias", "5.weight", "5.bias"),
                network.parameters().stream().map(ParameterSpec::name).toList());
        assertEquals(List.of(8, 3, 5, 3), network.parameters().get(0).shape());
        assertEquals(List.of(4, 2, 3, 3), network.parameters().get(1).shape());
        assertEquals(new ReceptiveField(5, 3, 2, 1), layers.get(0).receptiveField());
        assertEquals(new ReceptiveField(7, 4, 4, 2), layers.get(2).receptiveField());
        assertEquals(new ReceptiveField(23, 12, 4, 2), layers.get(3).receptiveField());
        assertEquals(new ReceptiveField(32, 20, 0, 0), layers.get(5).receptiveField());
        assertEquals(2L * 8 * 16 * 18 * 3 * 5 * 3, layers.get(0).forwardFlops());
        assertEquals(2L * 80 * 7, layers.get(5).forwardFlops());
        assertEquals(new Shape.Flat(7), network.output());
    }

    @Test
    void aGlobalPoolingSeesTheWholeInput() {
        LayerDescription pool = Network.input(3, 9, 8).conv2d(7, Window.of(3).stride(2))
                .globalAvgPool2d().meanSquaredError().describe().getLast();
        assertEquals(new Shape.Image(7, 1, 1), pool.output());
        assertEquals(new ReceptiveField(9, 8, 0, 0), pool.receptiveField());
        assertEquals(7 * 4 * 3, pool.forwardFlops());
        assertEquals(new AvgPool2d(Window.of(4, 3), true), pool.resolved());
        assertEquals(new GlobalPool2d(false), pool.layer());
    }

    /** Body first, then shortcut, then the sum; what is not named is named by its position. */
    @Test
    void aResidualBlockIsABodyAndAShortcut() {
        Network network = Network.input(2, 8, 8).conv2d(4, 3).as("stem")
                .residual(body -> body.conv2d(4, Window.of(3).padding(1)).as("body.conv").relu())
                .relu()
                .residual(body -> body.conv2d(6, 3), shortcut -> shortcut.conv2d(6, 3)).as("sum")
                .flatten().linear(3).softmaxCrossEntropy();
        assertEquals(List.of("stem reads [input]", "body.conv reads [stem]", "2 reads [body.conv]",
                "3 reads [2, stem]", "4 reads [3]", "5 reads [4]", "6 reads [4]",
                "sum reads [5, 6]", "8 reads [sum]", "9 reads [8]"),
                network.nodes().stream().map(node -> node.name() + " reads " + node.inputs())
                        .toList());
        assertEquals(List.of("stem.weight", "stem.bias", "body.conv.weight", "body.conv.bias",
                "5.weight", "5.bias", "6.weight", "6.bias", "9.weight", "9.bias"),
                network.parameters().stream().map(ParameterSpec::name).toList());
        LayerDescription sum = network.describe().get(7);
        assertEquals(List.of(5, 6), sum.sources());
        assertEquals(new ReceptiveField(7, 7, 1, 1), sum.receptiveField());
        assertEquals(6 * 4 * 4, sum.forwardFlops());
        assertFalse(network.isChain());
    }

    @Test
    void branchesContinueFromNamedLayers() {
        Network network = Network.input(2, 8, 8).relu().as("x").conv2d(3, 1).as("one")
                .from("x").conv2d(4, Window.of(3).padding(1)).as("three")
                .from("input").conv2d(5, 1).from("three").tanh()
                .concat("one", "4", "3").meanSquaredError();
        assertEquals(List.of("x reads [input]", "one reads [x]", "three reads [x]",
                "3 reads [input]", "4 reads [three]", "5 reads [one, 4, 3]"),
                network.nodes().stream().map(node -> node.name() + " reads " + node.inputs())
                        .toList());
        assertEquals("12x8x8", network.output().toString());
    }

    @Test
    void concatJoinsChannelsOrFeatures() {
        Network network = Network.input(2, 6, 6).conv2d(3, 1).as("a").concat("a", "input", "a")
                .flatten().as("b").linear(7).as("c").concat("c", "b").meanSquaredError();
        assertEquals(List.of("3x6x6", "8x6x6", "288", "7", "295"), network.describe().stream()
                .map(layer -> layer.output().toString()).toList());
    }

    @Test
    void aListOfLayersIsAChain() {
        Network chain = Network.input(8).linear(4).relu().meanSquaredError();
        assertEquals(chain, new Network(new Shape.Flat(8), List.of(new Linear(4), RELU),
                Loss.meanSquaredError()));
        assertTrue(chain.isChain());
        assertFalse(Network.input(8).relu().as("a").concat("a", "a").meanSquaredError().isChain());
    }
}
