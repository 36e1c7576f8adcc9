package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.cli.format.NetworkFile;
import org.lanewise.cli.format.OnnxReader;
import org.lanewise.io.FileFormatException;
import org.lanewise.io.Rounds;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;

/** ONNX files that are damaged, lie or hold what is not supported: each is refused in one line. */
class DamagedOnnxTest {
    @TempDir
    private Path folder;
    private ModelProto model;
    private Path file;

    @BeforeEach
    void makeModel() throws IOException {
        file = folder.resolve("net.onnx");
        Exports exports = new Exports(folder);
        Path json = exports.networkFile("{'input':[2,7,9],'layers':[{'type':'conv2d',"
                + "'out_channels':3,'kernel_size':3},{'type':'relu'},{'type':'max_pool2d',"
                + "'kernel_size':2},{'type':'flatten'},{'type':'linear','out_features':4}]}");
        Network network = NetworkFile.read(json.toString());
        model = ModelProto.parseFrom(Files.readAllBytes(
                exports.export(json.toString(), exports.parametersFile(network))));
    }

    private String refused(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        String message = assertThrows(FileFormatException.class,
                () -> OnnxReader.read(file, Loss.softmaxCrossEntropy())).getMessage();
        assertTrue(message.startsWith(file + ": "), message);
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private String refused(Consumer<GraphProto.Builder> change) throws IOException {
        ModelProto.Builder changed = model.toBuilder();
        change.accept(changed.getGraphBuilder());
        return refused(changed.build().toByteArray());
    }

    private static void assertSaid(String message, String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), "no '" + part + "' in: " + message);
        }
    }

    private static NodeProto.Builder node(GraphProto.Builder graph, int index) {
        return graph.getNodeBuilder(index);
    }

    private static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder().setName(name)
                .setType(AttributeProto.AttributeType.INT).setI(value).build();
    }

    @Test
    void readsTheModelThatIsDamagedHere() throws IOException {
        Files.write(file, model.toByteArray());
        OnnxReader.read(file, Loss.softmaxCrossEntropy());
    }

    @Test
    void listsAllThatIsNotSupported() throws IOException {
        String message = refused(graph -> {
            node(graph, 0).addAttribute(AttributeProto.newBuilder().setName("auto_pad")
                    .setType(AttributeProto.AttributeType.STRING)
                    .setS(ByteString.copyFromUtf8("SAME_LOWER")));
            node(graph, 1).setOpType("Resize").setName("up");
            node(graph, 2).addAttribute(attribute("storage_order", 1));
            node(graph, 4).setDomain("com.example").setOpType("Dense").setName("head");
        });
        assertSaid(message, "Conv: attribute auto_pad SAME_LOWER is not supported (node 0.conv2d)",
                "Resize: unknown operator (node up)",
                "MaxPool: attribute storage_order 1 is not supported, expected 0",
                "com.example.Dense: unknown operator (node head)");
    }

    @Test
    void refusesAttributesThatItDoesNotRead() throws IOException {
        assertSaid(refused(graph -> node(graph, 4).addAttribute(attribute("transA", 1))),
                "Gemm: attribute transA 1 is not supported, expected 0 (node 4.linear)");
        assertSaid(refused(graph -> node(graph, 1).addAttribute(attribute("axis", 1))),
                "Relu: unknown operator");
        assertSaid(refused(graph -> node(graph, 0).addAttribute(attribute("bits", 8))),
                "Conv: attribute bits is not supported");
        assertSaid(refused(graph -> node(graph, 3).clearAttribute()
                .addAttribute(attribute("axis", 2))), "Flatten: attribute axis 2");
    }

    @Test
    void refusesTheWrongVersion() throws IOException {
        for (long version : new long[] {6, 29, Long.MAX_VALUE}) {
            ModelProto.Builder other = model.toBuilder();
            other.getOpsetImportBuilder(0).setVersion(version);
            assertSaid(refused(other.build().toByteArray()),
                    "version " + version + " of ONNX's operators, expected 7 to 28");
        }
        assertSaid(refused(model.toBuilder().clearOpsetImport().build().toByteArray()),
                "says no version");
    }

    @Test
    void refusesDataInOtherFiles() throws IOException {
        assertSaid(refused(graph -> graph.getInitializerBuilder(0)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL).clearRawData()
                .addExternalData(StringStringEntryProto.newBuilder().setKey("location")
                        .setValue("../../etc/passwd"))),
                "tensor 0.weight: its values are in another file", "external_data=False");
    }

    @Test
    void refusesTensorsThatAreNotWhatTheySay() throws IOException {
        assertSaid(refused(graph -> graph.getInitializerBuilder(0).setRawData(
                ByteString.copyFrom(new byte[211]))), "tensor 0.weight: its shape [3, 2, 3, 3] is"
                        + " 54 elements of 4 bytes, which is 216 bytes, found 211");
        assertSaid(refused(graph -> graph.getInitializerBuilder(0).setDims(1, -2)),
                "has a negative size");
        for (long wrapped : new long[] {1L << 32, 1L << 62, Long.MAX_VALUE}) {
            assertSaid(refused(graph -> graph.getInitializerBuilder(0).setDims(0, wrapped)
                    .setDims(1, 4)), "has more elements than an array can hold");
        }
        assertSaid(refused(graph -> graph.getInitializerBuilder(0).setDims(0, 1 << 16)
                .setDims(1, 1 << 16)), "has more elements than an array can hold");
        assertSaid(refused(graph -> graph.getInitializerBuilder(0).setDataType(8)),
                "its elements are STRING");
        assertSaid(refused(graph -> graph.getInitializerBuilder(1).clearRawData()
                .addFloatData(1).addFloatData(Float.NaN).addFloatData(2)),
                "tensor 0.bias: element [1] is NaN");
        assertSaid(refused(graph -> graph.getInitializerBuilder(1).setDims(0, 2)
                .setRawData(ByteString.copyFrom(new byte[8]))),
                "0.bias has the shape [2], but an input of 2x7x9 needs [3]");
    }

    @Test
    void refusesGraphsThatCannotBe() throws IOException {
        assertSaid(refused(graph -> node(graph, 1).setInput(0, "nowhere")),
                "Relu (node 1.relu) reads nowhere, which nothing before it computes");
        assertSaid(refused(graph -> node(graph, 1).setOutput(0, "input")),
                "computes input, which is there already");
        assertSaid(refused(graph -> graph.addOutput(graph.getOutput(0).toBuilder().setName("b"))),
                "has 2 outputs (output, b)");
        assertSaid(refused(GraphProto.Builder::clearInput), "has 0 inputs");
        assertSaid(refused(graph -> graph.getInputBuilder(0).getTypeBuilder()
                .getTensorTypeBuilder().getShapeBuilder().getDimBuilder(2).setDimParam("h")),
                "axis 2 is 'h', any size");
        assertSaid(refused(graph -> graph.getInputBuilder(0).getTypeBuilder()
                .getTensorTypeBuilder().getShapeBuilder().getDimBuilder(1).setDimValue(-3)),
                "axis 1 is -3");
        assertSaid(refused(graph -> graph.getInitializerBuilder(2).setDims(0, 12).setDims(1, 12)),
                "4.weight: its shape [12, 12] is 144 elements");
    }

    @Test
    void refusesWhatIsNoModel() throws IOException {
        assertSaid(refused("<!DOCTYPE html>\n<html><body>404</body></html>"
                .getBytes(StandardCharsets.UTF_8)), "<!DOCTYPE html>");
        assertSaid(refused(new byte[0]), "is no ONNX model: it holds no graph");
        byte[] endless = new byte[64];
        Arrays.fill(endless, (byte) 0xff);
        refused(endless);
        // A field of 2 GB in a file of some bytes.
        refused(new byte[] {0x3a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 1, 2});
        Files.delete(file);
        Files.createDirectory(file);
        assertThrows(IOException.class, () -> OnnxReader.read(file, Loss.softmaxCrossEntropy()));
    }

    /** Every cut, and single bits anywhere: refused in one line, or read. */
    @Test
    void survivesCutsAndTurnedBits() throws IOException {
        byte[] whole = model.toByteArray();
        for (int length = 0; length < whole.length; length += 3) {
            byte[] cut = Arrays.copyOf(whole, length);
            String message = refused(cut);
            assertTrue(message.contains("ONNX"), message);
        }
        Random random = new Random(Rounds.seed());
        int refused = 0;
        for (int i = 0; i < Rounds.of(2000); i++) {
            byte[] bytes = whole.clone();
            int bit = random.nextInt(8 * bytes.length);
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, bytes);
            try {
                OnnxReader.read(file, Loss.softmaxCrossEntropy());
            } catch (FileFormatException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 100, refused + " refused");
    }
}
