package org.lanewise.cli.option;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.lanewise.Samples;
import org.lanewise.cli.format.CsvFile;
import org.lanewise.codec.NetworkDocument;
import org.lanewise.data.DataSet;
import org.lanewise.data.DataSets;
import org.lanewise.data.Digits;
import org.lanewise.data.NonFinite;
import org.lanewise.data.OtherSize;
import org.lanewise.io.FileFormatException;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Network;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which samples. */
public final class DataOptions {
    /** Which part of the samples. */
    public enum Part {
        TRAIN,
        TEST;

        public String word() {
            return this == TRAIN ? "training" : "test";
        }
    }

    /** Samples, and which part of the data they are. */
    public record Chosen(Part part, Samples samples) {}

    @Option(names = "--data", paramLabel = "PATH",
            description = "Folder of IDX files with MNIST's names, plain or .gz; of CIFAR-10's"
                    + " binary files; of train.csv and test.csv; or of train/CLASS/ and test/CLASS/"
                    + " with PNG or JPEG images. Or a .csv file, or an .npz file with x_train,"
                    + " y_train, x_test, y_test (default: the handwritten digits that come with the"
                    + " program).")
    private Path data;

    @Option(names = "--resize",
            description = "Scale images to the network's input; without it other sizes are"
                    + " refused.")
    private boolean resize;

    @Option(names = "--divide-by", paramLabel = "NUMBER",
            description = "Divide the inputs of CSV files, as by 255 where they are pixels (default:"
                    + " 1).")
    private Double divisor;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--allow-non-finite", description = "Take NaN and infinities in the data.")
    private boolean allowNonFinite;

    /** Reads the samples and prints what is odd about them. */
    DataSet read(Network network, PrintWriter err) throws IOException {
        DataSet set = read(network);
        for (String warning : set.warnings()) {
            err.println("lanewise: warning: " + warning);
        }
        requireFit(set.train(), network);
        return set;
    }

    /** Reads the samples, whose classes have the names that the data or else the network's file say. */
    public DataSet read(NetworkDocument document, PrintWriter err) throws IOException {
        DataSet set = read(document.network(), err);
        try {
            ClassNames names = set.train().classes().or(document.classes());
            return new DataSet(set.train().classes(names),
                    set.test().map(test -> test.classes(names)), set.warnings());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name() + ": its classes are not those of the"
                    + " network's file: " + e.getMessage(), e);
        }
    }

    private DataSet read(Network network) throws IOException {
        CsvFile.Reading reading = reading(data);
        if (data == null) {
            return Digits.dataSet();
        }
        if (CsvFile.isCsv(data)) {
            return CsvFile.dataSet(data, network, reading);
        }
        try {
            return DataSets.read(data, network, nonFinite(), otherSize());
        } catch (FileFormatException e) {
            throw explain(e);
        }
    }

    /** The requested part; by default the test samples, or all samples if there are none. */
    public Chosen read(Network network, Part part, PrintWriter err) throws IOException {
        DataSet set = read(network, err);
        if (part == Part.TEST && set.test().isEmpty()) {
            throw new IOException(name() + ": has no test samples; --part train takes the others");
        }
        return part == Part.TRAIN || set.test().isEmpty()
                ? new Chosen(Part.TRAIN, set.train())
                : new Chosen(Part.TEST, set.test().get());
    }

    /** Whether samples were named on the command line. */
    public boolean given() {
        return data != null;
    }

    /** Reads images to predict, one sample each. */
    public Samples readImages(List<Path> files, Network network) throws IOException {
        try {
            return DataSets.readImages(files, network, otherSize());
        } catch (FileFormatException e) {
            throw explain(e);
        }
    }

    /** What was given by --data. */
    public Optional<Path> path() {
        return Optional.ofNullable(data);
    }

    public Samples readInputs(Path file, Network network) throws IOException {
        CsvFile.Reading reading = reading(file);
        return CsvFile.isCsv(file)
                ? CsvFile.inputs(file, network, reading)
                : DataSets.readInputs(file, network, nonFinite(), otherSize());
    }

    private CsvFile.Reading reading(Path path) {
        double by = divisor == null ? 1 : divisor;
        if (divisor != null && (path == null || !CsvFile.isCsv(path))) {
            throw new ParameterException(command.commandLine(),
                    "--divide-by is for CSV files; pixels of others are divided by 255 anyway");
        }
        if (by == 0 || !Double.isFinite(by)) {
            throw new ParameterException(command.commandLine(),
                    "--divide-by " + by + " must be finite and not 0");
        }
        return new CsvFile.Reading(allowNonFinite, by);
    }

    private void requireFit(Samples samples, Network network) {
        try {
            samples.requireFit(network);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name() + ": " + e.getMessage()
                    + (data == null ? "; give others with --data" : ""), e);
        }
    }

    /** Adds the option that allows resizing to a failure that advises it. */
    private static IOException explain(FileFormatException failure) {
        return failure.getMessage().endsWith(OtherSize.ADVICE)
                ? new IOException(failure.getMessage() + " with --resize", failure)
                : failure;
    }

    private OtherSize otherSize() {
        return resize ? OtherSize.RESIZE : OtherSize.REFUSE;
    }

    private NonFinite nonFinite() {
        return allowNonFinite ? NonFinite.ALLOW : NonFinite.REFUSE;
    }

    public String name() {
        return data == null ? "embedded digits" : data.toString();
    }
}
