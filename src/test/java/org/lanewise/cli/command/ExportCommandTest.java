package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Initializer;
import org.lanewise.Model;
import org.lanewise.Parameters;
import org.lanewise.Parameters.Parameter;
import org.lanewise.RandomState;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.NetworkFile;
import org.lanewise.io.Crafted;
import org.lanewise.io.ModelFile;
import org.lanewise.io.ParameterFile;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

/** What export writes, as ONNX Runtime and others read it. */
class ExportCommandTest {
    private static final long SEED = 11;
    private static final int BATCH = 3;
    /** Of the largest output: single precision has 6e-8, and sums here have some 4,000 terms. */
    private static final double BOUND = 1e-5;
    private static final String DENSE = "{'input':[7],'layers':[{'type':'linear',"
            + "'out_features':5},{'type':'tanh'},{'type':'linear','out_features':4}]}";

    @TempDir
    private Path folder;

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private Path networkFile(String text) {
        return Crafted.write(folder, "network.json",
                json(text).getBytes(StandardCharsets.UTF_8));
    }

    /** Nothing is 0, so that nothing can be left out unseen. */
    private static Parameters random(Network network) {
        RandomState random = new RandomState(SEED);
        Parameters parameters = Parameters.initial(network, Initializer.heNormal(), random);
        for (Parameter parameter : parameters.list()) {
            if (parameter.spec().shape().size() == 1) {
                Arrays.setAll(parameter.values(), _ -> random.nextGaussian());
            }
        }
        return parameters;
    }

    private Path parametersFile(Network network) throws IOException {
        Path file = folder.resolve("parameters.npz");
        ParameterFile.write(random(network), file);
        return file;
    }

    private Path export(String network, Path parameters, String... more) {
        Path model = folder.resolve("model.onnx");
        Object[] command = Stream.concat(Stream.of("export", "--network", network, "--parameters",
                parameters, "--save", model, "--overwrite"), Stream.of(more)).toArray();
        CommandLineRun run = CommandLineRun.of(command);
        assertEquals(0, run.code(), run.err());
        return model;
    }

    private static double[] inputs(Network network, int count) {
        RandomState random = new RandomState(SEED + 1);
        return Arrays.stream(random.randn((int) network.input().size() * count))
                .map(value -> (float) value).toArray();
    }

    private static long[] shape(Network network, int count) {
        return switch (network.input()) {
            case Shape.Image image ->
                new long[] {count, image.channels(), image.height(), image.width()};
            case Shape.Flat flat -> new long[] {count, flat.features()};
        };
    }

    /** {@return the outputs that ONNX Runtime computes, and their shape} */
    private static Map.Entry<double[], long[]> runtime(Path model, Network network,
            double[] inputs, boolean single) throws OrtException {
        long[] shape = shape(network, inputs.length / (int) network.input().size());
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        environment.setTelemetry(false);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(model.toString(), options);
                    OnnxTensor tensor = single
                            ? OnnxTensor.createTensor(environment, floats(inputs), shape)
                            : OnnxTensor.createTensor(environment, DoubleBuffer.wrap(inputs),
                                    shape);
                    OrtSession.Result result = session.run(Map.of("input", tensor))) {
                OnnxValue value = result.get("output").orElseThrow();
                OnnxTensor output = (OnnxTensor) value;
                return Map.entry(single
                        ? doubles(output.getFloatBuffer())
                        : copy(output.getDoubleBuffer()), output.getInfo().getShape());
            }
        }
    }

    private static FloatBuffer floats(double[] values) {
        FloatBuffer buffer = FloatBuffer.allocate(values.length);
        Arrays.stream(values).forEach(value -> buffer.put((float) value));
        return buffer.flip();
    }

    private static double[] doubles(FloatBuffer buffer) {
        double[] values = new double[buffer.remaining()];
        Arrays.setAll(values, _ -> buffer.get());
        return values;
    }

    private static double[] copy(DoubleBuffer buffer) {
        double[] values = new double[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    private static void assertClose(double[] expected, double[] found, double bound) {
        assertEquals(expected.length, found.length);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertTrue(largest > 1e-3, "nothing to compare");
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(expected[i] - found[i]);
            assertTrue(difference <= bound * Math.max(1, largest),
                    "output " + i + ": " + expected[i] + ", ONNX Runtime " + found[i]);
        }
    }

    /** Each layer with each of its options, on sizes that differ from one another. */
    static Stream<Arguments> layers() {
        return Stream.of(
                Arguments.of("[2,7,5]", "{'type':'conv2d','out_channels':3,'kernel_size':[3,2]}"),
                Arguments.of("[4,11,9]", "{'type':'conv2d','out_channels':6,'kernel_size':[3,2],"
                        + "'stride':[2,3],'padding':[1,2],'dilation':[2,1],'groups':2,"
                        + "'bias':false}"),
                Arguments.of("[3,6,8]", "{'type':'conv2d','out_channels':3,'kernel_size':1,"
                        + "'groups':3}"),
                Arguments.of("[2,9,7]", "{'type':'max_pool2d','kernel_size':2}"),
                Arguments.of("[2,9,8]", "{'type':'max_pool2d','kernel_size':[3,4],'stride':[2,1],"
                        + "'padding':[1,2]}"),
                Arguments.of("[1,9,8]", "{'type':'max_pool2d','kernel_size':2,'stride':1,"
                        + "'padding':1,'dilation':[3,2]}"),
                Arguments.of("[2,9,7]", "{'type':'avg_pool2d','kernel_size':[2,3]}"),
                Arguments.of("[2,9,8]", "{'type':'avg_pool2d','kernel_size':[3,4],'stride':[2,1],"
                        + "'padding':[1,2],'count_include_pad':true}"),
                Arguments.of("[2,9,8]", "{'type':'avg_pool2d','kernel_size':[3,4],'stride':[2,1],"
                        + "'padding':[1,2],'count_include_pad':false}"),
                Arguments.of("[2,3,4]", "{'type':'relu'}"),
                Arguments.of("[2,3,4]", "{'type':'sigmoid'}"),
                Arguments.of("[24]", "{'type':'tanh'}"),
                Arguments.of("[2,3,4]", "{'type':'flatten'}"),
                Arguments.of("[24]", "{'type':'flatten'}"),
                Arguments.of("[7]", "{'type':'linear','out_features':5}"),
                Arguments.of("[7]", "{'type':'linear','out_features':5,'bias':false}"));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void onnxRuntimeComputesTheSame(String input, String layer) throws Exception {
        Path file = networkFile("{'input':" + input + ",'layers':[" + layer
                + "],'loss':'mean_squared_error'}");
        Network network = NetworkFile.read(file.toString());
        assertAgrees(file.toString(), network, BATCH);
    }

    @Test
    void everyTypeOfLayerIsAmongThem() {
        Set<String> compared = new HashSet<>();
        layers().forEach(each -> NetworkFile.TYPES.stream().filter(type -> each.get()[1].toString()
                .contains("'" + type + "'")).forEach(compared::add));
        assertEquals(Set.copyOf(NetworkFile.TYPES), compared);
    }

    @ParameterizedTest
    @MethodSource("builtIn")
    void onnxRuntimeComputesTheNetworksThatComeAlong(String name) throws Exception {
        Network network = NetworkFile.builtIn(name);
        assertAgrees(name, network, BATCH);
        // The batch is not part of the file.
        assertAgrees(name, network, 1);
    }

    static List<String> builtIn() {
        return NetworkFile.BUILT_IN;
    }

    private void assertAgrees(String name, Network network, int count) throws Exception {
        Path model = export(name, parametersFile(network));
        double[] inputs = inputs(network, count);
        double[] expected = new Model(network, random(network), BATCH).outputs(inputs);
        var found = runtime(model, network, inputs, true);
        assertClose(expected, found.getKey(), BOUND);
        assertEquals(count, found.getValue()[0]);
        assertEquals(network.output() instanceof Shape.Flat ? 2 : 4, found.getValue().length);
    }

    /** ONNX Runtime has no convolution of doubles, but dense layers. */
    @Test
    void doublesStayDoubles() throws Exception {
        Path file = networkFile(DENSE);
        Network network = NetworkFile.read(file.toString());
        Path model = export(file.toString(), parametersFile(network), "--type", "float64");
        double[] inputs = inputs(network, BATCH);
        double[] expected = new Model(network, random(network), BATCH).outputs(inputs);
        assertClose(expected, runtime(model, network, inputs, false).getKey(), 1e-14);
    }

    @Test
    void aConvolutionOfDoublesIsWrittenBitByBit() throws IOException {
        Network network = NetworkFile.builtIn("lenet-5");
        Path file = export("lenet-5", parametersFile(network), "--type", "float64");
        GraphProto graph = ModelProto.parseFrom(Files.readAllBytes(file)).getGraph();
        assertEquals("lenet-5", graph.getName());
        List<Parameter> parameters = random(network).list();
        assertEquals(parameters.size(), graph.getInitializerCount());
        for (int i = 0; i < parameters.size(); i++) {
            TensorProto tensor = graph.getInitializer(i);
            Parameter parameter = parameters.get(i);
            assertEquals(parameter.spec().name(), tensor.getName());
            assertEquals(TensorProto.DataType.DOUBLE.getNumber(), tensor.getDataType());
            assertEquals(parameter.spec().shape(),
                    tensor.getDimsList().stream().map(Long::intValue).toList());
            ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN);
            assertArrayEquals(parameter.values(), copy(raw.asDoubleBuffer()));
        }
        assertEquals(network.layers().size(), graph.getNodeCount());
    }

    /** The words of the standard, where a runtime's tolerance could hide a slip. */
    @Test
    void theNodeOfAConvolution() throws IOException {
        Path network = networkFile("{'input':[4,11,9],'layers':[{'type':'conv2d',"
                + "'out_channels':6,'kernel_size':[3,2],'stride':[2,3],'padding':[1,2],"
                + "'dilation':[2,1],'groups':2}],'loss':'mean_squared_error'}");
        Path file = export(network.toString(),
                parametersFile(NetworkFile.read(network.toString())));
        ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file));
        NodeProto node = model.getGraph().getNode(0);
        assertEquals("Conv", node.getOpType());
        assertEquals(List.of("input", "0.weight", "0.bias"), node.getInputList());
        assertEquals(List.of("output"), node.getOutputList());
        assertEquals(List.of(3L, 2L), ints(node, "kernel_shape"));
        assertEquals(List.of(2L, 3L), ints(node, "strides"));
        assertEquals(List.of(1L, 2L, 1L, 2L), ints(node, "pads"));
        assertEquals(List.of(2L, 1L), ints(node, "dilations"));
        assertEquals(13, model.getOpsetImport(0).getVersion());
        assertEquals("network.json", model.getGraph().getName());
    }

    private static List<Long> ints(NodeProto node, String name) {
        return node.getAttributeList().stream().filter(each -> each.getName().equals(name))
                .map(AttributeProto::getIntsList).findFirst().orElseThrow();
    }

    @Test
    void oneNetworkWritesTheSameFile() throws IOException {
        Path parameters = parametersFile(NetworkFile.builtIn("digits"));
        byte[] first = Files.readAllBytes(export("digits", parameters));
        assertArrayEquals(first, Files.readAllBytes(export("digits", parameters)));
    }

    @Test
    void weightsGoFromNpzToSafetensorsAndBack() throws IOException {
        Path npz = parametersFile(NetworkFile.builtIn("digits"));
        Path safetensors = folder.resolve("weights.safetensors");
        Path back = folder.resolve("back.npz");
        CommandLineRun run = CommandLineRun.of("export", "--network", "digits", "--parameters",
                npz, "--save", safetensors);
        assertEquals(0, run.code(), run.err());
        assertEquals(0, CommandLineRun.of("export", "--parameters", safetensors, "--save", back)
                .code());
        Parameters expected = ParameterFile.read(npz);
        Parameters found = ParameterFile.read(back);
        assertEquals(6, expected.list().size());
        for (Parameter parameter : expected.list()) {
            assertArrayEquals(parameter.values(), found.values(parameter.spec().name()));
        }
        assertEquals(NetworkFile.builtIn("digits"), ModelFile.read(back).network().orElseThrow());
    }

    /** The doors of the other commands: what was trained into one format is judged from it. */
    @Test
    void trainingBeginsFromAndEndsInSafetensors() throws IOException {
        Path first = folder.resolve("first.safetensors");
        Path second = folder.resolve("second.safetensors");
        assertEquals(0, CommandLineRun.of("train", "--epochs", 3, "--save", first).code());
        assertEquals('{', Files.readAllBytes(first)[8]);
        assertEquals(0, CommandLineRun.of("train", "--epochs", 1, "--init", first, "--save",
                second).code());
        CommandLineRun judged = CommandLineRun.of("evaluate", "--parameters", second, "--json");
        assertEquals(0, judged.code(), judged.err());
        JsonNode result = Json.parse("output", judged.out().getBytes(StandardCharsets.UTF_8));
        assertTrue(result.get("accuracy").doubleValue() > 0.8, judged.out());
    }

    @Test
    void theResultIsTold() throws IOException {
        Path parameters = parametersFile(NetworkFile.builtIn("lenet-5"));
        Path file = folder.resolve("lenet.onnx");
        CommandLineRun run = CommandLineRun.of("export", "--network", "lenet-5", "--parameters",
                parameters, "--save", file);
        assertEquals("", run.err());
        assertTrue(run.out().startsWith("lenet-5: 61,706 parameters written as float32 to " + file
                + " ("), run.out());
        assertTrue(run.out().endsWith("input: (batch, 1, 28, 28), output: (batch, 10)\n"),
                run.out());
        JsonNode json = Json.parse("output", CommandLineRun.of("export", "--network", "lenet-5",
                "--parameters", parameters, "--save", file, "--overwrite", "--json").out()
                .getBytes(StandardCharsets.UTF_8));
        assertEquals("onnx", json.get("format").textValue());
        assertEquals(Files.size(file), json.get("bytes").longValue());
    }

    private void assertRefused(int code, String said, Object... more) {
        Object[] command = Stream.concat(Stream.of("export"), Stream.of(more)).toArray();
        CommandLineRun run = CommandLineRun.of(command);
        assertEquals(code, run.code(), run.err());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("lanewise: " + said), run.err());
        assertTrue(code == 2 || run.err().lines().count() == 1, run.err());
    }

    @Test
    void aFileIsNotReplacedUnasked() throws IOException {
        Path parameters = parametersFile(NetworkFile.builtIn("digits"));
        for (String name : List.of("a.onnx", "a.safetensors", "a.npz")) {
            Path file = Crafted.write(folder, name, "precious".getBytes(StandardCharsets.UTF_8));
            assertRefused(1, file + ": exists already; --overwrite replaces it\n", "--parameters",
                    parameters, "--save", file);
            assertEquals("precious", Files.readString(file));
        }
        Path missing = folder.resolve("missing").resolve("a.onnx");
        assertRefused(1, missing + ": there is no folder " + missing.getParent(), "--parameters",
                parameters, "--save", missing);
    }

    @Test
    void namesAndTypesThatSayNothing() {
        assertRefused(2, "--save a.bin: the name says what to write; it must end in .onnx,",
                "--parameters", "x", "--save", "a.bin");
        assertRefused(2, "--type is for ONNX; .npz files hold float64", "--parameters", "x",
                "--save", "a.npz", "--type", "float32");
        assertRefused(2, "Invalid value for option '--type': expected one of [FLOAT32, FLOAT64]",
                "--parameters", "x", "--save", "a.onnx", "--type", "bfloat16");
    }

    @Test
    void valuesThatNoFileMayHold() throws IOException {
        Path file = networkFile(DENSE);
        Network network = NetworkFile.read(file.toString());
        Path model = folder.resolve("model.onnx");
        Parameters large = random(network);
        large.values("2.weight")[8] = -1e39;
        Path parameters = folder.resolve("large.npz");
        ParameterFile.write(large, parameters);
        assertRefused(1, "2.weight: element [1, 3] is -1.0E39, which is no finite float32",
                "--network", file, "--parameters", parameters, "--save", model);
        assertTrue(Files.notExists(model));
        export(file.toString(), parameters, "--type", "float64");

        byte[] nan = Crafted.npy("(4, 5)", new double[20]);
        nan[nan.length - 1] = (byte) 0xFF;
        nan[nan.length - 2] = (byte) 0xFF;
        Path damaged = Crafted.write(folder, "nan.npz",
                Crafted.zip(false, Map.of("2.weight.npy", nan)));
        assertRefused(1, damaged + ": array 2.weight: element [3, 4] is NaN", "--network", file,
                "--parameters", damaged, "--save", folder.resolve("nan.onnx"));
    }

    /** The parameters need not be there: what cannot be written is known before. */
    @Test
    void moreThanAProtobufMessageHolds() {
        Path file = networkFile("{'input':[20000],'layers':[{'type':'linear',"
                + "'out_features':20000}]}");
        assertRefused(1, "400,020,000 parameters of 8 bytes are 3,200,160,000 bytes; an ONNX file"
                + " is one protobuf message, which holds less than 2 GB; --type float32 halves"
                + " them", "--network", file, "--parameters", "x", "--save", "a.onnx", "--type",
                "float64");
        assertRefused(1, "x: no such file", "--network", file, "--parameters", "x", "--save",
                folder.resolve("a.onnx"));
    }

    /** A limit on the size of files stands for a full disk. */
    @Test
    void aFullDiskLeavesTheOldFile() throws IOException, InterruptedException {
        Path parameters = parametersFile(NetworkFile.builtIn("lenet-5"));
        Path file = Crafted.write(folder, "lenet.onnx", new byte[] {1, 2, 3});
        String classes = System.getProperty("jdk.module.path") + File.pathSeparator
                + System.getProperty("java.class.path");
        Process process = new ProcessBuilder("sh", "-c", "ulimit -f 64; exec \"$@\"", "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData", "--sun-misc-unsafe-memory-access=allow", "-cp", classes,
                "org.lanewise.cli.Main", "export", "--network", "lenet-5", "--parameters",
                parameters.toString(), "--save", file.toString(), "--overwrite").start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(1, process.waitFor(), err);
        assertEquals("lanewise: " + file + ": File too large\n", err);
        assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(file));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(Set.of(parameters, file), Set.copyOf(files.toList()));
        }
    }
}
