package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.cli.command.Exports.DENSE;
import static org.lanewise.cli.command.Exports.SEED;
import static org.lanewise.cli.command.Exports.random;

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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Model;
import org.lanewise.Parameters.Parameter;
import org.lanewise.RandomState;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.format.NetworkFile;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

/** The ONNX files that {@code export} writes, as ONNX Runtime computes them. */
class OnnxExportTest {
    private static final int BATCH = 3;
    /** Of the largest output: single precision has 6e-8, and sums here have some 4,000 terms. */
    private static final double BOUND = 1e-5;

    @TempDir
    private Path folder;
    private Exports exports;

    @BeforeEach
    void makeExports() {
        exports = new Exports(folder);
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
                Arguments.of("[2,7,9]", "{'type':'conv2d','out_channels':3,'kernel_size':[4,3],"
                        + "'stride':[1,2],'padding':[0,2,3,1]}"),
                Arguments.of("[2,7,9]", "{'type':'conv2d','out_channels':3,'kernel_size':[4,2],"
                        + "'padding':'same','dilation':[1,3]}"),
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
                // Last windows beyond the map; one less where it would start there.
                Arguments.of("[2,7,8]", "{'type':'max_pool2d','kernel_size':3,'stride':2,"
                        + "'ceil_mode':true}"),
                Arguments.of("[2,5,3]", "{'type':'max_pool2d','kernel_size':2,'stride':[3,2],"
                        + "'padding':1,'ceil_mode':true}"),
                Arguments.of("[2,2,9]", "{'type':'max_pool2d','kernel_size':3,'stride':4,"
                        + "'ceil_mode':true}"),
                Arguments.of("[2,9,10]", "{'type':'max_pool2d','kernel_size':2,'stride':3,"
                        + "'dilation':2,'ceil_mode':true}"),
                Arguments.of("[2,6,9]", "{'type':'avg_pool2d','kernel_size':[3,4],'stride':[2,3],"
                        + "'padding':1,'ceil_mode':true,'count_include_pad':false}"),
                Arguments.of("[2,9,7]", "{'type':'avg_pool2d','kernel_size':3,'stride':2,"
                        + "'padding':1,'ceil_mode':true}"),
                Arguments.of("[3,9,8]", "{'type':'global_avg_pool2d'}"),
                Arguments.of("[3,9,8]", "{'type':'global_max_pool2d'}"),
                Arguments.of("[2,3,4]", "{'type':'relu'}"),
                Arguments.of("[2,3,4]", "{'type':'sigmoid'}"),
                Arguments.of("[3,5,4]", "{'type':'batch_norm','eps':0.01}"),
                Arguments.of("[3,5,4]", "{'type':'batch_norm','weight':false,'eps':0.5}"),
                Arguments.of("[7]", "{'type':'batch_norm','bias':false,'momentum':null}"),
                Arguments.of("[3,5,4]", "{'type':'batch_norm','momentum':0.4}"),
                Arguments.of("[7]", "{'type':'batch_norm','momentum':0.003}"),
                Arguments.of("[7]", "{'type':'batch_norm','affine':false}"),
                Arguments.of("[6,5,4]", "{'type':'group_norm','num_groups':3,'eps':0.01}"),
                Arguments.of("[6,5,4]", "{'type':'group_norm','num_groups':2,'affine':false}"),
                Arguments.of("[6]", "{'type':'group_norm','num_groups':2}"),
                Arguments.of("[3,5,4]", "{'type':'layer_norm','eps':0.01}"),
                Arguments.of("[7]", "{'type':'layer_norm','bias':false}"),
                Arguments.of("[3,5,4]", "{'type':'layer_norm','elementwise_affine':false}"),
                Arguments.of("[3,5,4]", "{'type':'dropout'}"),
                Arguments.of("[7]", "{'type':'dropout','p':0.125}"),
                Arguments.of("[24]", "{'type':'tanh'}"),
                Arguments.of("[2,30,4]", "{'type':'scale','factor':5},{'type':'relu6'}"),
                Arguments.of("[2,3,4]", "{'type':'leaky_relu'}"),
                Arguments.of("[24]", "{'type':'leaky_relu','negative_slope':-0.3}"),
                Arguments.of("[2,3,4]", "{'type':'elu'}"),
                Arguments.of("[24]", "{'type':'elu','alpha':0.6}"),
                Arguments.of("[2,30,4]", "{'type':'gelu'}"),
                Arguments.of("[300]", "{'type':'gelu','approximate':'tanh','name':'a.b'},"
                        + "{'type':'gelu','approximate':'none'}"),
                Arguments.of("[2,30,4]", "{'type':'silu'}"),
                Arguments.of("[2,30,4]", "{'type':'scale','factor':3},{'type':'hardswish'}"),
                Arguments.of("[200]", "{'type':'scale','factor':15},{'type':'softplus'}"),
                Arguments.of("[24]", "{'type':'scale','factor':-0.7}"),
                Arguments.of("[2,3,4]", "{'type':'flatten'}"),
                Arguments.of("[24]", "{'type':'flatten'}"),
                Arguments.of("[2,3,4]", "{'type':'tanh','name':'a.b'},"
                        + "{'type':'add','inputs':['a.b','input','a.b']}"),
                Arguments.of("[2,3,4]", "{'type':'tanh'},{'type':'concat',"
                        + "'inputs':['input','0','input']}"),
                Arguments.of("[7]", "{'type':'tanh'},{'type':'linear','out_features':4},"
                        + "{'type':'concat','inputs':['0','1','input']}"),
                Arguments.of("[7]", "{'type':'linear','out_features':5}"),
                Arguments.of("[7]", "{'type':'linear','out_features':5,'bias':false}"));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void onnxRuntimeComputesTheSameOutputs(String input, String layer) throws Exception {
        Path file = exports.networkFile("{'input':" + input + ",'layers':[" + layer
                + "],'loss':'mean_squared_error'}");
        Network network = NetworkFile.read(file.toString());
        assertAgrees(file.toString(), network, BATCH);
    }

    @Test
    void comparesEveryTypeOfLayer() {
        Set<String> compared = new HashSet<>();
        layers().forEach(each -> NetworkFile.TYPES.stream().filter(type -> each.get()[1].toString()
                .contains("'" + type + "'")).forEach(compared::add));
        assertEquals(Set.copyOf(NetworkFile.TYPES), compared);
    }

    @ParameterizedTest
    @MethodSource("builtIn")
    void onnxRuntimeComputesBuiltInNetworks(String name) throws Exception {
        Network network = NetworkFile.builtIn(name);
        assertAgrees(name, network, BATCH);
        // The batch is not part of the file.
        assertAgrees(name, network, 1);
    }

    static List<String> builtIn() {
        return NetworkFile.BUILT_IN;
    }

    private void assertAgrees(String name, Network network, int count) throws Exception {
        Path model = exports.export(name, exports.parametersFile(network));
        double[] inputs = inputs(network, count);
        double[] expected = new Model(network, random(network), BATCH).outputs(inputs);
        var found = runtime(model, network, inputs, true);
        assertClose(expected, found.getKey(), BOUND);
        assertEquals(count, found.getValue()[0]);
        assertEquals(network.output() instanceof Shape.Flat ? 2 : 4, found.getValue().length);
    }

    /** ONNX Runtime has no convolution of doubles, but dense layers. */
    @Test
    void writesDenseLayersAsDoubles() throws Exception {
        Path file = exports.networkFile(DENSE);
        Network network = NetworkFile.read(file.toString());
        Path model = exports.export(file.toString(), exports.parametersFile(network), "--type",
                "float64");
        double[] inputs = inputs(network, BATCH);
        double[] expected = new Model(network, random(network), BATCH).outputs(inputs);
        assertClose(expected, runtime(model, network, inputs, false).getKey(), 1e-14);
    }

    @Test
    void writesTheBitsOfDoubles() throws IOException {
        Network network = NetworkFile.builtIn("lenet-5");
        Path file = exports.export("lenet-5", exports.parametersFile(network), "--type", "float64");
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
    void writesTheAttributesOfAConvolution() throws IOException {
        Path network = exports.networkFile("{'input':[4,11,9],'layers':[{'type':'conv2d',"
                + "'out_channels':6,'kernel_size':[3,2],'stride':[2,3],'padding':[1,2],"
                + "'dilation':[2,1],'groups':2}],'loss':'mean_squared_error'}");
        Path file = exports.export(network.toString(),
                exports.parametersFile(NetworkFile.read(network.toString())));
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

    /** A scalar that the layer's input is multiplied by, and no operator that older runtimes lack. */
    @Test
    void writesConstantsAndChainsOfOperators() throws IOException {
        Path network = exports.networkFile("{'input':[5],'layers':[{'type':'scale','factor':0.5},"
                + "{'type':'silu'},{'type':'linear','out_features':2}],"
                + "'loss':'mean_squared_error'}");
        Path file = exports.export(network.toString(),
                exports.parametersFile(NetworkFile.read(network.toString())));
        GraphProto graph = ModelProto.parseFrom(Files.readAllBytes(file)).getGraph();
        assertEquals(List.of("Mul", "Sigmoid", "Mul", "Gemm"),
                graph.getNodeList().stream().map(NodeProto::getOpType).toList());
        assertEquals(List.of("input", "0.scale.constant0"), graph.getNode(0).getInputList());
        assertEquals(List.of("0.scale"), graph.getNode(1).getInputList());
        assertEquals(List.of("1.silu.0", "0.scale"), graph.getNode(2).getInputList());
        TensorProto scalar = graph.getInitializer(0);
        assertEquals("0.scale.constant0", scalar.getName());
        assertEquals(0, scalar.getDimsCount());
        assertEquals(List.of(0.5f), scalar.getFloatDataList());
    }

    @Test
    void refusesConstantsThatAreNoFloats() throws IOException {
        Path network = exports.networkFile("{'input':[5],'layers':[{'type':'scale','factor':1e300},"
                + "{'type':'linear','out_features':2}],'loss':'mean_squared_error'}");
        Path parameters = exports.parametersFile(NetworkFile.read(network.toString()));
        CommandLineRun run = CommandLineRun.of("export", "--network", network, "--parameters",
                parameters, "--save", folder.resolve("large.onnx"));
        assertEquals(1, run.code());
        assertTrue(run.err().contains("0.scale.constant0 is 1.0E300, which is no finite float32"),
                run.err());
    }

    private static List<Long> ints(NodeProto node, String name) {
        return node.getAttributeList().stream().filter(each -> each.getName().equals(name))
                .map(AttributeProto::getIntsList).findFirst().orElseThrow();
    }

    @Test
    void writesTheSameFileTwice() throws IOException {
        Path parameters = exports.parametersFile(NetworkFile.builtIn("digits"));
        byte[] first = Files.readAllBytes(exports.export("digits", parameters));
        assertArrayEquals(first, Files.readAllBytes(exports.export("digits", parameters)));
    }
}
