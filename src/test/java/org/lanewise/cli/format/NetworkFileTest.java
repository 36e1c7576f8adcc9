package org.lanewise.cli.format;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.lanewise.Initializer;
import org.lanewise.Parameters;
import org.lanewise.RandomState;
import org.lanewise.io.ModelFile;
import org.lanewise.io.SavedModel;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.Window;

/** Network files: every field, its default, and what is said of a wrong one. */
class NetworkFileTest {
    static final List<String> BUILT_IN = NetworkFile.BUILT_IN;

    @TempDir
    Path folder;

    private static Network parse(String json) {
        return NetworkFile.parse("net.json", json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everyLayerAndFieldIsRead() {
        Network network = parse("""
                {"input": [4, 16, 12], "layers": [
                  {"type": "conv2d", "out_channels": 8, "kernel_size": [3, 2], "stride": [2, 1],
                   "padding": [1, 0], "dilation": [1, 2], "groups": 2, "bias": false},
                  {"type": "relu"},
                  {"type": "max_pool2d", "kernel_size": 2, "stride": 1, "padding": 1},
                  {"type": "avg_pool2d", "kernel_size": [2, 2], "count_include_pad": false},
                  {"type": "sigmoid"}, {"type": "tanh"}, {"type": "flatten"},
                  {"type": "linear", "out_features": 5, "bias": false}
                ], "loss": "mean_squared_error"}""");
        assertEquals("4x16x12", network.input().toString());
        assertEquals(List.of(
                "conv2d(8, kernel 3x2, stride 2x1, padding 1x0, dilation 1x2, groups 2, bias false)",
                "relu", "max_pool2d(kernel 2x2, stride 1x1, padding 1x1, dilation 1x1)",
                "avg_pool2d(kernel 2x2, stride 2x2, padding 0x0, dilation 1x1,"
                        + " count_include_pad false)",
                "sigmoid", "tanh", "flatten", "linear(5, bias false)"),
                network.layers().stream().map(Object::toString).toList());
        assertEquals("mean_squared_error", network.loss().type());
    }

    @Test
    void whatIsNotSaidIsPyTorchsDefault() {
        Network network = parse("""
                {"input": [1, 8, 8], "layers": [{"type": "conv2d", "out_channels": 2,
                 "kernel_size": 3}, {"type": "flatten"}]}""");
        assertEquals(new Conv2d(2, Window.of(3), 1, true), network.layers().getFirst());
        assertEquals("softmax_cross_entropy", network.loss().type());
    }

    @Test
    void aProblemOfASuiteIsANetworkToo() {
        assertEquals("5", parse("""
                {"name": "small", "type": "network", "batch": 3, "network":
                 {"input": [3], "layers": [{"type": "linear", "out_features": 5}]}}""").output()
                .toString());
    }

    @ParameterizedTest
    @FieldSource("BUILT_IN")
    void theBuiltInNetworksAreRead(String name) throws IOException {
        assertEquals("10", NetworkFile.read(name).output().toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    {"input": [1, 8, 8]}                     | net.json: layers is missing
                    {"input": [1, 8], "layers": []}          | net.json: input: found [1,8], expected [channels, height, width] or [features]
                    {"input": "1x8x8", "layers": []}         | net.json: input: found "1x8x8", expected an array of whole numbers
                    {"input": [1.5], "layers": []}           | net.json: input: found [1.5], expected a whole number up to 2147483647
                    {"input": [99999999999], "layers": []}   | net.json: input: found [99999999999], expected a whole number up to 2147483647
                    {"input": [3], "layers": {}}             | net.json: layers: found {}, expected an array of objects
                    {"input": [3], "layers": []}             | net.json: a network needs at least one layer
                    {"input": [3], "layers": [7]}            | net.json: layers[0]: found 7, expected an object { ... }
                    {"input": [3], "layers": [{}]}           | net.json: layers[0]: type is missing
                    {"input": [3], "layers": [{"type": "conv3d"}]} | net.json: layers[0]: type: found "conv3d", expected one of conv2d, max_pool2d, avg_pool2d, global_avg_pool2d, global_max_pool2d, relu, sigmoid, tanh, relu6, leaky_relu, elu, gelu, silu, hardswish, softplus, scale, dropout, flatten, add, concat, batch_norm, group_norm, layer_norm, linear; did you mean conv2d?
                    {"input": [3], "layers": [{"type": "linear"}]} | net.json: layers[0]: out_features is missing
                    {"input": [3], "layers": [{"type": "linear", "out_features": 2, "bias": 1}]} | net.json: layers[0]: bias: found 1, expected true or false
                    {"input": [3], "layers": [{"type": "linear", "out_features": 2, "size": 1}]} | net.json: layers[0]: unknown field size; known here are type, name, inputs, out_features, bias
                    {"input": [1, 8, 8], "layers": [{"type": "max_pool2d", "kernel_size": [1, 2, 3]}]} | net.json: layers[0]: kernel_size: found [1,2,3], expected a number or [height, width]
                    {"input": [3], "layers": [{"type": "relu"}], "los": "x"} | net.json: unknown field los; known here are network, input, layers, output, loss, reduction, classes, normalize; did you mean loss?
                    {"input": [1, 8, 8], "layers": [{"type": "max_pool2d", "kernal_size": 2}]} | net.json: layers[0]: unknown field kernal_size; known here are type, name, inputs, kernel_size, stride, padding, dilation, ceil_mode; did you mean kernel_size?
                    {"input": [3], "layers": [{"type": "relu"}], "reduction": "max"} | net.json: reduction: found "max", expected mean or sum
                    {"input": [3], "layers": [{"type": "relu"}], "classes": ["a", "b", "c", "d"]} | net.json: 4 class names, but the network has 3 classes
                    {"input": [3], "layers": [{"type": "relu"}], "classes": ["a", "b", "a"]} | net.json: classes 0 and 2 are both named a
                    {"input": [3], "layers": [{"type": "relu"}], "classes": ["a", 2]} | net.json: classes: found ["a",2], expected an array of strings
                    {"input": [3], "layers": [{"type": "relu"}], "loss": "hinge"} | net.json: loss: type: found "hinge", expected one of softmax_cross_entropy, mean_squared_error, binary_cross_entropy_with_logits, smooth_l1, huber
                    {"input": [3], "layers": [{"type": "relu"}], "loss": 3} | net.json: loss: found 3, expected an object { ... }
                    {"input": [3], "layers": [{"type": "relu"}], "loss": {"beta": 3}} | net.json: loss: type is missing
                    {"input": [3], "layers": [{"type": "relu"}], "loss": {"type": "smoth_l1"}} | net.json: loss: type: found "smoth_l1", expected one of softmax_cross_entropy, mean_squared_error, binary_cross_entropy_with_logits, smooth_l1, huber; did you mean smooth_l1?
                    {"input": [3], "layers": [{"type": "relu"}], "loss": {"type": "smooth_l1", "delta": 3}} | net.json: loss: unknown field delta; known here are type, reduction, beta
                    {"input": [3], "layers": [{"type": "relu"}], "loss": {"type": "smooth_l1", "beta": 1e999}} | net.json: loss: smooth_l1: beta Infinity must be finite and at least 0
                    {"input": [3], "layers": [{"type": "relu"}], "loss": {"type": "smooth_l1", "beta": -1}} | net.json: loss: smooth_l1: beta -1.0 must be finite and at least 0
                    {"input": [3], "layers": [{"type": "relu"}], "loss": {"type": "softmax_cross_entropy", "label_smoothing": 1}} | net.json: loss: softmax_cross_entropy: label_smoothing 1.0 must be at least 0 and below 1
                    {"input": [3], "layers": [{"type": "relu"}], "loss": {"type": "softmax_cross_entropy", "weight": 2}} | net.json: loss: weight: found 2, expected an array of numbers
                    {"input": [3], "layers": [{"type": "relu"}], "loss": {"type": "softmax_cross_entropy", "weight": [1, "a"]}} | net.json: loss: weight: found [1,"a"], expected an array of numbers
                    {"input": [3], "layers": [{"type": "relu"}], "loss": {"type": "softmax_cross_entropy", "weight": [1, 2]}} | net.json: softmax_cross_entropy: weight has 2 numbers, but the network has 3 outputs; give one for each, or none
                    {"input": [3], "layers": [{"type": "relu"}], "loss": {"type": "softmax_cross_entropy", "ignore_index": 0.5}} | net.json: loss: ignore_index: found 0.5, expected a whole number up to 2147483647
                    {"input": [1, 8, 8], "layers": [{"type": "linear", "out_features": 2}]} | net.json: layer 0 (linear), input 1x8x8: needs a flat input, but gets maps of 1x8x8; put a flatten layer before it (1 * 8 * 8 = 64 features)
                    {"input": [1, 0, 8], "layers": []}       | net.json: input: shape 1x0x8: height 0 must be at least 1
                    {"input": [-5], "layers": []}            | net.json: input: features -5 must be at least 1
                    [1]                                      | net.json: found [1], expected an object { ... }
                    """)
    void aWrongFieldIsNamed(String json, String message) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, () -> parse(json)).getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                              | net.json: is empty, expected a JSON object
            {"input": [1, 8, 8],            | net.json: not valid JSON, line 1, column
            {"input": [1], "input": [2]}    | net.json: not valid JSON, line 1, column 23: Duplicate
            {"input": [1]} x                | net.json: not valid JSON, line 1, column
            <html>                          | net.json: not valid JSON, line 1, column 1: Unexpected
            """)
    void whatIsNotJsonIsRefusedWithItsPlace(String json, String beginning) {
        String message = assertThrows(IllegalArgumentException.class, () -> parse(json))
                .getMessage();
        assertTrue(message.startsWith(beginning), message);
        assertEquals(1, message.lines().count(), message);
    }

    @Test
    void recognisesWeightsWithoutEnding() throws IOException {
        Path file = folder.resolve("weights");
        Network network = NetworkFile.builtIn("digits");
        ModelFile.write(new SavedModel(Optional.of(network), ClassNames.UNKNOWN,
                Parameters.initial(network, Initializer.heNormal(), new RandomState(1))), file);
        assertEquals(network, NetworkFile.read(file.toString()));
    }

    @Test
    void foldersDoNotHideBuiltInNetworks() {
        assertEquals(NetworkFile.builtIn("digits"), assertDoesNotThrow(
                () -> NetworkFile.document("digits", Files.createDirectory(
                        folder.resolve("digits"))).network()));
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws IOException {
        Path missing = folder.resolve("missing.json");
        assertEquals(missing + ": no such file; expected a network file, or one of digits,"
                + " lenet-5, mnist-cnn, vgg-8, resnet-20, resnet-18, mobilenet-v2-small, cifar-94,"
                + " fashion-94",
                assertThrows(IOException.class, () -> NetworkFile.read(missing.toString()))
                        .getMessage());
        Files.createDirectory(missing);
        assertTrue(assertThrows(IOException.class, () -> NetworkFile.read(missing.toString()))
                .getMessage().startsWith(missing + ": is a folder"));
    }
}
