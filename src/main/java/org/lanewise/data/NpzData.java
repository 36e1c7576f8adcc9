package org.lanewise.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.lanewise.io.NpzFile;

/**
 * An archive with the arrays {@code x_train}, {@code y_train} and, if it has a test set,
 * {@code x_test}, {@code y_test}; other arrays are left unread.
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
        return new Split(array("x_" + set), array("y_" + set));
    }

    LoadedArray array(String name) throws IOException {
        return new LoadedArray(file, name, npz.read(name));
    }
}
