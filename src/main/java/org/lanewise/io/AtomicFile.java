package org.lanewise.io;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Files that are replaced whole or not at all, even if the machine stops in between. */
public final class AtomicFile {
    /** What to write. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes the whole content.
         *
         * @param out buffered; closed by the caller
         * @throws IOException if writing fails
         */
        void writeTo(OutputStream out) throws IOException;
    }

    private static final String PREFIX = ".lanewise-";
    private static final String SUFFIX = ".tmp";

    private AtomicFile() {}

    /**
     * Writes a new file next to the target, forces it to disk, and moves it over the target in one
     * step. After a failure the target is as it was and the new file is gone.
     *
     * @param target the file to replace or to make; a link stays, the file it leads to is replaced
     * @param content what to write
     * @throws IOException if that fails; the message is the target's path and the reason
     */
    public static void write(Path target, Content content) throws IOException {
        FileAccess.requireNoDanglingLink(target);
        boolean replaces = Files.exists(target);
        if (replaces) {
            FileAccess.requireFile(target);
        }
        try {
            Path file = replaces ? target.toRealPath() : target.toAbsolutePath();
            if (!Files.isDirectory(file.getParent())) {
                throw new IOException("there is no folder " + file.getParent());
            }
            Path temporary = Files.createFile(
                    file.resolveSibling(PREFIX + UUID.randomUUID() + SUFFIX));
            try {
                writeForced(temporary, content);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
            forceFolder(file.getParent());
        } catch (IOException e) {
            throw FileAccess.explain(target, e);
        }
    }

    /** A file stream, not a channel, because an interrupt would close a channel half-way. */
    private static void writeForced(Path temporary, Content content) throws IOException {
        try (FileOutputStream file = new FileOutputStream(temporary.toFile());
                OutputStream out = new BufferedOutputStream(file, 1 << 16)) {
            content.writeTo(out);
            out.flush();
            file.getFD().sync();
        }
    }

    /** The new name lasts once its folder is on disk; only a channel can force a folder. */
    private static void forceFolder(Path folder) throws IOException {
        boolean interrupted = Thread.interrupted();
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (AccessDeniedException _) {
            // Not every system lets a folder be opened; there the move is all that can be done.
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Deletes files that killed writers left. No other process may write into the folder.
     *
     * @param folder where
     * @throws IOException if that fails; the message is the path and the reason
     */
    static void sweep(Path folder) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
            for (Path temporary : left) {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw FileAccess.explain(folder, e);
        }
    }
}
