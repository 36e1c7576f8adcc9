package org.lanewise.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lanewise.spec.Activation;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.Layer;
import org.lanewise.spec.Linear;
import org.lanewise.spec.Loss;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.NetworkException;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Size;
import org.lanewise.spec.Window;

/** Networks as JSON, in PyTorch's words; some come with the program. */
final class NetworkFile {
    /** The networks that come with the program. */
    static final List<String> BUILT_IN = List.of("digits", "lenet-5", "mnist-cnn", "vgg-8");

    /** The types of layers, as files spell them. */
    static final List<String> TYPES = List.of("conv2d", "max_pool2d", "avg_pool2d", "relu",
            "sigmoid", "tanh", "flatten", "linear");

    private NetworkFile() {}

    /** Reads a file, or a network that comes with the program where no file has that name. */
    static Network read(String name) throws IOException {
        Path file = Path.of(name);
        if (BUILT_IN.contains(name) && !Files.exists(file)) {
            return builtIn(name);
        }
        return parse(name, TextFile.read(file,
                "a network file, or one of " + String.join(", ", BUILT_IN)));
    }

    static Network builtIn(String name) {
        try (InputStream in = NetworkFile.class.getResourceAsStream("networks/" + name + ".json")) {
            return parse(name, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Turns JSON into a network; {@code where} begins the message of a failure. */
    static Network parse(String where, byte[] json) {
        JsonNode root = Json.parse(where, json);
        JsonObject object = new JsonObject(where, root);
        return network(object.has("network") ? object.child("network") : object);
    }

    static Network network(JsonObject object) {
        Shape input = input(object);
        List<Layer> layers = new ArrayList<>();
        for (JsonObject layer : object.objects("layers")) {
            layers.add(layer(layer));
        }
        Loss loss = loss(object);
        object.requireNothingElse();
        try {
            return new Network(input, layers, loss);
        } catch (NetworkException e) {
            throw object.wrong(e);
        }
    }

    static Shape input(JsonObject object) {
        int[] sizes = object.integers("input");
        if (sizes.length != 1 && sizes.length != 3) {
            throw object.wrong("input", "[channels, height, width] or [features]");
        }
        try {
            return sizes.length == 1
                    ? new Shape.Flat(sizes[0])
                    : new Shape.Image(sizes[0], sizes[1], sizes[2]);
        } catch (IllegalArgumentException e) {
            throw object.wrong(new NetworkException("input: " + e.getMessage(), e));
        }
    }

    private static Loss loss(JsonObject object) {
        String name = object.string("loss", "softmax_cross_entropy");
        return switch (name) {
            case "softmax_cross_entropy" -> Loss.softmaxCrossEntropy();
            case "mean_squared_error" -> Loss.meanSquaredError();
            default -> throw object.wrong("loss", "softmax_cross_entropy or mean_squared_error");
        };
    }

    static Layer layer(JsonObject object) {
        String type = object.string("type", null);
        Layer layer = switch (type) {
            case "conv2d" -> new Conv2d(object.integer("out_channels"),
                    window(object, Size.square(1)), object.integer("groups", 1),
                    object.bool("bias", true));
            case "max_pool2d" -> new MaxPool2d(window(object, null));
            case "avg_pool2d" ->
                new AvgPool2d(window(object, null), object.bool("count_include_pad", true));
            case "relu" -> new Activation(Activation.Function.RELU);
            case "sigmoid" -> new Activation(Activation.Function.SIGMOID);
            case "tanh" -> new Activation(Activation.Function.TANH);
            case "flatten" -> new Flatten();
            case "linear" ->
                new Linear(object.integer("out_features"), object.bool("bias", true));
            default -> throw object.wrong("type", "one of " + String.join(", ", TYPES));
        };
        object.requireNothingElse();
        return layer;
    }

    /** A stride that is not given is {@code stride}, or the kernel itself where that is null. */
    private static Window window(JsonObject object, Size stride) {
        Size kernel = object.size("kernel_size", null);
        return new Window(kernel, object.size("stride", stride == null ? kernel : stride),
                object.size("padding", Size.square(0)), object.size("dilation", Size.square(1)));
    }
}
