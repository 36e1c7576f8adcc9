package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.cli.command.Exports.random;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Model;
import org.lanewise.Parameters;
import org.lanewise.RandomState;
import org.lanewise.check.NetworkCase;
import org.lanewise.check.RandomNetworks;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.format.NetworkFile;
import org.lanewise.codec.NetworkDocument;
import org.lanewise.io.ModelFile;
import org.lanewise.io.ParameterFile;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

/** {@code lanewise import} of what {@code export} writes, and of what PyTorch does. */
class OnnxImportTest {
    private static final int BATCH = 3;
    /** Relative to the largest output; sums run in another order than PyTorch's. */
    private static final double BOUND = 1e-12;

    @TempDir
    private Path folder;
    private Exports exports;

    @BeforeEach
    void makeExports() {
        exports = new Exports(folder);
    }

    private Model imported(Path onnx, String... more) throws IOException {
        Path saved = folder.resolve("imported.safetensors");
        CommandLineRun run = CommandLineRun.of(Stream.concat(
                Stream.of("import", onnx, "--save", saved, "--overwrite"), Stream.of(more))
                .toArray());
        assertEquals(0, run.code(), run.err());
        assertEquals("", run.err());
        // Batches decide where Winograd's tiles are used.
        return ModelFile.load(saved, BATCH);
    }

    private static double[] inputs(Network network) {
        return new RandomState(5).randn((int) network.input().size() * BATCH);
    }

    /** As doubles, so that no bit is lost; attributes are single in any case. */
    private void assertComesBack(String name, Network network) throws IOException {
        Path onnx = exports.export(name, exports.parametersFile(network), "--type", "float64");
        Model back = imported(onnx, "--loss", network.loss().type());
        double[] inputs = inputs(network);
        assertArrayEquals(new Model(network, random(network), BATCH).outputs(inputs),
                back.outputs(inputs));
        assertEquals(network.nodes().stream().map(node -> node.name()).toList(),
                back.network().nodes().stream().map(node -> node.name()).toList());
        Parameters before = random(network);
        for (Parameters.Parameter parameter : back.parameters().list()) {
            if (!parameter.spec().counts()) {
                assertArrayEquals(before.values(parameter.spec().name()), parameter.values());
            }
        }
    }

    static Stream<Arguments> layers() {
        return OnnxExportTest.layers();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void everyLayerComesBack(String input, String layer) throws IOException {
        Path file = exports.networkFile("{'input':" + input + ",'layers':[" + layer
                + "],'loss':'mean_squared_error'}");
        Network network = NetworkFile.read(file.toString());
        assertComesBack(file.toString(), network);
        if (!layer.contains("ceil_mode") && !layer.contains("'momentum':null")
                && !layer.contains("-0.3")) {
            assertEquals(network, imported(folder.resolve("model.onnx"), "--loss",
                    "mean_squared_error").network());
        }
    }

    @ParameterizedTest
    @MethodSource("builtIn")
    void builtInNetworksComeBack(String name) throws IOException {
        Network network = NetworkFile.builtIn(name);
        Path onnx = exports.export(name, exports.parametersFile(network));
        Model back = imported(onnx);
        assertEquals(network.describe().stream().map(LayerDescription::label).toList(),
                back.network().describe().stream().map(LayerDescription::label).toList());
        Parameters before = random(network);
        for (Parameters.Parameter parameter : back.parameters().list()) {
            assertArrayEquals(parameter.spec().counts()
                    ? new double[1]
                    : Arrays.stream(before.values(parameter.spec().name()))
                            .map(value -> (float) value).toArray(),
                    parameter.values());
        }
    }

    static List<String> builtIn() {
        return NetworkFile.BUILT_IN;
    }

    /** Graphs with layers of every kind, each next to each. */
    @Test
    void randomNetworksComeBack() throws IOException {
        int compared = 0;
        for (NetworkCase drawn : RandomNetworks.of(60, 3)) {
            String document = new NetworkDocument(drawn.network(), ClassNames.UNKNOWN).line();
            Path file = folder.resolve("drawn.json");
            Files.writeString(file, document);
            Path model = exports.parametersFile(drawn.network());
            Path onnx = folder.resolve("drawn.onnx");
            CommandLineRun run = CommandLineRun.of("export", "--network", file, "--parameters",
                    model, "--save", onnx, "--overwrite", "--type", "float64");
            if (run.code() != 0) {
                assertTrue(run.err().contains("cannot be exported"), run.err());
                continue;
            }
            assertComesBack(file.toString(), drawn.network());
            compared++;
        }
        assertTrue(compared > 40, compared + " networks");
    }

    static Stream<Path> models() throws IOException, URISyntaxException {
        try (Stream<Path> all = Files.list(
                Path.of(OnnxImportTest.class.getResource("/org/lanewise/onnx").toURI()))) {
            return all.filter(file -> file.toString().endsWith(".onnx")).sorted().toList()
                    .stream();
        }
    }

    @Test
    void noModelIsMissing() throws Exception {
        assertEquals(15, models().count());
    }

    @ParameterizedTest
    @MethodSource("models")
    void modelsOfPyTorchGiveItsOutputs(Path onnx) throws IOException {
        Parameters arrays = ParameterFile.read(onnx.resolveSibling(
                onnx.getFileName().toString().replaceFirst("-.*", ".npz")));
        double[] expected = arrays.values("y");
        double[] found = imported(onnx).outputs(arrays.values("x"));
        assertEquals(expected.length, found.length);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertTrue(largest > 1e-2);
        for (int i = 0; i < found.length; i++) {
            assertTrue(Math.abs(found[i] - expected[i]) <= BOUND * largest,
                    "output " + i + ": " + found[i] + ", PyTorch " + expected[i]);
        }
    }

    @Test
    void layersKeepTheNamesOfPyTorch() throws Exception {
        for (Path onnx : models().filter(file -> file.toString().contains("rows")).toList()) {
            List<String> names = imported(onnx).parameters().list().stream()
                    .map(parameter -> parameter.spec().name()).toList();
            assertTrue(names.containsAll(List.of("fc1.weight", "norm.running_var", "fc2.weight",
                    "fc2.bias")), onnx + ": " + names);
        }
    }

    /** In place of a flatten layer of 2x3x4; 3 is the batch of an input that says one. */
    static Stream<Arguments> reshapes() {
        return Stream.of(Arguments.of(true, 0, 0, new long[] {0, -1}),
                Arguments.of(true, 0, 0, new long[] {-1, 24}),
                Arguments.of(true, 0, 0, new long[] {0, 24}),
                Arguments.of(true, 0, 1, new long[] {-1, 24}),
                Arguments.of(true, 3, 0, new long[] {3, 24}),
                Arguments.of(true, 3, 0, new long[] {3, -1}),
                Arguments.of(false, 0, 0, new long[] {3, 24}),
                Arguments.of(false, 3, 0, new long[] {2, -1}),
                Arguments.of(false, 0, 1, new long[] {0, -1}),
                Arguments.of(false, 0, 0, new long[] {-1, -1}),
                Arguments.of(false, 0, 0, new long[] {-1, 12}),
                Arguments.of(false, 0, 0, new long[] {0, 4, 6}),
                Arguments.of(false, 0, 0, new long[] {0, 3, 2, 4}),
                Arguments.of(false, 0, 0, new long[] {24}),
                Arguments.of(false, 0, 0, new long[0]),
                Arguments.of(false, 0, 0, new long[] {0, Long.MIN_VALUE}),
                Arguments.of(false, 0, 0, new long[] {Long.MAX_VALUE, Long.MAX_VALUE}));
    }

    @ParameterizedTest
    @MethodSource("reshapes")
    void aReshapeMakesRowsOrIsRefused(boolean rows, int batch, int allowZero, long[] target)
            throws IOException {
        Path file = exports.networkFile("{'input':[2,3,4],'layers':[{'type':'relu'},"
                + "{'type':'flatten'},{'type':'linear','out_features':2}]}");
        Network network = NetworkFile.read(file.toString());
        Path onnx = exports.export(file.toString(), exports.parametersFile(network));
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(onnx)).toBuilder();
        model.getGraphBuilder().getNodeBuilder(1).setOpType("Reshape").clearAttribute()
                .addInput("shape").addAttribute(AttributeProto.newBuilder().setName("allowzero")
                        .setType(AttributeProto.AttributeType.INT).setI(allowZero));
        TensorProto.Builder shape = model.getGraphBuilder().addInitializerBuilder()
                .setName("shape").setDataType(7).addDims(target.length);
        Arrays.stream(target).forEach(shape::addInt64Data);
        if (batch > 0) {
            model.getGraphBuilder().getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder()
                    .getShapeBuilder().getDimBuilder(0).setDimValue(batch);
        }
        Files.write(onnx, model.build().toByteArray());
        if (rows) {
            assertEquals(network, imported(onnx).network());
        } else {
            CommandLineRun run = CommandLineRun.of("import", onnx, "--save",
                    folder.resolve("refused.npz"));
            assertEquals(1, run.code(), run.out());
            assertTrue(run.err().contains("Reshape: makes "), run.err());
        }
    }

    @Test
    void writesTheNetworkAlone() throws Exception {
        Network network = NetworkFile.builtIn("lenet-5");
        Path onnx = exports.export("lenet-5", exports.parametersFile(network));
        Path json = folder.resolve("lenet.json");
        Path npz = folder.resolve("lenet.npz");
        CommandLineRun run = CommandLineRun.of("import", onnx, "--save", json, "--save", npz);
        assertEquals(0, run.code(), run.err());
        assertEquals(network, NetworkFile.read(json.toString()));
        assertEquals(network, NetworkFile.read(npz.toString()));
        assertTrue(run.out().contains("written to " + json + ", " + npz), run.out());
        CommandLineRun again = CommandLineRun.of("import", onnx, "--save", json);
        assertEquals(1, again.code());
        assertTrue(again.err().contains("exists already"), again.err());
        assertEquals(2, CommandLineRun.of("import", onnx, "--save", "a.onnx").code());
    }

    @Test
    void aLossThatDoesNotFitIsNamed() throws IOException {
        Path file = exports.networkFile("{'input':[2,3,4],'layers':[{'type':'relu'},"
                + "{'type':'conv2d','out_channels':2,'kernel_size':1}],"
                + "'loss':'mean_squared_error'}");
        Network network = NetworkFile.read(file.toString());
        assertTrue(network.output() instanceof Shape.Image);
        Path onnx = exports.export(file.toString(), exports.parametersFile(network));
        CommandLineRun run = CommandLineRun.of("import", onnx, "--save",
                folder.resolve("out.npz"));
        assertEquals(1, run.code());
        assertTrue(run.err().contains("softmax_cross_entropy"), run.err());
        assertTrue(run.err().contains("--loss"), run.err());
    }
}
