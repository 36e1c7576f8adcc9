package org.lanewise.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Says in one line, path first, why the system refused a file. */
public final class FileAccess {
    private FileAccess() {}

    /**
     * {@return the length in bytes of a file that is there and is neither a folder nor a device}
     *
     * @param file what is to be read
     * @throws IOException if there is no such file; the message is the path and the reason
     */
    public static long requireFile(Path file) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (IOException e) {
            throw explain(file, e);
        }
        if (attributes.isDirectory()) {
            throw new IOException(file + ": is a folder, expected a file");
        }
        if (!attributes.isRegularFile()) {
            throw new IOException(file + ": is a device or a pipe, expected a file");
        }
        return attributes.size();
    }

    /**
     * Refuses a link whose end is missing: writing to it would replace the link.
     *
     * @param file what is to be written
     * @throws IOException if it is such a link; the message is the path and the reason
     */
    public static void requireNoDanglingLink(Path file) throws IOException {
        if (Files.isSymbolicLink(file) && !Files.exists(file)) {
            throw new IOException(file + ": is a link to " + Files.readSymbolicLink(file)
                    + ", which leads nowhere");
        }
    }

    /**
     * {@return an exception whose message is the path and the reason}
     *
     * @param file what was read or written
     * @param cause what the system said, in whose message the reason may be missing
     */
    public static IOException explain(Path file, IOException cause) {
        String reason = switch (cause) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "is there already";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            case FileNotFoundException e -> bracketed(e.getMessage());
            default -> cause.getMessage() == null
                    ? cause.getClass().getSimpleName()
                    : cause.getMessage();
        };
        return new IOException(file + ": " + reason, cause);
    }

    /** What java.io says is the path, as the system has it, and then the reason in brackets. */
    private static String bracketed(String message) {
        int open = message.lastIndexOf('(');
        return open >= 0 && message.endsWith(")")
                ? message.substring(open + 1, message.length() - 1)
                : message;
    }
}
