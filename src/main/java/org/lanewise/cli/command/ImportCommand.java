package org.lanewise.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.OnnxReader;
import org.lanewise.cli.format.OutputFile;
import org.lanewise.cli.format.Report;
import org.lanewise.codec.NetworkDocument;
import org.lanewise.io.AtomicFile;
import org.lanewise.io.ModelFile;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lanewise import}: a network of another program. */
@Command(name = "import",
        description = "Read a network and its parameters from an ONNX file, as PyTorch's or"
                + " lanewise's export writes it, to evaluate, fine-tune or predict with.")
public final class ImportCommand implements Callable<Integer> {
    private static final List<String> ENDINGS = List.of(".npz", ".safetensors", ".json");

    /** What training minimizes. */
    enum LossType {
        SOFTMAX_CROSS_ENTROPY,
        MEAN_SQUARED_ERROR,
        BINARY_CROSS_ENTROPY_WITH_LOGITS,
        SMOOTH_L1,
        HUBER;

        Loss loss() {
            return switch (this) {
                case SOFTMAX_CROSS_ENTROPY -> Loss.softmaxCrossEntropy();
                case MEAN_SQUARED_ERROR -> Loss.meanSquaredError();
                case BINARY_CROSS_ENTROPY_WITH_LOGITS -> Loss.binaryCrossEntropyWithLogits();
                case SMOOTH_L1 -> Loss.smoothL1();
                case HUBER -> Loss.huber();
            };
        }
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The .onnx file.")
    private Path file;

    @Option(names = "--save", paramLabel = "FILE", required = true,
            description = "What to write: parameters with their network (the name ends in .npz or"
                    + " .safetensors), or the network alone (.json); may be given several times.")
    private List<Path> save;

    @Option(names = "--loss", paramLabel = "LOSS", defaultValue = "softmax_cross_entropy",
            description = "What training minimizes, which ONNX does not say: softmax_cross_entropy,"
                    + " mean_squared_error, binary_cross_entropy_with_logits or smooth_l1 (default:"
                    + " ${DEFAULT-VALUE}).")
    private LossType loss;

    @Option(names = "--overwrite", description = "Let --save replace files.")
    private boolean overwrite;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        for (Path each : save) {
            requireEnding(each);
            OutputFile.requireWritable(each);
            if (!overwrite) {
                OutputFile.requireNew(each);
            }
        }
        OnnxReader.Imported imported = OnnxReader.read(file, loss.loss());
        Network network = imported.saved().network().orElseThrow();
        for (Path each : save) {
            if (ending(each).equals(".json")) {
                byte[] text = new NetworkDocument(network, ClassNames.UNKNOWN).text()
                        .getBytes(StandardCharsets.UTF_8);
                AtomicFile.write(each, out -> out.write(text));
            } else {
                ModelFile.write(imported.saved(), each);
            }
        }
        report(imported, network);
        return 0;
    }

    private static String ending(Path path) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        return ENDINGS.stream().filter(name::endsWith).findFirst().orElse("");
    }

    private void requireEnding(Path path) {
        if (ending(path).isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--save " + path + ": the name says"
                    + " what to write; it must end in " + String.join(", ", ENDINGS));
        }
    }

    private void report(OnnxReader.Imported imported, Network network) {
        PrintWriter out = spec.commandLine().getOut();
        imported.notes().forEach(
                note -> spec.commandLine().getErr().println("lanewise: warning: " + note));
        if (json) {
            ObjectNode node = Json.object();
            node.put("file", file.toString());
            node.put("input", network.input().toString());
            node.put("output", network.output().toString());
            node.put("layers", network.layers().size());
            node.put("parameters", network.parameterCount());
            node.put("loss", network.loss().type());
            node.set("saved", Json.tree(save.stream().map(Path::toString).toList()));
            out.println(Json.text(node));
            return;
        }
        out.println(file + ": " + Report.network(network));
        out.println("written to "
                + String.join(", ", save.stream().map(Path::toString).toList()));
    }
}
