package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lanewise.io.Faults.assertFault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Window;

/** The text of network files, for programs. */
class NetworkJsonTest {
    @TempDir
    private Path folder;

    @Test
    void everyFieldIsWrittenALineALayer() {
        Network network = Network.input(1, 28, 27)
                .conv2d(6, Window.of(5, 4).padding(2)).relu().maxPool2d(2).flatten().linear(10)
                .softmaxCrossEntropy();
        String json = """
                {"input": [1, 28, 27], "layers": [
                  {"type": "conv2d", "out_channels": 6, "kernel_size": [5, 4], "stride": [1, 1], \
                "padding": [2, 2], "dilation": [1, 1], "groups": 1, "bias": true},
                  {"type": "relu"},
                  {"type": "max_pool2d", "kernel_size": [2, 2], "stride": [2, 2], "padding": [0, 0], \
                "dilation": [1, 1], "ceil_mode": false},
                  {"type": "flatten"},
                  {"type": "linear", "out_features": 10, "bias": true}
                ], "loss": "softmax_cross_entropy"}
                """;
        assertEquals(json, NetworkJson.write(network));
        assertEquals(network, NetworkJson.read(json));
    }

    @Test
    void theReductionIsWrittenWhereItIsNotTheMean() {
        Network network = Network.input(3).linear(2).meanSquaredError();
        Network summed = network.loss(network.loss().reduction(Loss.Reduction.SUM));
        assertEquals(summed, NetworkJson.read(NetworkJson.write(summed)));
        assertEquals("""
                {"input": [3], "layers": [
                  {"type": "linear", "out_features": 2, "bias": true}
                ], "loss": "mean_squared_error", "reduction": "sum"}
                """, NetworkJson.write(summed));
    }

    /** Names that are positions, and inputs that are the layer before, are left out. */
    @Test
    void namesAndInputsOfAGraphAreWrittenWhereTheyAreNotTheDefault() {
        Network network = Network.input(3).linear(4).as("stem").relu()
                .residual(body -> body.linear(4)).concat("input", "stem", "3").as("all").relu()
                .meanSquaredError();
        String json = """
                {"input": [3], "layers": [
                  {"type": "linear", "name": "stem", "out_features": 4, "bias": true},
                  {"type": "relu"},
                  {"type": "linear", "out_features": 4, "bias": true},
                  {"type": "add", "inputs": ["2", "1"]},
                  {"type": "concat", "name": "all", "inputs": ["input", "stem", "3"]},
                  {"type": "relu"}
                ], "loss": "mean_squared_error"}
                """;
        assertEquals(json, NetworkJson.write(network));
        assertEquals(network, NetworkJson.read(json));
        assertEquals(network, NetworkJson.read(json.replace("], \"loss\"",
                "], \"output\": \"5\", \"loss\"")));
        assertEquals("layer 3 (add) reads stam, which is no layer before it; did you mean stem?",
                assertThrows(IllegalArgumentException.class, () -> NetworkJson
                        .read(json.replace("[\"2\", \"1\"]", "[\"2\", \"stam\"]"))).getMessage());
        assertEquals("layers[1]: a layer (relu) is named \"a b\"; names are letters, digits, _ and"
                + " -, in parts joined by dots",
                assertThrows(IllegalArgumentException.class,
                        () -> NetworkJson.read(json.replaceFirst("\"relu\"",
                                "\"relu\", \"name\": \"a b\"")))
                        .getMessage());
        assertEquals("layers[3]: inputs: found 2, expected an array of strings",
                assertThrows(IllegalArgumentException.class, () -> NetworkJson
                        .read(json.replace("[\"2\", \"1\"]", "2"))).getMessage());
    }

    @Test
    void aFaultNamesItsPlace() throws IOException {
        assertEquals("layers[0]: out_features is missing",
                assertThrows(IllegalArgumentException.class, () -> NetworkJson.read("""
                        {"input": [3], "layers": [{"type": "linear"}]}""")).getMessage());
        Path file = Crafted.write(folder, "a.json",
                "{\n\"input\" [3]}".getBytes(StandardCharsets.UTF_8));
        assertFault(file, () -> NetworkJson.read(file),
                "not valid JSON, line 2, column 9: Unexpected [3]}, expected ':'");
        Path bytes = Crafted.write(folder, "b.json", new byte[] {(byte) 0xFF});
        assertFault(bytes, () -> NetworkJson.read(bytes), "is no UTF-8");
        Path missing = folder.resolve("c.json");
        assertEquals(missing + ": no such file",
                assertThrows(IOException.class, () -> NetworkJson.read(missing)).getMessage());
        Path right = Crafted.write(folder, "d.json",
                "{\"input\": [3], \"layers\": [{\"type\": \"relu\"}]}".getBytes(
                        StandardCharsets.UTF_8));
        Network network = Network.input(3).relu().softmaxCrossEntropy();
        assertEquals(network, NetworkJson.read(right));
        Path marked = Crafted.write(folder, "e.json",
                ("\uFEFF" + NetworkJson.write(network)).getBytes(StandardCharsets.UTF_8));
        assertEquals(network, NetworkJson.read(marked));
    }
}
