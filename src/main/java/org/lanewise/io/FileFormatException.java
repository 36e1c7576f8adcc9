package org.lanewise.io;

import java.io.IOException;
import java.nio.file.Path;

/** A file whose content is not what it should be; the message names the file first. */
public final class FileFormatException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * Names what is wrong.
     *
     * @param file the file
     * @param message what was found, what was expected and where
     */
    public FileFormatException(Path file, String message) {
        super(file + ": " + message);
    }
}
