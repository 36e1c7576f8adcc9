package org.lanewise.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.lanewise.io.FileFormatException;
import org.lanewise.io.IdxFile;
import org.lanewise.io.MappedArray;

/**
 * A folder of IDX files with MNIST's names.
 *
 * @param listing what is in it
 */
record IdxFolder(Listing listing) {
    /** What such files are called, plain or gzip. */
    static final String NAMES = "(train|t10k)-(images|labels)[.-]idx[13]-ubyte(\\.gz)?";

    Split train() throws IOException {
        return new Split(inputs(images("train")), require(labels("train")));
    }

    Optional<Split> test() throws IOException {
        return listing.first(images("t10k")).isEmpty() && listing.first(labels("t10k")).isEmpty()
                ? Optional.empty()
                : Optional.of(new Split(inputs(images("t10k")), require(labels("t10k"))));
    }

    private static List<String> images(String set) {
        return spellings(set + "-images", "idx3-ubyte");
    }

    private static List<String> labels(String set) {
        return spellings(set + "-labels", "idx1-ubyte");
    }

    /** The first that is there is read: plain before gzip. */
    private static List<String> spellings(String stem, String type) {
        return List.of(stem + "-" + type, stem + "." + type, stem + "-" + type + ".gz",
                stem + "." + type + ".gz");
    }

    private Rows inputs(List<String> names) throws IOException {
        Path file = file(names);
        Optional<MappedArray> large = IdxFile.map(file).filter(Rows::isLarge);
        return large.isPresent() ? Rows.of(file, "", large.get()) : require(names);
    }

    private LoadedArray require(List<String> names) throws IOException {
        Path file = file(names);
        return new LoadedArray(file, "", IdxFile.read(file));
    }

    private Path file(List<String> names) throws FileFormatException {
        return listing.first(names).orElseThrow(() -> new FileFormatException(
                listing.folder(), "holds none of " + String.join(", ", names) + "; there is "
                        + listing));
    }
}
