package org.lanewise.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.lanewise.io.DataFile;
import org.lanewise.io.MappedArray;
import org.lanewise.io.NpzFile;
import org.lanewise.io.NumericArray;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;

/**
 * An archive with the arrays {@code x_train}, {@code y_train} and, if it has a test set,
 * {@code x_test}, {@code y_test}, and perhaps names of classes; other arrays are left unread.
 *
 * @param file where it is
 * @param npz its content
 */
record NpzData(Path file, NpzFile npz) {
    Split train() throws IOException {
        return split("train");
    }

    Optional<Split> test() throws IOException {
        return npz.names().contains("x_test") || npz.names().contains("y_test")
                ? Optional.of(split("test"))
                : Optional.empty();
    }

    private Split split(String set) throws IOException {
        return new Split(inputs("x_" + set), array("y_" + set));
    }

    Rows inputs(String name) throws IOException {
        Optional<MappedArray> large = npz.map(name).filter(Rows::isLarge);
        return large.isPresent() ? Rows.of(file, name, large.get()) : array(name);
    }

    /** {@return the names of classes in the archive; empty if it has none, or the network} */
    Optional<ClassNames> classes(Network network) throws IOException {
        if (!npz.names().contains(DataFile.CLASSES)
                || !(network.loss() instanceof Loss.SoftmaxCrossEntropy)) {
            return Optional.empty();
        }
        LoadedArray names = array(DataFile.CLASSES);
        if (names.array() instanceof NumericArray.Bytes bytes) {
            return Optional.of(ClassesFile.names(file,
                    new String(bytes.values(), StandardCharsets.UTF_8).lines().toList()));
        }
        throw names.fault("has elements of " + names.array().type()
                + "; names of classes are bytes (uint8) of UTF-8");
    }

    LoadedArray array(String name) throws IOException {
        return new LoadedArray(file, name, npz.read(name));
    }
}
