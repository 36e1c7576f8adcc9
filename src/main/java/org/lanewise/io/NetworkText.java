package org.lanewise.io;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lanewise.spec.Activation;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.Layer;
import org.lanewise.spec.Linear;
import org.lanewise.spec.Loss;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

/** A network as lines of text: input and loss, then a line a layer, in the words of PyTorch. */
final class NetworkText {
    private static final String[] WINDOW = {"kernel_size", "stride", "padding", "dilation"};

    private NetworkText() {}

    static List<TextLine> lines(Network network) {
        List<TextLine> lines = new ArrayList<>();
        lines.add(new TextLine("network").with("input", network.input())
                .with("loss", network.loss().type()).with("reduction",
                        network.loss().reduction().name().toLowerCase(Locale.ROOT)));
        for (Layer layer : network.layers()) {
            lines.add(line(layer));
        }
        return lines;
    }

    private static TextLine line(Layer layer) {
        TextLine line = new TextLine(layer.type());
        return switch (layer) {
            case Conv2d conv -> window(line.with("out_channels", conv.outChannels()), conv.window())
                    .with("groups", conv.groups()).with("bias", conv.bias());
            case MaxPool2d pool -> window(line, pool.window());
            case AvgPool2d pool -> window(line, pool.window())
                    .with("count_include_pad", pool.countIncludePad());
            case Linear linear -> line.with("out_features", linear.outFeatures())
                    .with("bias", linear.bias());
            case Activation _,Flatten _ -> line;
        };
    }

    private static TextLine window(TextLine line, Window window) {
        return line.with("kernel_size", window.kernel()).with("stride", window.stride())
                .with("padding", window.padding()).with("dilation", window.dilation());
    }

    /**
     * {@return the network that lines describe}
     *
     * @throws IllegalArgumentException if they describe none
     */
    static Network network(List<TextLine> lines) {
        TextLine head = lines.getFirst().require("network", "input", "loss", "reduction");
        List<Layer> layers = new ArrayList<>();
        for (TextLine line : lines.subList(1, lines.size())) {
            layers.add(layer(line));
        }
        return new Network(input(head), layers, loss(head));
    }

    private static Shape input(TextLine head) {
        int[] sizes = head.sizes("input");
        return switch (sizes.length) {
            case 1 -> new Shape.Flat(sizes[0]);
            case 3 -> new Shape.Image(sizes[0], sizes[1], sizes[2]);
            default -> throw head.wrong("input", "one size or three");
        };
    }

    private static Loss loss(TextLine head) {
        Loss.Reduction reduction = switch (head.text("reduction")) {
            case "mean" -> Loss.Reduction.MEAN;
            case "sum" -> Loss.Reduction.SUM;
            default -> throw head.wrong("reduction", "mean or sum");
        };
        return switch (head.text("loss")) {
            case "softmax_cross_entropy" -> Loss.softmaxCrossEntropy().reduction(reduction);
            case "mean_squared_error" -> Loss.meanSquaredError().reduction(reduction);
            default -> throw head.wrong("loss", "softmax_cross_entropy or mean_squared_error");
        };
    }

    private static Layer layer(TextLine line) {
        return switch (line.word()) {
            case "conv2d" -> {
                require(line, "out_channels", "groups", "bias");
                yield new Conv2d(line.integer("out_channels"), window(line),
                        line.integer("groups"), line.truth("bias"));
            }
            case "max_pool2d" -> {
                require(line);
                yield new MaxPool2d(window(line));
            }
            case "avg_pool2d" -> {
                require(line, "count_include_pad");
                yield new AvgPool2d(window(line), line.truth("count_include_pad"));
            }
            case "linear" -> {
                line.require("linear", "out_features", "bias");
                yield new Linear(line.integer("out_features"), line.truth("bias"));
            }
            case "flatten" -> {
                line.require("flatten");
                yield new Flatten();
            }
            case "relu", "sigmoid", "tanh" -> {
                line.require(line.word());
                yield new Activation(
                        Activation.Function.valueOf(line.word().toUpperCase(Locale.ROOT)));
            }
            default -> throw new IllegalArgumentException(
                    "found '" + Source.quote(line.word()) + "', expected a layer");
        };
    }

    private static void require(TextLine line, String... others) {
        List<String> names = new ArrayList<>(List.of(WINDOW));
        names.addAll(List.of(others));
        line.require(line.word(), names.toArray(String[]::new));
    }

    private static Window window(TextLine line) {
        return new Window(line.size("kernel_size"), line.size("stride"), line.size("padding"),
                line.size("dilation"));
    }
}
