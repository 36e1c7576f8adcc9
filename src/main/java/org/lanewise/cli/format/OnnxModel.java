package org.lanewise.cli.format;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.lanewise.Parameters;
import org.lanewise.Parameters.Parameter;
import org.lanewise.codec.LayerCodecs;
import org.lanewise.codec.Operator;
import org.lanewise.io.ArrayShape;
import org.lanewise.io.AtomicFile;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.GroupNorm;
import org.lanewise.spec.Layer;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.LayerNorm;
import org.lanewise.spec.Network;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Shape;

/**
 * A network with its parameters as ONNX: one node a layer or a few, from {@code input} to {@code output},
 * for batches of any size. The output is the last layer's: logits, where classes are learned.
 */
public final class OnnxModel {
    /** What one number is in the file. Options are of this type, so it must not need protobuf. */
    public enum Type {
        FLOAT32(Float.BYTES),
        FLOAT64(Double.BYTES);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }
    }

    /**
     * The oldest set of operators that has every operator of a network as it is used here, so that old runtimes
     * read it.
     *
     * @param operators the set
     * @param format of the file, which came with that set
     */
    private record Version(int operators, int format) {
        static Version of(Network network) {
            return network.layers().stream().map(layer -> switch (layer) {
                case LayerNorm _ -> new Version(17, 8);
                case GroupNorm _ -> new Version(21, 10);
                default -> new Version(13, 7);
            }).max(Comparator.comparingInt(Version::operators)).orElseThrow();
        }
    }

    /** More than the nodes and names of any network take. */
    private static final long ROOM_FOR_NODES = 1 << 24;

    private static final String INPUT = "input";
    private static final String OUTPUT = "output";

    private OnnxModel() {}

    /**
     * Refuses what a protobuf message cannot hold, before anything is read or allocated.
     *
     * @throws IllegalArgumentException with the arithmetic
     */
    public static void requireRoom(Network network, Type type) {
        long bytes = Math.multiplyExact(network.parameterCount(), type.bytes);
        if (bytes > Integer.MAX_VALUE - ROOM_FOR_NODES) {
            throw new IllegalArgumentException(Report.format("%,d parameters of %d bytes are %,d"
                    + " bytes; an ONNX file is one protobuf message, which holds less than 2 GB%s",
                    network.parameterCount(), type.bytes, bytes,
                    type == Type.FLOAT64 ? "; --type float32 halves them" : ""));
        }
    }

    /**
     * Writes the model.
     *
     * @param file replaced whole or, after a failure, left as it was
     * @param parameters the network's own, all finite; not modified
     * @throws IllegalArgumentException if one is too large for the type; nothing is written
     */
    public static void write(Path file, String name, Network network, Parameters parameters,
            Type type)
            throws IOException {
        AtomicFile.write(file, of(name, network, parameters, type)::writeTo);
    }

    private static ModelProto of(String name, Network network, Parameters parameters, Type type) {
        requireRoom(network, type);
        GraphProto.Builder graph = GraphProto.newBuilder().setName(name)
                .addInput(value(INPUT, network.input(), type))
                .addOutput(value(OUTPUT, network.output(), type));
        List<LayerDescription> layers = network.describe();
        for (LayerDescription layer : layers) {
            List<String> inputs = layer.sources().stream()
                    .map(source -> source == LayerDescription.NETWORK_INPUT
                            ? INPUT
                            : name(layers.get(source)))
                    .toList();
            add(graph, layer, inputs, layer.index() == layers.size() - 1 ? OUTPUT : name(layer),
                    type);
        }
        parameters.list().stream().filter(parameter -> !parameter.spec().counts())
                .forEach(parameter -> graph.addInitializer(tensor(parameter, type)));
        Version version = Version.of(network);
        ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(version.format())
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setVersion(version.operators()))
                .setProducerName("lanewise").setGraph(graph);
        String producer = OnnxModel.class.getPackage().getImplementationVersion();
        if (producer != null) {
            model.setProducerVersion(producer);
        }
        return model.build();
    }

    /** Adds the operators of a layer; those before the last are named by their position. */
    private static void add(GraphProto.Builder graph, LayerDescription layer, List<String> inputs,
            String output, Type type) {
        List<Operator> chain = LayerCodecs.operator(layer).chain();
        List<String> read = inputs;
        for (int i = 0; i < chain.size(); i++) {
            Operator operator = chain.get(i);
            boolean last = i == chain.size() - 1;
            String name = last ? name(layer) : name(layer) + "." + i;
            String written = last ? output : name;
            NodeProto.Builder node = NodeProto.newBuilder().setName(name).addOutput(written)
                    .setOpType(operator.type()).addAllInput(read);
            parameters(graph, layer, type).forEach(node::addInput);
            for (double constant : operator.constants()) {
                String scalar = name(layer) + ".constant" + graph.getInitializerCount();
                graph.addInitializer(scalar(scalar, constant, type));
                node.addInput(scalar);
            }
            if (operator.readsInput()) {
                node.addAllInput(inputs);
            }
            operator.attributes().forEach(
                    (key, values) -> node.addAttribute(attribute(name, key, values)));
            graph.addNode(node);
            read = List.of(written);
        }
    }

    /** The names of what a layer learns. A normalization that learns less than it could is given 1 or 0. */
    private static List<String> parameters(GraphProto.Builder graph, LayerDescription layer,
            Type type) {
        Layer full = switch (layer.layer()) {
            case BatchNorm norm -> new BatchNorm(norm.eps(), norm.momentum(), true, true);
            case GroupNorm norm -> new GroupNorm(norm.numGroups(), norm.eps(), true);
            case LayerNorm norm -> new LayerNorm(norm.eps(), true,
                    norm.elementwiseAffine() && norm.bias());
            default -> layer.layer();
        };
        List<String> learned = layer.parameters().stream().map(ParameterSpec::name).toList();
        return full.parameters(layer.input()).stream()
                .filter(spec -> !spec.name().equals(ParameterSpec.BATCHES))
                .map(spec -> learned.contains(layer.name() + "." + spec.name())
                        ? layer.name() + "." + spec.name()
                        : constant(graph, name(layer) + "." + spec.name(), spec, type))
                .toList();
    }

    /** Adds what an array begins as; {@return its name} */
    private static String constant(GraphProto.Builder graph, String name, ParameterSpec spec,
            Type type) {
        double[] values = new double[Math.toIntExact(spec.size())];
        Arrays.fill(values, spec.initial());
        graph.addInitializer(
                tensor(new Parameter(new ParameterSpec(name, spec.shape()), values), type));
        return name;
    }

    private static int code(Type type) {
        return (switch (type) {
            case FLOAT32 -> TensorProto.DataType.FLOAT;
            case FLOAT64 -> TensorProto.DataType.DOUBLE;
        }).getNumber();
    }

    private static String name(LayerDescription layer) {
        return layer.name() + "." + layer.layer().type();
    }

    private static AttributeProto attribute(String node, String name,
            List<? extends Number> values) {
        AttributeProto.Builder builder = AttributeProto.newBuilder().setName(name);
        Number first = values.getFirst();
        if (first instanceof Double) {
            return builder.setType(AttributeProto.AttributeType.FLOAT)
                    .setF(single(node + ": " + name, first.doubleValue())).build();
        }
        if (values.size() == 1) {
            return builder.setType(AttributeProto.AttributeType.INT).setI(first.longValue())
                    .build();
        }
        values.forEach(value -> builder.addInts(value.longValue()));
        return builder.setType(AttributeProto.AttributeType.INTS).build();
    }

    private static ValueInfoProto value(String name, Shape sample, Type type) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
        List<Integer> sizes = switch (sample) {
            case Shape.Image image -> List.of(image.channels(), image.height(), image.width());
            case Shape.Flat flat -> List.of(flat.features());
        };
        sizes.forEach(size -> shape
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size)));
        return ValueInfoProto.newBuilder().setName(name)
                .setType(TypeProto.newBuilder().setTensorType(TypeProto.Tensor.newBuilder()
                        .setElemType(code(type)).setShape(shape)))
                .build();
    }

    private static TensorProto tensor(Parameter parameter, Type type) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(parameter.spec().name())
                .setDataType(code(type));
        parameter.spec().shape().forEach(tensor::addDims);
        double[] values = parameter.values();
        ByteBuffer bytes = ByteBuffer.allocate(values.length * type.bytes)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i++) {
            switch (type) {
                case FLOAT32 -> bytes.putFloat(single(parameter, i));
                case FLOAT64 -> bytes.putDouble(values[i]);
            }
        }
        // No copy: these bytes are not shared.
        return tensor.setRawData(UnsafeByteOperations.unsafeWrap(bytes.flip())).build();
    }

    private static TensorProto scalar(String name, double value, Type type) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(code(type));
        return (switch (type) {
            case FLOAT32 -> tensor.addFloatData(single(name, value));
            case FLOAT64 -> tensor.addDoubleData(value);
        }).build();
    }

    private static float single(Parameter parameter, int index) {
        double value = parameter.values()[index];
        // The position is a text: made only where it is needed.
        return Float.isFinite((float) value)
                ? (float) value
                : single(parameter.spec().name() + ": element "
                        + new ArrayShape(parameter.spec().shape()).position(index), value);
    }

    private static float single(String what, double value) {
        float single = (float) value;
        if (!Float.isFinite(single)) {
            throw new IllegalArgumentException(what + " is " + value
                    + ", which is no finite float32 (at most " + Float.MAX_VALUE
                    + "); --type float64 keeps doubles");
        }
        return single;
    }
}
