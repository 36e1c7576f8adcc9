package org.lanewise.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.lanewise.Samples;
import org.lanewise.io.FileFormatException;
import org.lanewise.io.IdxFile;
import org.lanewise.io.NpyFile;
import org.lanewise.io.NpzFile;
import org.lanewise.spec.Network;

/**
 * Reads samples from files and refuses what a network could not learn from.
 *
 * <p>Inputs are (samples, height, width), (samples, channels, height, width) or, for a network with
 * flat input, (samples, features). Unsigned bytes are divided by 255, others left as they are.
 * For softmax cross-entropy the answers are class labels, whole numbers of any type and of shape
 * (samples,); for squared error they are values of shape (samples, outputs).
 */
public final class DataSets {
    private DataSets() {}

    /**
     * {@return a set from a folder of IDX files with MNIST's names, plain or gzip, or from an
     * {@code .npz} archive with {@code x_train}, {@code y_train} and perhaps {@code x_test},
     * {@code y_test}}
     *
     * @param data the folder or the archive
     * @param network what is to learn
     * @param nonFinite what to do with NaN and infinities
     * @throws FileFormatException if a file is damaged, missing or does not fit the network; the
     *         message names the file, the array and the row
     * @throws IOException if a file cannot be read; the message is the path and the reason
     */
    public static DataSet read(Path data, Network network, NonFinite nonFinite)
            throws IOException {
        if (Files.isDirectory(data)) {
            IdxFolder folder = IdxFolder.open(data);
            return dataSet(folder.train(), folder.test(), network, nonFinite);
        }
        try (NpzFile npz = NpzFile.open(data)) {
            NpzData arrays = new NpzData(data, npz);
            return dataSet(arrays.train(), arrays.test(), network, nonFinite);
        }
    }

    private static DataSet dataSet(Split train, Optional<Split> test, Network network,
            NonFinite nonFinite) throws FileFormatException {
        List<String> warnings = new ArrayList<>();
        Samples learned = train.samples(network, nonFinite);
        train.warning(learned).ifPresent(warnings::add);
        if (test.isEmpty()) {
            return new DataSet(learned, Optional.empty(), warnings);
        }
        Samples held = test.get().samples(network, nonFinite);
        test.get().warning(held).ifPresent(warnings::add);
        return new DataSet(learned, Optional.of(held), warnings);
    }

    /**
     * {@return samples to predict, from a file of inputs alone}
     *
     * @param file an {@code .npy} file, the array {@code x} of an {@code .npz} archive, or, by any
     *        other name, an IDX file; IDX and {@code .npy} may be gzip
     * @param network what is to predict
     * @param nonFinite what to do with NaN and infinities
     * @throws FileFormatException if the file is damaged or does not fit the network
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static Samples readInputs(Path file, Network network, NonFinite nonFinite)
            throws IOException {
        return Inputs.of(loadInputs(file), network, nonFinite).unlabelled();
    }

    private static LoadedArray loadInputs(Path file) throws IOException {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".npz")) {
            try (NpzFile npz = NpzFile.open(file)) {
                return new NpzData(file, npz).array("x");
            }
        }
        return name.endsWith(".npy") || name.endsWith(".npy.gz")
                ? new LoadedArray(file, "", NpyFile.read(file))
                : new LoadedArray(file, "", IdxFile.read(file));
    }
}
