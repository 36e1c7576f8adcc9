package org.lanewise.cli.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Backend;
import org.lanewise.Model;
import org.lanewise.Parameters;
import org.lanewise.Parameters.Parameter;
import org.lanewise.RandomState;
import org.lanewise.io.ParameterFile;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Linear;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.NetworkBuilder;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Window;

/**
 * The larger networks that come with the program: each file is what a few lines of Java build, and
 * computes what PyTorch's own form of it computes ({@code src/test/python/torch_networks.py}).
 */
class IncludedNetworksTest {
    /** Of the largest output; Winograd's tiles alone are bounded by it. */
    private static final double TOLERANCE = 1e-11;

    @TempDir
    Path folder;

    private static Conv2d conv(int filters, int kernel, int stride, int groups) {
        return new Conv2d(filters, Window.of(kernel).stride(stride).padding(kernel / 2), groups,
                false);
    }

    private static Network resNet(List<Integer> widths, int blocks) {
        NetworkBuilder net = Network.input(3, 32, 32).layer(conv(widths.getFirst(), 3, 1, 1))
                .as("conv1").batchNorm().as("bn1").relu().as("relu");
        String before = "relu";
        for (int stage = 0; stage < widths.size(); stage++) {
            for (int block = 0; block < blocks; block++) {
                String name = "layer" + (stage + 1) + "." + block;
                int width = widths.get(stage);
                int stride = stage > 0 && block == 0 ? 2 : 1;
                String shortcut = before;
                net.layer(conv(width, 3, stride, 1)).as(name + ".conv1")
                        .batchNorm().as(name + ".bn1").relu().as(name + ".relu")
                        .layer(conv(width, 3, 1, 1)).as(name + ".conv2")
                        .batchNorm().as(name + ".bn2");
                if (stride == 2) {
                    shortcut = name + ".downsample.1";
                    net.from(before).layer(conv(width, 1, 2, 1)).as(name + ".downsample.0")
                            .batchNorm().as(shortcut).from(name + ".bn2");
                }
                net.add(shortcut).as(name + ".add").relu().as(name);
                before = name;
            }
        }
        return net.globalAvgPool2d().as("avgpool").flatten().as("flatten").linear(10).as("fc")
                .softmaxCrossEntropy();
    }

    private static void convNorm(NetworkBuilder net, String name, Conv2d conv) {
        net.layer(conv).as(name + ".0").batchNorm().as(name + ".1").relu6().as(name + ".2");
    }

    private static Network mobileNet() {
        // Expansion, channels, blocks, stride of the first block.
        int[][] settings = {{1, 8, 1, 1}, {6, 16, 2, 1}, {6, 24, 3, 2}, {6, 32, 4, 2},
                {6, 48, 3, 1}, {6, 80, 3, 2}, {6, 160, 1, 1}};
        NetworkBuilder net = Network.input(3, 32, 32);
        convNorm(net, "features.0", conv(16, 3, 1, 1));
        String before = "features.0.2";
        int channels = 16;
        int number = 1;
        for (int[] setting : settings) {
            for (int block = 0; block < setting[2]; block++) {
                String name = "features." + number;
                int inner = channels * setting[0];
                int stride = block == 0 ? setting[3] : 1;
                int part = 0;
                if (inner > channels) {
                    convNorm(net, name + ".conv." + part++, conv(inner, 1, 1, 1));
                }
                convNorm(net, name + ".conv." + part++, conv(inner, 3, stride, inner));
                String end = name + ".conv." + (part + 1);
                net.layer(conv(setting[1], 1, 1, 1)).as(name + ".conv." + part).batchNorm().as(end);
                if (stride == 1 && channels == setting[1]) {
                    net.add(before).as(name);
                    end = name;
                }
                before = end;
                channels = setting[1];
                number++;
            }
        }
        convNorm(net, "features." + number, conv(640, 1, 1, 1));
        return net.globalAvgPool2d().as("avgpool").flatten().as("flatten").linear(10)
                .as("classifier.1").softmaxCrossEntropy();
    }

    private static void block(NetworkBuilder net, String name, int width) {
        BatchNorm norm = new BatchNorm(1e-12, OptionalDouble.of(0.4), false, true);
        net.layer(conv(width, 3, 1, 1)).as(name + ".c1").maxPool2d(2).as(name + ".pool")
                .layer(norm).as(name + ".n1").gelu().as(name + ".g1")
                .layer(conv(width, 3, 1, 1)).as(name + ".c2")
                .layer(norm).as(name + ".n2").gelu().as(name + ".g2");
    }

    private static Network cifar94() {
        NetworkBuilder net = Network.input(3, 32, 32).conv2d(24, 2).as("white").gelu().as("gelu");
        block(net, "b1", 64);
        block(net, "b2", 256);
        block(net, "b3", 256);
        return net.maxPool2d(3).as("pool").flatten().as("flatten").layer(new Linear(10, false))
                .as("head").scale(1.0 / 9).as("scale")
                .loss(Loss.softmaxCrossEntropy().labelSmoothing(0.2)
                        .reduction(Loss.Reduction.SUM));
    }

    private static Network fashion94() {
        NetworkBuilder net = Network.input(1, 28, 28);
        int[] widths = {32, 64, 64, 128, 128};
        for (int i = 0; i < widths.length; i++) {
            String name = "conv" + (i + 1);
            net.layer(conv(widths[i], 3, 1, 1)).as(name);
            if (i == 1 || i == 3) {
                net.maxPool2d(2).as(name + ".pool");
            }
            net.batchNorm().as(name + ".norm").relu().as(name + ".relu");
        }
        return net.globalMaxPool2d().as("pool").flatten().as("flatten")
                .layer(new Linear(10, false)).as("fc").scale(0.125).as("scale")
                .loss(Loss.softmaxCrossEntropy().labelSmoothing(0.1));
    }

    private static Network built(String name) {
        return switch (name) {
            case "resnet-20" -> resNet(List.of(16, 32, 64), 3);
            case "resnet-18" -> resNet(List.of(64, 128, 256, 512), 2);
            case "mobilenet-v2-small" -> mobileNet();
            case "cifar-94" -> cifar94();
            case "fashion-94" -> fashion94();
            default -> throw new AssertionError(name);
        };
    }

    private static JsonNode recorded() throws IOException {
        try (var in = IncludedNetworksTest.class.getResourceAsStream("torch-networks.json")) {
            return Json.parse("torch-networks.json", in.readAllBytes());
        }
    }

    static Stream<String> names() throws IOException {
        return recorded().propertyStream().map(entry -> entry.getKey());
    }

    @ParameterizedTest
    @MethodSource("names")
    void fileIsWhatJavaBuilds(String name) {
        assertEquals(built(name), NetworkFile.builtIn(name));
    }

    @ParameterizedTest
    @CsvSource({"resnet-20, 272474", "resnet-18, 11173962", "mobilenet-v2-small, 604234",
            "cifar-94, 1971640", "fashion-94, 278880"})
    void learnsAsManyNumbersAsInPyTorch(String name, long count) throws IOException {
        assertEquals(count, recorded().get(name).get("learned").longValue());
        assertEquals(count, NetworkFile.builtIn(name).parameterCount());
    }

    @ParameterizedTest
    @MethodSource("names")
    void arraysHavePyTorchsNamesAndShapes(String name) throws IOException {
        List<String> theirs = recorded().get(name).get("arrays").propertyStream()
                .map(entry -> entry.getKey() + " " + entry.getValue()).sorted().toList();
        assertEquals(theirs, NetworkFile.builtIn(name).parameters().stream()
                .map(spec -> spec.name() + " " + spec.shape().toString().replace(" ", ""))
                .sorted().toList());
    }

    /** Draws in the order of names, as the recording does. */
    private static Parameters drawn(Network network, RandomState random) {
        List<Parameter> drawn = new ArrayList<>();
        List<ParameterSpec> byName = network.parameters().stream()
                .sorted(Comparator.comparing(ParameterSpec::name)).toList();
        for (ParameterSpec spec : byName) {
            double[] values = new double[(int) spec.size()];
            double bound = spec.shape().size() > 1 ? Math.sqrt(1.0 / spec.fanIn()) : 0.0;
            for (int i = 0; i < values.length && !spec.shape().isEmpty(); i++) {
                values[i] = bound > 0.0 ? random.uniform(-bound, bound) : random.uniform(0.5, 1.5);
            }
            drawn.add(new Parameter(spec, values));
        }
        return new Parameters(drawn);
    }

    @ParameterizedTest
    @MethodSource("names")
    void computesWhatPyTorchComputes(String name) throws IOException {
        Network network = NetworkFile.builtIn(name);
        RandomState random = new RandomState(1);
        Parameters parameters = drawn(network, random);
        double[] inputs = new double[2 * (int) network.input().size()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = random.uniform(-1.0, 1.0);
        }
        double[] outputs;
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            outputs = new Model(network, parameters, 2, Backend.AUTO, pool).outputs(inputs);
        }
        double[] expected = new double[20];
        JsonNode theirs = recorded().get(name).get("outputs");
        for (int i = 0; i < expected.length; i++) {
            expected[i] = theirs.get(i).doubleValue();
        }
        double largest = IntStream.range(0, 20).mapToDouble(i -> Math.abs(expected[i])).max()
                .getAsDouble();
        assertEquals(20, outputs.length);
        for (int i = 0; i < 20; i++) {
            double difference = Math.abs(outputs[i] - expected[i]);
            assertTrue(difference <= TOLERANCE * largest, name + ", output " + i + ": expected "
                    + expected[i] + ", computed " + outputs[i]);
        }
    }

    /** A file as {@code safetensors.torch.save_file(model.state_dict(), ...)} writes it: float32. */
    @Test
    void torchvisionsStateDictLoadsWithoutRenaming() throws IOException {
        StringBuilder header = new StringBuilder();
        long end = 0;
        // The format sorts by type, then by name.
        var sorted = new TreeMap<String, JsonNode>();
        recorded().get("resnet-18").get("arrays").properties().forEach(
                entry -> sorted.put((entry.getValue().isEmpty() ? "0" : "1") + entry.getKey(),
                        entry.getValue()));
        for (var entry : sorted.entrySet()) {
            long bytes = entry.getValue().isEmpty() ? 8 : 4;
            for (JsonNode size : entry.getValue()) {
                bytes *= size.intValue();
            }
            header.append(header.isEmpty() ? '{' : ',').append('"')
                    .append(entry.getKey().substring(1)).append("\":{\"dtype\":\"")
                    .append(entry.getValue().isEmpty() ? "I64" : "F32").append("\",\"shape\":")
                    .append(entry.getValue()).append(",\"data_offsets\":[").append(end).append(',')
                    .append(end + bytes).append("]}");
            end += bytes;
        }
        header.append('}').repeat(' ', (8 - header.length() % 8) % 8);
        Path file = folder.resolve("resnet18.safetensors");
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.writeLong(Long.reverseBytes(header.length()));
            out.write(header.toString().getBytes(StandardCharsets.UTF_8));
            out.setLength(8 + header.length() + end);
        }
        Parameters read = ParameterFile.read(file);
        read.requireMatch(NetworkFile.builtIn("resnet-18"));
        assertEquals(122, read.list().size());
    }
}
