package org.lanewise.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lanewise.io.FileAccess;
import org.lanewise.io.FileFormatException;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;

/** Names of classes in a text file, one a line, the first that of label 0. */
final class ClassesFile {
    /** What such a file is called. */
    static final String NAME = "classes.txt";
    /** What CIFAR-10 calls it. */
    static final String CIFAR = "batches.meta.txt";

    private static final long LONGEST = 1 << 20;

    private ClassesFile() {}

    /**
     * {@return the names in the first of some files that is there; none if there is none, or the
     * network has no classes}
     *
     * @throws FileFormatException if there are not as many names as the network has classes, or two
     *        are equal
     */
    static ClassNames in(Path folder, List<String> files, Network network) throws IOException {
        if (network.loss() instanceof Loss.SoftmaxCrossEntropy) {
            for (String name : files) {
                Path file = folder.resolve(name);
                if (Files.exists(file)) {
                    return read(file, network.output().size());
                }
            }
        }
        return ClassNames.UNKNOWN;
    }

    private static ClassNames read(Path file, long classes) throws IOException {
        long length = FileAccess.requireFile(file);
        if (length > LONGEST) {
            throw new FileFormatException(file, "has " + length + " bytes; names of classes are no"
                    + " more than " + LONGEST);
        }
        List<String> names = new ArrayList<>(lines(file));
        // CIFAR-10's own file ends in an empty line.
        while (!names.isEmpty() && names.getLast().isEmpty()) {
            names.removeLast();
        }
        if (names.size() != classes) {
            throw new FileFormatException(file, "names " + names.size()
                    + " classes, one a line; the network has " + classes);
        }
        return names(file, names);
    }

    /** {@return the names in some lines of a file} */
    static ClassNames names(Path file, List<String> lines) throws FileFormatException {
        try {
            return new ClassNames(lines);
        } catch (IllegalArgumentException e) {
            throw new FileFormatException(file, e.getMessage());
        }
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            return (text.startsWith("\uFEFF") ? text.substring(1) : text).lines()
                    .map(String::strip).toList();
        } catch (CharacterCodingException e) {
            throw new FileFormatException(file, "is no UTF-8");
        } catch (IOException e) {
            throw FileAccess.explain(file, e);
        }
    }
}
