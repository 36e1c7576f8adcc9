package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.cli.format.NetworkFile;
import org.lanewise.cli.format.OnnxReader;
import org.lanewise.io.FileFormatException;
import org.lanewise.io.Rounds;
import org.lanewise.spec.Loss;

/**
 * Valid models in which attributes, inputs, types, sizes and numbers are exchanged for others: each
 * is read, or refused in one line of ours.
 */
class MutatedOnnxTest {
    private static final String NETWORK = "{'input':[4,7,9],'layers':[{'type':'conv2d',"
            + "'out_channels':4,'kernel_size':3,'padding':1,'name':'a'},{'type':'batch_norm'},"
            + "{'type':'gelu'},{'type':'add','inputs':['2','input']},"
            + "{'type':'max_pool2d','kernel_size':2},{'type':'leaky_relu'},"
            + "{'type':'group_norm','num_groups':2},{'type':'dropout','p':0.25},"
            + "{'type':'avg_pool2d','kernel_size':2,'ceil_mode':true,"
            + "'count_include_pad':false},"
            + "{'type':'concat','inputs':['8','8']},{'type':'elu'},{'type':'scale','factor':3},"
            + "{'type':'layer_norm'},{'type':'relu6'},{'type':'global_avg_pool2d'},"
            + "{'type':'flatten'},{'type':'linear','out_features':4}]}";
    private static final long[] INTEGERS = {0, 1, -1, 2, 3, 7, -2, 1 << 16, Integer.MAX_VALUE,
            1L << 31, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE};
    private static final float[] NUMBERS = {0, -0f, 1, -1, 0.5f, 1e30f, Float.MIN_VALUE,
            Float.MAX_VALUE, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    private static final List<String> TYPES = List.of("Conv", "MaxPool", "AveragePool",
            "BatchNormalization", "GroupNormalization", "LayerNormalization", "Dropout",
            "LeakyRelu", "Elu", "Gelu", "Clip", "Gemm", "MatMul", "Add", "Sum", "Mul", "Div",
            "Concat", "Flatten", "ReduceMean", "ReduceMax", "Reshape", "Squeeze", "Shape", "Gather",
            "Unsqueeze", "Cast", "Softmax", "Identity", "Constant", "Where", "Relu", "Sigmoid",
            "GlobalAveragePool", "Erf", "Pow", "Tanh", "HardSwish", "Softplus");
    /** What the JVM and its library say, which names neither node nor attribute. */
    private static final Pattern NOT_OURS = Pattern.compile("by zero|[Ii]ndex -?\\d+ |out of bounds"
            + "|\\bnull\\b|No value present|Infinite or NaN|overflow|Cannot invoke|For input");

    @TempDir
    private Path folder;
    private Random random;

    private List<ModelProto> models() throws Exception {
        List<ModelProto> models = new ArrayList<>();
        Exports exports = new Exports(folder);
        Path json = exports.networkFile(NETWORK);
        models.add(ModelProto.parseFrom(Files.readAllBytes(exports.export(json.toString(),
                exports.parametersFile(NetworkFile.read(json.toString()))))));
        for (Path file : OnnxImportTest.models().toList()) {
            models.add(ModelProto.parseFrom(Files.readAllBytes(file)));
        }
        return models;
    }

    @Test
    void isReadOrRefusedInALine() throws Exception {
        int seed = Rounds.seed();
        System.out.println("seed " + seed);
        random = new Random(seed);
        List<ModelProto> models = models();
        Path file = folder.resolve("mutated.onnx");
        int rounds = Rounds.of(4000);
        int refused = 0;
        Map<String, Integer> wrong = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            // Half of them of the model that has every operator.
            ModelProto.Builder model = models.get(random.nextBoolean()
                    ? 0
                    : random.nextInt(models.size())).toBuilder();
            for (int i = random.nextInt(3); i >= 0; i--) {
                mutate(model.getGraphBuilder());
            }
            byte[] bytes = model.build().toByteArray();
            Files.write(file, bytes);
            try {
                OnnxReader.read(file, Loss.softmaxCrossEntropy());
            } catch (FileFormatException e) {
                if (!e.getMessage().startsWith(file + ": ") || e.getMessage().lines().count() != 1
                        || NOT_OURS.matcher(e.getMessage()).find()) {
                    wrong.putIfAbsent(e.getMessage(), round);
                }
                refused++;
            } catch (RuntimeException | Error e) {
                wrong.putIfAbsent(e + " at " + Arrays.stream(e.getStackTrace())
                        .filter(frame -> frame.getClassName().startsWith("org.lanewise"))
                        .findFirst().orElse(null), round);
            }
        }
        assertEquals("", wrong.entrySet().stream().limit(20)
                .map(one -> "round " + one.getValue() + ": " + one.getKey())
                .collect(Collectors.joining("\n")), "seed " + seed);
        System.out.println(rounds + " models, " + refused + " refused");
        assertTrue(refused > rounds / 2 && refused < rounds, refused + " refused");
    }

    private void mutate(GraphProto.Builder graph) {
        int tensors = graph.getInitializerCount();
        if (tensors > 0 && random.nextInt(4) == 0) {
            mutate(graph.getInitializerBuilder(random.nextInt(tensors)));
            return;
        }
        NodeProto.Builder node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
        int attributes = node.getAttributeCount();
        int inputs = node.getInputCount();
        int what = random.nextInt(10);
        if (what == 0 && attributes > 0) {
            node.removeAttribute(random.nextInt(attributes));
        } else if (what <= 4 && attributes > 0) {
            mutate(node.getAttributeBuilder(random.nextInt(attributes)));
        } else if (what == 5 && inputs > 0) {
            List<String> left = new ArrayList<>(node.getInputList());
            left.remove(random.nextInt(inputs));
            node.clearInput().addAllInput(left);
        } else if (what == 6 && inputs > 0) {
            node.setInput(random.nextInt(inputs), value(graph));
        } else if (what == 7) {
            node.addInput(value(graph));
        } else if (what == 8) {
            node.setOpType(TYPES.get(random.nextInt(TYPES.size())));
        } else if (random.nextInt(6) == 0) {
            node.clearInput();
        } else if (random.nextInt(6) == 0) {
            node.clearAttribute();
        } else if (random.nextInt(6) == 0) {
            node.setOutput(0, random.nextBoolean() ? "" : value(graph));
        } else if (attributes > 0) {
            node.addAttribute(node.getAttribute(random.nextInt(attributes)));
        }
    }

    /** {@return the name of a constant, of what a node computes, or none} */
    private String value(GraphProto.Builder graph) {
        int tensors = graph.getInitializerCount();
        return switch (random.nextInt(3)) {
            case 0 -> tensors == 0 ? "" : graph.getInitializer(random.nextInt(tensors)).getName();
            case 1 -> graph.getNode(random.nextInt(graph.getNodeCount())).getOutput(0);
            default -> random.nextBoolean() ? "" : graph.getInput(0).getName();
        };
    }

    private void mutate(AttributeProto.Builder attribute) {
        long integer = INTEGERS[random.nextInt(INTEGERS.length)];
        float number = NUMBERS[random.nextInt(NUMBERS.length)];
        switch (random.nextInt(6)) {
            case 0 -> attribute.setType(AttributeProto.AttributeType.forNumber(
                    1 + random.nextInt(8)));
            case 1 -> attribute.setName(random.nextBoolean() ? "axes" : "axis");
            default -> {
                switch (attribute.getType()) {
                    case INT -> attribute.setI(integer);
                    case FLOAT -> attribute.setF(number);
                    case INTS -> {
                        if (attribute.getIntsCount() == 0 || random.nextInt(3) == 0) {
                            attribute.addInts(integer);
                        } else if (random.nextInt(4) == 0) {
                            attribute.clearInts();
                        } else {
                            attribute.setInts(random.nextInt(attribute.getIntsCount()), integer);
                        }
                    }
                    case TENSOR -> mutate(attribute.getTBuilder());
                    default -> attribute.clearS();
                }
            }
        }
    }

    private void mutate(TensorProto.Builder tensor) {
        long integer = INTEGERS[random.nextInt(INTEGERS.length)];
        switch (random.nextInt(6)) {
            case 0 -> tensor.setDataType(random.nextInt(18));
            case 1 -> tensor.addDims(integer);
            case 2 -> tensor.clearDims();
            case 3 -> {
                if (tensor.getDimsCount() > 0) {
                    tensor.setDims(random.nextInt(tensor.getDimsCount()), integer);
                }
            }
            case 4 -> tensor.clearRawData();
            default -> {
                // Right in itself, and a single number or a few of another type than before.
                int count = random.nextInt(3);
                tensor.clearRawData().clearInt64Data().clearFloatData().clearDoubleData()
                        .clearInt32Data().clearDims();
                if (count != 1 || random.nextBoolean()) {
                    tensor.addDims(count);
                }
                boolean whole = random.nextBoolean();
                tensor.setDataType(whole ? 7 : 1);
                for (int i = 0; i < count; i++) {
                    if (whole) {
                        tensor.addInt64Data(INTEGERS[random.nextInt(INTEGERS.length)]);
                    } else {
                        tensor.addFloatData(NUMBERS[random.nextInt(NUMBERS.length)]);
                    }
                }
            }
        }
    }
}
