package org.lanewise.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lanewise.io.FileAccess;

/** Files of text, read whole: a person's, or the loss of every step of some million. */
final class TextFile {
    private static final long LARGEST = 256 << 20;

    private TextFile() {}

    /** Reads a file; {@code expected} says, in the message of a failure, what it should be. */
    static byte[] read(Path file, String expected) throws IOException {
        try {
            long bytes = FileAccess.requireFile(file);
            if (bytes > LARGEST) {
                throw new IOException(file + ": has " + bytes + " bytes, more than " + LARGEST);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IOException(e.getMessage() + "; expected " + expected, e);
        }
    }
}
