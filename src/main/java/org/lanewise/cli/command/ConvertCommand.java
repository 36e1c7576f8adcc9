package org.lanewise.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lanewise.Samples;
import org.lanewise.cli.format.Archive;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.OutputFile;
import org.lanewise.cli.format.Report;
import org.lanewise.data.DataSet;
import org.lanewise.data.DataSets;
import org.lanewise.data.OtherSize;
import org.lanewise.io.DataFile;
import org.lanewise.spec.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise convert}: a folder of images as one file. */
@Command(name = "convert",
        description = "Write a folder or an archive of images as one .npz file: x_train, y_train,"
                + " x_test, y_test in bytes, and the names of classes.")
public final class ConvertCommand implements Callable<Integer> {
    private static final String NPZ = ".npz";

    @Spec
    private CommandSpec spec;

    @Option(names = "--data", paramLabel = "PATH", required = true,
            description = "Folder, or .zip, .tar, .tar.gz or .tar.xz archive, of train/CLASS/ and"
                    + " test/CLASS/ with PNG or JPEG images, or of a folder for each class. A .tar is"
                    + " unpacked next to --save and deleted again.")
    private Path data;

    @Option(names = "--save", paramLabel = "FILE", required = true,
            description = "What to write; the name ends in .npz.")
    private Path save;

    @Option(names = "--input", paramLabel = "CxHxW",
            description = "Channels (1 or 3), height and width (default: those of the first image).")
    private String input;

    @Option(names = "--resize",
            description = "Scale images of another size; without it they are refused.")
    private boolean resize;

    @Option(names = "--overwrite", description = "Let --save replace a file.")
    private boolean overwrite;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    private long shown;

    @Override
    public Integer call() throws IOException {
        if (!save.toString().toLowerCase(Locale.ROOT).endsWith(NPZ)) {
            throw new ParameterException(spec.commandLine(),
                    "--save " + save + ": the name must end in .npz");
        }
        Optional<Shape.Image> shape = Optional.ofNullable(input).map(this::shape);
        OutputFile.requireWritable(save);
        if (!overwrite) {
            OutputFile.requireNew(save);
        }
        if (!Archive.isArchive(data)) {
            return convert(data, shape);
        }
        try (Archive archive = Archive.open(data, save)) {
            try {
                return convert(archive.content(), shape);
            } catch (IOException e) {
                throw archive.explain(e);
            }
        }
    }

    private int convert(Path folder, Optional<Shape.Image> shape) throws IOException {
        DataSet set = DataSets.readImageFolder(folder, shape,
                resize ? OtherSize.RESIZE : OtherSize.REFUSE);
        boolean progress = !json && ProgressPrinter.onTerminal();
        PrintWriter out = spec.commandLine().getOut();
        DataFile.write(set.train(), set.test(), save, (done, all) -> {
            if (progress && (done == all || System.nanoTime() - shown > 200_000_000)) {
                shown = System.nanoTime();
                out.print(Report.format("\r%,d of %,d images%s", done, all,
                        done == all ? "\n" : ""));
                out.flush();
            }
        });
        report(out, set);
        return 0;
    }

    private void report(PrintWriter out, DataSet set) throws IOException {
        Samples train = set.train();
        String classes = String.join(", ", train.classes().names());
        if (json) {
            ObjectNode node = Json.object();
            node.put("file", save.toString());
            node.put("input", train.shape().toString());
            node.put("train", train.size());
            node.put("train_sha256", train.sha256());
            if (set.test().isPresent()) {
                node.put("test", set.test().get().size());
                node.put("test_sha256", set.test().get().sha256());
            }
            node.set("classes", Json.tree(train.classes().names()));
            out.println(Json.text(node));
            return;
        }
        out.println(Report.format("%s: %,d training images of %s%s, %d classes: %s (%s)", save,
                train.size(), train.shape(),
                set.test().map(test -> Report.format(", %,d test images", test.size())).orElse(""),
                train.classes().names().size(), classes, Report.bytes(Files.size(save))));
        out.println("sha256 of the training images  " + train.sha256());
        set.test().ifPresent(test -> out.println("sha256 of the test images      "
                + test.sha256()));
    }

    private Shape.Image shape(String text) {
        String[] sizes = text.split("x", -1);
        try {
            if (sizes.length == 3) {
                Shape.Image shape = new Shape.Image(Integer.parseInt(sizes[0]),
                        Integer.parseInt(sizes[1]), Integer.parseInt(sizes[2]));
                if (shape.channels() == 1 || shape.channels() == 3) {
                    return shape;
                }
            }
        } catch (IllegalArgumentException _) {
            // Said below.
        }
        throw new ParameterException(spec.commandLine(), "--input " + text
                + ": expected channels (1 or 3), height and width, as in 3x32x32");
    }
}
