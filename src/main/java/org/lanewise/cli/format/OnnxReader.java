package org.lanewise.cli.format;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lanewise.io.FileAccess;
import org.lanewise.io.FileFormatException;
import org.lanewise.io.SavedModel;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

/** ONNX models as networks with their parameters: what {@link OnnxModel} writes, and PyTorch's exporters. */
public final class OnnxReader {
    /** The oldest whose operators broadcast as today's. */
    private static final int OLDEST = 7;
    /** No operator that is read here has changed its meaning since it was first read, up to this one. */
    private static final int NEWEST = 28;
    private static final int MOST_NODES_NAMED = 8;

    /**
     * A model that was read.
     *
     * @param saved network and parameters
     * @param notes what differs from the model
     */
    public record Imported(SavedModel saved, List<String> notes) {}

    private OnnxReader() {}

    /**
     * Reads a model.
     *
     * @param loss what training is to minimize, which no ONNX model says
     * @throws FileFormatException if it is damaged, or has operators, attributes or shapes that are not
     *         supported; the message lists all of them
     * @throws IOException if the file cannot be read
     */
    public static Imported read(Path file, Loss loss) throws IOException {
        try {
            return read(model(file), loss);
        } catch (IllegalArgumentException | ArithmeticException e) {
            // Names are the file's, and may hold anything.
            String message = String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "?");
            throw new FileFormatException(file, message.startsWith(loss.type())
                    ? message + "; --loss chooses another loss"
                    : message);
        }
    }

    private static ModelProto model(Path file) throws IOException {
        long size = FileAccess.requireFile(file);
        if (size > Integer.MAX_VALUE - 8) {
            throw new FileFormatException(file, "has " + size + " bytes; an ONNX file is one"
                    + " protobuf message, which holds less than 2 GB");
        }
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw FileAccess.explain(file, e);
        }
        try {
            CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
            // Tensors share the bytes of the file.
            in.enableAliasing(true);
            ModelProto model = ModelProto.parseFrom(in);
            in.checkLastTagWas(0);
            if (model.hasGraph()) {
                return model;
            }
        } catch (InvalidProtocolBufferException e) {
            throw new FileFormatException(file, "is no whole ONNX model" + begins(bytes) + ": "
                    + e.getMessage());
        }
        throw new FileFormatException(file, "is no ONNX model: it holds no graph" + begins(bytes));
    }

    /** What a text begins with, such as the page that a server sent instead of a model. */
    private static String begins(byte[] bytes) {
        String text = new String(bytes, 0, Math.min(bytes.length, 24), StandardCharsets.US_ASCII)
                .replaceAll("\\s+", " ").strip();
        return text.matches("\\p{Print}{8,}") ? ", it begins with \"" + text + "\"" : "";
    }

    private static Imported read(ModelProto model, Loss loss) {
        requireKnown(model);
        OnnxGraph graph = new OnnxGraph(model.getGraph());
        OnnxDraft draft = draft(graph.input());
        OnnxOperators operators = new OnnxOperators(graph, draft);
        Map<String, List<String>> problems = new LinkedHashMap<>();
        for (OnnxGraph.Step step : graph.steps()) {
            try {
                operators.add(step);
            } catch (IllegalArgumentException | ArithmeticException e) {
                String type = (step.node().getDomain().isEmpty()
                        ? ""
                        : step.node().getDomain() + ".") + step.node().getOpType();
                problems.computeIfAbsent(type + ": " + e.getMessage(), _ -> new ArrayList<>())
                        .add(OnnxGraph.name(step.node()));
                draft.skip(step.node());
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("cannot be imported: " + String.join("; ",
                    problems.entrySet().stream().map(OnnxReader::problem).toList()));
        }
        Network network = draft.network(graph.output(), loss);
        List<String> notes = draft.shared().stream().map(name -> "the tensor " + name + " is read"
                + " by several layers, of which each has its own now").toList();
        return new Imported(new SavedModel(Optional.of(network), ClassNames.UNKNOWN,
                draft.parameters(network)), notes);
    }

    private static String problem(Map.Entry<String, List<String>> problem) {
        List<String> nodes = problem.getValue();
        int more = nodes.size() - MOST_NODES_NAMED;
        return problem.getKey() + (nodes.size() == 1 ? " (node " : " (nodes ")
                + String.join(", ", nodes.subList(0, Math.min(nodes.size(), MOST_NODES_NAMED)))
                + (more > 0 ? " and " + more + " more)" : ")");
    }

    private static void requireKnown(ModelProto model) {
        long version = 0;
        for (OperatorSetIdProto set : model.getOpsetImportList()) {
            if (set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")) {
                version = set.getVersion();
            }
        }
        if (version < OLDEST || version > NEWEST) {
            throw new IllegalArgumentException(version == 0
                    ? "says no version of ONNX's operators"
                    : "is of version " + version + " of ONNX's operators, expected " + OLDEST
                            + " to " + NEWEST + "; torch.onnx.export takes opset_version");
        }
    }

    private static OnnxDraft draft(ValueInfoProto input) {
        String where = "input " + input.getName() + ": ";
        TypeProto.Tensor tensor = input.getType().getTensorType();
        int type = tensor.getElemType();
        if (type != TensorProto.DataType.FLOAT.getNumber()
                && type != TensorProto.DataType.DOUBLE.getNumber()
                && type != TensorProto.DataType.FLOAT16.getNumber()) {
            TensorProto.DataType known = TensorProto.DataType.forNumber(type);
            throw new IllegalArgumentException(where + "its elements are "
                    + (known == null ? "of type " + type : known) + ", expected FLOAT or DOUBLE");
        }
        List<Dimension> dims = tensor.getShape().getDimList();
        if (dims.size() != 2 && dims.size() != 4) {
            throw new IllegalArgumentException(where + "has " + dims.size() + " axes, expected"
                    + " [batch, channels, height, width] or [batch, features]");
        }
        int[] sizes = new int[dims.size() - 1];
        for (int i = 0; i < sizes.length; i++) {
            Dimension dim = dims.get(i + 1);
            if (dim.getDimValue() < 1 || dim.getDimValue() > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(where + "axis " + (i + 1) + " is "
                        + (dim.hasDimParam()
                                ? "'" + dim.getDimParam() + "', any size"
                                : dim.getDimValue())
                        + ", expected a size from 1; export the model for inputs of one size");
            }
            sizes[i] = (int) dim.getDimValue();
        }
        return new OnnxDraft(input.getName(), sizes.length == 1
                ? new Shape.Flat(sizes[0])
                : new Shape.Image(sizes[0], sizes[1], sizes[2]), dims.getFirst().getDimValue());
    }
}
