package org.lanewise.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.OnnxModel;
import org.lanewise.cli.format.OutputFile;
import org.lanewise.cli.format.Report;
import org.lanewise.cli.option.NetworkOptions;
import org.lanewise.cli.option.WeightsOption;
import org.lanewise.io.ModelFile;
import org.lanewise.io.SavedModel;
import org.lanewise.spec.Network;
import org.lanewise.spec.Normalization;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise export}: a trained network for other programs. */
@Command(name = "export",
        description = "Write a trained network for other programs: as ONNX, network and parameters"
                + " in one, or its parameters alone.")
public final class ExportCommand implements Callable<Integer> {
    /** What a file's name says of its content. */
    private enum Format {
        ONNX,
        SAFETENSORS,
        NPZ;

        String suffix() {
            return "." + name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private NetworkOptions network;

    @Mixin
    private WeightsOption weights;

    @Option(names = "--save", paramLabel = "FILE", required = true,
            description = "What to write; the name ends in .onnx, .safetensors or .npz.")
    private Path save;

    @Option(names = "--type", paramLabel = "TYPE",
            description = "Numbers of an ONNX file: float32, which every runtime computes, or"
                    + " float64 (default: float32).")
    private OnnxModel.Type type;

    @Option(names = "--overwrite", description = "Let --save replace a file.")
    private boolean overwrite;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Path file = weights.required();
        Format format = format();
        // Before the weights are read, where the network is known so early.
        network.given().ifPresent(given -> requireRoom(format, given));
        OutputFile.requireWritable(save);
        if (!overwrite) {
            OutputFile.requireNew(save);
        }
        SavedModel learned = network.trained(file);
        Network exported = learned.network().orElseThrow();
        requireRoom(format, exported);
        switch (format) {
            case ONNX -> {
                String name = Path.of(network.name(file)).getFileName().toString()
                        .replaceFirst("\\.(npz|safetensors)$", "");
                OnnxModel.write(save, name, exported, learned.parameters(), type());
            }
            case SAFETENSORS, NPZ -> ModelFile.write(learned, save);
        }
        report(format, exported, learned.normalization());
        return 0;
    }

    private void requireRoom(Format format, Network exported) {
        if (format == Format.ONNX) {
            OnnxModel.requireRoom(exported, type());
        }
    }

    private Format format() {
        String name = save.toString().toLowerCase(Locale.ROOT);
        Format format = Stream.of(Format.values()).filter(each -> name.endsWith(each.suffix()))
                .findFirst().orElseThrow(() -> new ParameterException(spec.commandLine(),
                        "--save " + save + ": the name says what to write; it must end in .onnx,"
                                + " .safetensors or .npz"));
        if (type != null && format != Format.ONNX) {
            throw new ParameterException(spec.commandLine(),
                    "--type is for ONNX; " + format.suffix() + " files hold float64");
        }
        return format;
    }

    private OnnxModel.Type type() {
        return type == null ? OnnxModel.Type.FLOAT32 : type;
    }

    private void report(Format format, Network exported, Normalization normalization)
            throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        String numbers = (format == Format.ONNX ? type() : OnnxModel.Type.FLOAT64).name()
                .toLowerCase(Locale.ROOT);
        if (json) {
            ObjectNode node = Json.object();
            node.put("file", save.toString());
            node.put("format", format.name().toLowerCase(Locale.ROOT));
            node.put("type", numbers);
            node.put("parameters", exported.parameterCount());
            node.put("bytes", Files.size(save));
            if (normalization.given()) {
                node.put("normalize", normalization.toString());
            }
            out.println(Json.text(node));
            return;
        }
        out.println(Report.format("%s: %,d parameters written as %s to %s (%s)",
                network.name(weights.required()),
                exported.parameterCount(), numbers, save, Report.bytes(Files.size(save))));
        if (format == Format.ONNX) {
            out.println(Report.format("input: (batch, %s), output: (batch, %s)",
                    exported.input().toString().replace("x", ", "),
                    exported.output().toString().replace("x", ", ")));
            if (normalization.given()) {
                out.println("inputs are to be normalized, (x - mean) / std, by " + normalization);
            }
        }
    }
}
