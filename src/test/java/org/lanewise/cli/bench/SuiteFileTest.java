package org.lanewise.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

/** Suite files: layers and networks, and what is said of a wrong one. */
class SuiteFileTest {
    private static List<Problem> parse(String json) {
        return SuiteFile.parse("s.json", json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"small, 10", "vgg16, 8", "resnet50, 12", "resnet20, 9", "mobilenet, 20",
            "windows, 10",
            "networks, 6", "cifar, 3",
            "awkward, 10"})
    void theBuiltInSuitesAreRead(String name, int problems) throws IOException {
        assertTrue(SuiteFile.BUILT_IN.contains(name));
        assertEquals(problems, SuiteFile.read(name).size());
    }

    @Test
    void layersAndNetworksAreProblems() {
        List<Problem> problems = parse("""
                {"problems": [
                  {"name": "a", "type": "conv2d", "batch": 3, "input": [4, 7, 9],
                   "out_channels": 6, "kernel_size": [3, 2], "stride": 2, "padding": [1, 0],
                   "dilation": [1, 2], "groups": 2},
                  {"name": "b", "type": "linear", "batch": 5, "input": [8], "out_features": 2},
                  {"name": "c", "type": "network", "batch": 7, "network":
                   {"input": [3], "layers": [{"type": "linear", "out_features": 5}]}}
                ]}""");
        assertEquals(new Problem.OneLayer("a", 3, new Shape.Image(4, 7, 9),
                new Conv2d(6, Window.of(3, 2).stride(2).padding(1, 0).dilation(1, 2), 2, true)),
                problems.get(0));
        assertEquals(List.of("g2mb3ic4ih7iw9oc6oh4ow4kh3kw2sh2sw2ph1pw0dh0dw1",
                "linear_mb5_8_2", "network_mb7_3_5"),
                problems.stream().map(Problem::shapes).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    {}                                | s.json: problems is missing
                    {"problems": []}                  | s.json: problems: found [], expected at least one problem
                    {"problems": [3]}                 | s.json: problems[0]: found 3, expected an object { ... }
                    {"problems": [{}]}                | s.json: problems[0]: name is missing
                    {"problems": [{"name": "a"}]}     | s.json: problems[0]: batch is missing
                    {"problems": [{"name": "a", "batch": 0, "type": "relu", "input": [3]}]} | s.json: problems[0]: batch: found 0, expected at least 1
                    {"problems": [{"name": "a", "batch": 1, "type": "conv"}]} | s.json: problems[0]: type: found "conv", expected network or one of conv2d, max_pool2d, avg_pool2d, global_avg_pool2d, global_max_pool2d, relu, sigmoid, tanh, relu6, leaky_relu, elu, gelu, silu, hardswish, softplus, scale, dropout, flatten, batch_norm, group_norm, layer_norm, linear
                    {"problems": [{"name": "a", "batch": 1, "type": "relu"}]} | s.json: problems[0]: input is missing
                    {"problems": [{"name": "a", "batch": 1, "type": "relu", "input": [3], "size": 2}]} | s.json: problems[0]: unknown field size; known here are name, batch, type, input
                    {"problems": [{"name": "a", "batch": 1, "type": "relu", "input": [3]}, {"name": "a", "batch": 1, "type": "relu", "input": [3]}]} | s.json: problems[1]: name: found "a", expected a name that no problem before it has
                    {"problems": [{"name": "a", "batch": 1, "type": "network", "network": {"input": [1, 2, 2], "layers": []}}]} | s.json: problems[0]: network: a network needs at least one layer
                    {"problems": [{"name": "a", "batch": 1, "type": "linear", "input": [1, 2, 2], "out_features": 3}]} | s.json: problems[0]: layer 0 (linear), input 1x2x2: needs a flat input, but gets maps of 1x2x2; put a flatten layer before it (1 * 2 * 2 = 4 features)
                    {"problems": [{"name": "a", "batch": 1, "type": "relu", "input": [3]}], "x": 1} | s.json: unknown field x; known here are problems
                    """)
    void aWrongFieldIsNamed(String json, String message) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, () -> parse(json)).getMessage());
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertEquals("no/suite.json: no such file; expected a suite file, or one of small, vgg16,"
                + " resnet50, resnet20, mobilenet, windows, networks, cifar, awkward",
                assertThrows(IOException.class, () -> SuiteFile.read("no/suite.json"))
                        .getMessage());
    }
}
