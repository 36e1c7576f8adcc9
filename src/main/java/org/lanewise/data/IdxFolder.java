package org.lanewise.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lanewise.io.FileAccess;
import org.lanewise.io.FileFormatException;
import org.lanewise.io.IdxFile;

/**
 * A folder of IDX files with MNIST's names.
 *
 * @param folder where they are
 * @param present the names of what is there, sorted
 */
record IdxFolder(Path folder, List<String> present) {
    private static final int LONGEST_LIST = 20;

    static IdxFolder open(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return new IdxFolder(folder,
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        } catch (IOException e) {
            throw FileAccess.explain(folder, e);
        }
    }

    Split train() throws IOException {
        return new Split(require(images("train")), require(labels("train")));
    }

    Optional<Split> test() throws IOException {
        Optional<String> images = find(images("t10k"));
        Optional<String> labels = find(labels("t10k"));
        return images.isEmpty() && labels.isEmpty()
                ? Optional.empty()
                : Optional.of(new Split(require(images("t10k")), require(labels("t10k"))));
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

    private Optional<String> find(List<String> names) {
        return names.stream().filter(present::contains).findFirst();
    }

    private LoadedArray require(List<String> names) throws IOException {
        Path file = folder.resolve(find(names).orElseThrow(() -> new FileFormatException(folder,
                "holds none of " + String.join(", ", names) + "; there is " + listing())));
        return new LoadedArray(file, "", IdxFile.read(file));
    }

    private String listing() {
        if (present.isEmpty()) {
            return "nothing";
        }
        List<String> first = present.subList(0, Math.min(present.size(), LONGEST_LIST));
        int others = present.size() - first.size();
        return String.join(", ", first) + (others > 0 ? " and " + others + " more" : "");
    }
}
