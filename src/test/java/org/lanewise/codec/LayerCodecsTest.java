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
import org.lanewise.spec.Dropout;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.GlobalPool2d;
import org.lanewise.spec.GroupNorm;
import org.lanewise.spec.Join;
import org.lanewise.spec.Layer;
import org.lanewise.spec.LayerNorm;
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
        return Stream.concat(Stream.of(new Conv2d(9, WINDOW, 3, false),
                new Conv2d(9, WINDOW.padding(0, 4, 2, 1)),
                new MaxPool2d(WINDOW), new AvgPool2d(WINDOW, false), new AvgPool2d(WINDOW, true),
                new MaxPool2d(WINDOW, true), new AvgPool2d(WINDOW, true, true, -3),
                new GlobalPool2d(false), new GlobalPool2d(true), new Flatten(), new Add(),
                new Concat(), new BatchNorm(),
                new BatchNorm(1e-3, OptionalDouble.empty(), false, true), new Scale(-1.5e-7),
                new Dropout(), new Dropout(0.125), new GroupNorm(3),
                new GroupNorm(2, 1e-3, false), new LayerNorm(),
                new LayerNorm(1e-3, true, false), new LayerNorm(0.5, false, true),
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

    private static Layer read(String json) {
        return LayerCodecs.read(JsonFields.parse("net.json", json));
    }

    @Test
    void adaptivePoolingToOnePixelIsTheMeanOfTheMap() {
        for (String size : List.of("1", "[1,1]")) {
            assertEquals(new GlobalPool2d(false),
                    read("{\"type\":\"adaptive_avg_pool2d\",\"output_size\":" + size + "}"));
        }
        for (String size : List.of("7", "[1,2]", "null", "\"1\"")) {
            assertEquals("net.json: output_size: found " + size + ", expected 1, the mean of the"
                    + " whole map (avg_pool2d has other windows)",
                    assertThrows(IllegalArgumentException.class,
                            () -> read("{\"type\":\"adaptive_avg_pool2d\",\"output_size\":" + size
                                    + "}"))
                            .getMessage());
        }
        assertEquals("net.json: output_size is missing",
                assertThrows(IllegalArgumentException.class,
                        () -> read("{\"type\":\"adaptive_avg_pool2d\"}")).getMessage());
    }

    private static Layer conv(String more) {
        return read("{\"type\":\"conv2d\",\"out_channels\":9,\"kernel_size\":[4,3]," + more + "}");
    }

    @Test
    void paddingIsANumberAPairFourNumbersOrSame() {
        Window window = Window.of(4, 3);
        assertEquals(new Conv2d(9, window), conv("\"groups\":1"));
        assertEquals(new Conv2d(9, window.padding(2)), conv("\"padding\":2"));
        assertEquals(new Conv2d(9, window.padding(2, 1)), conv("\"padding\":[2,1]"));
        assertEquals(new Conv2d(9, window.padding(2, 1)), conv("\"padding\":[2,1,2,1]"));
        assertEquals(new Conv2d(9, window.padding(0, 1, 2, 3)), conv("\"padding\":[0,1,2,3]"));
        // The smaller half first, as in PyTorch: 3 rows in all and 2 columns, or 9 and 2.
        assertEquals(new Conv2d(9, window.padding(1, 1, 2, 1)), conv("\"padding\":\"same\""));
        assertEquals(new Conv2d(9, window.dilation(3, 1).padding(4, 1, 5, 1)),
                conv("\"padding\":\"same\",\"dilation\":[3,1]"));
        for (String wrong : List.of("\"valid\"", "[1,2,3]", "[1,2,3,0.5]", "null", "[]")) {
            assertEquals("net.json: padding: found " + wrong + ", expected a number, [height,"
                    + " width], [top, left, bottom, right] or \"same\"",
                    assertThrows(IllegalArgumentException.class, () -> conv("\"padding\":" + wrong))
                            .getMessage());
        }
        assertEquals("net.json: padding \"same\" needs stride 1, found 1x2; state the padding as"
                + " numbers",
                assertThrows(IllegalArgumentException.class,
                        () -> conv("\"padding\":\"same\",\"stride\":[1,2]")).getMessage());
        assertEquals("net.json: padding \"same\" would be 2147483647 * (4 - 1) = 6442450941 rows,"
                + " more than an array can hold",
                assertThrows(IllegalArgumentException.class,
                        () -> conv("\"padding\":\"same\",\"dilation\":[2147483647,1]"))
                        .getMessage());
        assertEquals("net.json: padding: found [0,1,2,3], expected a number or [height, width]",
                assertThrows(IllegalArgumentException.class,
                        () -> read(
                                "{\"type\":\"max_pool2d\",\"kernel_size\":4,\"padding\":[0,1,2,3]}"))
                        .getMessage());
    }

    @Test
    void poolingHasPyTorchsDefaults() {
        Window window = Window.of(3).stride(3);
        assertEquals(new MaxPool2d(window, false),
                read("{\"type\":\"max_pool2d\",\"kernel_size\":3}"));
        assertEquals(new AvgPool2d(window, true, false, 0),
                read("{\"type\":\"avg_pool2d\",\"kernel_size\":3}"));
        for (String divisor : List.of("0", "1.5", "\"3\"")) {
            assertEquals("net.json: divisor_override: found " + divisor
                    + ", expected null or a whole number other than 0",
                    assertThrows(IllegalArgumentException.class,
                            () -> read("{\"type\":\"avg_pool2d\",\"kernel_size\":3,"
                                    + "\"divisor_override\":" + divisor + "}"))
                            .getMessage());
        }
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
        assertEquals(
                "{\"type\":\"conv2d\",\"out_channels\":9,\"kernel_size\":[1,2],\"stride\":[3,4],"
                        + "\"padding\":[0,4,2,1],\"dilation\":[7,8],\"groups\":1,\"bias\":true}",
                written.get(1));
        String window = "\"kernel_size\":[1,2],\"stride\":[3,4],\"padding\":[5,6],"
                + "\"dilation\":[7,8],\"ceil_mode\":";
        assertEquals("{\"type\":\"max_pool2d\"," + window + "false}", written.get(2));
        assertEquals("{\"type\":\"avg_pool2d\"," + window + "false,\"count_include_pad\":true,"
                + "\"divisor_override\":null}", written.get(4));
        assertEquals("{\"type\":\"max_pool2d\"," + window + "true}", written.get(5));
        assertEquals("{\"type\":\"avg_pool2d\"," + window + "true,\"count_include_pad\":true,"
                + "\"divisor_override\":-3}", written.get(6));
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
