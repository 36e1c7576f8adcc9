package org.lanewise.cli.option;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lanewise.Model;
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
import org.lanewise.spec.Normalization;
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

    @Option(names = "--normalize", paramLabel = "MEAN,...:STD,...",
            description = "Normalize inputs, (x - mean) / std of bytes divided by 255 or numbers as"
                    + " they are: a mean for each channel or one for all, a colon, as many standard"
                    + " deviations. Trained weights hold theirs (default: as the network's or the"
                    + " weights' file says).")
    private String normalize;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--allow-non-finite", description = "Take NaN and infinities in the data.")
    private boolean allowNonFinite;

    /** Reads the samples, plain, and prints what is odd about them. */
    private DataSet read(Network network, PrintWriter err) throws IOException {
        DataSet set = read(network);
        for (String warning : set.warnings()) {
            err.println("lanewise: warning: " + warning);
        }
        requireFit(set.train(), network);
        return set;
    }

    /**
     * Reads the samples, whose classes have the names that the data or else the network's file say,
     * and normalizes them as the option or else the network's file says.
     */
    public DataSet read(NetworkDocument document, PrintWriter err) throws IOException {
        Normalization used = normalize == null
                ? document.normalization()
                : normalization(document.network());
        DataSet set = read(document.network(), err);
        try {
            ClassNames names = set.train().classes().or(document.classes());
            return new DataSet(set.train().classes(names).normalize(used),
                    set.test().map(test -> test.classes(names).normalize(used)), set.warnings());
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

    private Normalization normalization(Network network) {
        try {
            String[] parts = normalize.split(":", -1);
            if (parts.length != 2) {
                throw new IllegalArgumentException("found " + parts.length
                        + " lists, expected means, a colon and standard deviations, as in"
                        + " 0.49,0.48,0.45:0.25,0.24,0.26");
            }
            Normalization given = Normalization.of(numbers(parts[0]), numbers(parts[1]));
            given.requireFit(network.input());
            return given;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(),
                    "--normalize " + normalize + ": " + e.getMessage(), e);
        }
    }

    private static double[] numbers(String list) {
        return Stream.of(list.split(",", -1)).mapToDouble(text -> {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("found '" + text + "', expected a number", e);
            }
        }).toArray();
    }

    /** Normalizes inputs as those that a model learned from; an option that differs is refused. */
    private Samples normalized(Samples samples, Model model) {
        Normalization learned = model.normalization();
        Normalization used = normalize == null ? learned : normalization(model.network());
        if (learned.given() && !used.equals(learned)) {
            throw new IllegalArgumentException("--normalize " + normalize + " is not what the"
                    + " network learned with, " + learned + "; without --normalize that is taken");
        }
        return samples.normalize(used);
    }

    /**
     * The requested part, normalized as the model learned it; by default the test samples, or all
     * samples if there are none.
     */
    public Chosen read(Model model, Part part, PrintWriter err) throws IOException {
        DataSet set = read(model.network(), err);
        if (part == Part.TEST && set.test().isEmpty()) {
            throw new IOException(name() + ": has no test samples; --part train takes the others");
        }
        return part == Part.TRAIN || set.test().isEmpty()
                ? new Chosen(Part.TRAIN, normalized(set.train(), model))
                : new Chosen(Part.TEST, normalized(set.test().get(), model));
    }

    /** Whether samples were named on the command line. */
    public boolean given() {
        return data != null;
    }

    /** Reads images to predict, one sample each. */
    public Samples readImages(List<Path> files, Model model) throws IOException {
        try {
            return normalized(DataSets.readImages(files, model.network(), otherSize()), model);
        } catch (FileFormatException e) {
            throw explain(e);
        }
    }

    /** What was given by --data. */
    public Optional<Path> path() {
        return Optional.ofNullable(data);
    }

    public Samples readInputs(Path file, Model model) throws IOException {
        CsvFile.Reading reading = reading(file);
        return normalized(CsvFile.isCsv(file)
                ? CsvFile.inputs(file, model.network(), reading)
                : DataSets.readInputs(file, model.network(), nonFinite(), otherSize()), model);
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
