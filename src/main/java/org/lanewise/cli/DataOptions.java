package org.lanewise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.lanewise.Samples;
import org.lanewise.data.DataSet;
import org.lanewise.data.DataSets;
import org.lanewise.data.Digits;
import org.lanewise.data.NonFinite;
import org.lanewise.spec.Network;
import picocli.CommandLine.Option;

/** Which samples. */
final class DataOptions {
    /** Which part of the samples. */
    enum Part {
        TRAIN,
        TEST;

        String word() {
            return this == TRAIN ? "training" : "test";
        }
    }

    /** Samples, and which part of the data they are. */
    record Chosen(Part part, Samples samples) {}

    @Option(names = "--data", paramLabel = "PATH",
            description = "Folder of IDX files with MNIST's names, plain or .gz, or .npz file with"
                    + " x_train, y_train, x_test, y_test (default: the handwritten digits that come"
                    + " with the program).")
    private Path data;

    @Option(names = "--allow-non-finite", description = "Take NaN and infinities in the data.")
    private boolean allowNonFinite;

    /** Reads the samples and prints what is odd about them. */
    DataSet read(Network network, PrintWriter err) throws IOException {
        DataSet set = data == null ? Digits.dataSet() : DataSets.read(data, network, nonFinite());
        for (String warning : set.warnings()) {
            err.println("lanewise: warning: " + warning);
        }
        requireFit(set.train(), network);
        return set;
    }

    /** The part that is asked for, or else the test samples, or else all there are. */
    Chosen read(Network network, Part part, PrintWriter err) throws IOException {
        DataSet set = read(network, err);
        if (part == Part.TEST && set.test().isEmpty()) {
            throw new IOException(name() + ": has no test samples; --part train takes the others");
        }
        return part == Part.TRAIN || set.test().isEmpty()
                ? new Chosen(Part.TRAIN, set.train())
                : new Chosen(Part.TEST, set.test().get());
    }

    /** Whether samples were asked for by name. */
    boolean given() {
        return data != null;
    }

    Samples readInputs(Path file, Network network) throws IOException {
        return DataSets.readInputs(file, network, nonFinite());
    }

    private void requireFit(Samples samples, Network network) {
        try {
            samples.requireFit(network);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name() + ": " + e.getMessage(), e);
        }
    }

    private NonFinite nonFinite() {
        return allowNonFinite ? NonFinite.ALLOW : NonFinite.REFUSE;
    }

    String name() {
        return data == null ? "embedded digits" : data.toString();
    }
}
