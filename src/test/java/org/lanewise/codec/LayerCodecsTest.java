package org.lanewise.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.spec.Activation;
import org.lanewise.spec.Add;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Concat;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.Join;
import org.lanewise.spec.Layer;
import org.lanewise.spec.Linear;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Scale;
import org.lanewise.spec.Size;
import org.lanewise.spec.Window;

/** One entry a type of layer, and every field of every layer goes through it. */
class LayerCodecsTest {
    private static final Window WINDOW = new Window(new Size(1, 2), new Size(3, 4),
            new Size(5, 6), new Size(7, 8));

    static Stream<Layer> layers() {
        return Stream.concat(Stream.of(new Conv2d(9, WINDOW, 3, false), new Conv2d(9, WINDOW),
                new MaxPool2d(WINDOW), new AvgPool2d(WINDOW, false), new AvgPool2d(WINDOW, true),
                new Flatten(), new Add(), new Concat(), new BatchNorm(),
                new BatchNorm(1e-3, OptionalDouble.empty(), false, true), new Scale(-1.5e-7),
                new Linear(11, false), new Linear(12)),
                Stream.concat(
                        Stream.of(Activation.Function.values()).map(Activation::new),
                        Stream.of(new Activation(Activation.Function.LEAKY_RELU, -0.125),
                                new Activation(Activation.Function.ELU, 1e30))));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void whatIsWrittenIsRead(Layer layer) {
        JsonValue json = LayerCodecs.write(layer);
        assertEquals(layer, LayerCodecs.read(JsonFields.parse("", json.toString())));
        assertEquals(layer, LayerCodecs.read(JsonFields.parse("", json.spaced())));
    }

    @Test
    void everyTypeOfLayerHasItsEntry() {
        assertEquals(Set.copyOf(LayerCodecs.types()),
                layers().map(Layer::type).collect(Collectors.toSet()));
        Set<String> classes = new TreeSet<>();
        layers().forEach(layer -> classes.add(layer.getClass().getName()));
        Set<String> permitted = new TreeSet<>();
        Stream.of(Layer.class, Join.class).map(Class::getPermittedSubclasses).flatMap(Stream::of)
                .filter(type -> !type.isInterface()).map(Class::getName).forEach(permitted::add);
        assertEquals(permitted, classes);
    }

    @Test
    void theFieldsAreThoseOfPyTorch() {
        List<String> written = new ArrayList<>();
        layers().forEach(layer -> written.add(LayerCodecs.write(layer).toString()));
        assertEquals(
                "{\"type\":\"conv2d\",\"out_channels\":9,\"kernel_size\":[1,2],\"stride\":[3,4],"
                        + "\"padding\":[5,6],\"dilation\":[7,8],\"groups\":3,\"bias\":false}",
                written.getFirst());
        assertTrue(written.containsAll(List.of(
                "{\"type\":\"linear\",\"out_features\":12,\"bias\":true}", "{\"type\":\"relu6\"}",
                "{\"type\":\"leaky_relu\",\"negative_slope\":0.01}",
                "{\"type\":\"elu\",\"alpha\":1.0}", "{\"type\":\"gelu\",\"approximate\":\"none\"}",
                "{\"type\":\"gelu\",\"approximate\":\"tanh\"}", "{\"type\":\"softplus\"}",
                "{\"type\":\"scale\",\"factor\":-1.5E-7}")), written::toString);
    }

    @Test
    void fieldsThatAreLeftOutHavePyTorchsDefaults() {
        assertEquals(new Activation(Activation.Function.LEAKY_RELU, 0.01), read("leaky_relu", ""));
        assertEquals(new Activation(Activation.Function.LEAKY_RELU, 3),
                read("leaky_relu", ", \"negative_slope\": 3"));
        assertEquals(new Activation(Activation.Function.ELU, 1), read("elu", ""));
        assertEquals(new Activation(Activation.Function.GELU), read("gelu", ""));
    }

    @Test
    void refusesOtherValues() {
        refused("negative_slope: found \"a\", expected a number", "leaky_relu",
                ", \"negative_slope\": \"a\"");
        refused("approximate: found \"erf\", expected \"none\" or \"tanh\"", "gelu",
                ", \"approximate\": \"erf\"");
        refused("approximate: found true, expected \"none\" or \"tanh\"", "gelu",
                ", \"approximate\": true");
        refused("factor is missing", "scale", "");
        refused("unknown field beta; known here are type", "softplus", ", \"beta\": 2");
    }

    private static Layer read(String type, String fields) {
        return LayerCodecs.read(JsonFields.parse("", "{\"type\": \"" + type + "\"" + fields + "}"));
    }

    private static void refused(String message, String type, String fields) {
        assertEquals(message, assertThrows(IllegalArgumentException.class,
                () -> read(type, fields)).getMessage());
    }

    /** PyTorch's {@code affine} is the default of both of our fields. */
    @Test
    void affineIsTheDefaultOfWeightAndBias() {
        assertEquals(new BatchNorm(), LayerCodecs.read(JsonFields.parse("",
                "{\"type\":\"batch_norm\"}")));
        assertEquals(new BatchNorm(BatchNorm.EPS, BatchNorm.MOMENTUM, false, true),
                LayerCodecs.read(JsonFields.parse("",
                        "{\"type\":\"batch_norm\",\"affine\":false,\"bias\":true}")));
        assertEquals("{\"type\":\"batch_norm\",\"eps\":1.0E-5,\"momentum\":null,\"weight\":true,"
                + "\"bias\":false}",
                LayerCodecs.write(new BatchNorm(BatchNorm.EPS,
                        OptionalDouble.empty(), true, false)).toString());
    }
}
