package org.lanewise.io;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The right of one process to write into a folder; the system takes it back when the process ends,
 * however it ends.
 *
 * <p>The holder is named in a separate file: within one JVM, closing any stream of the locked file
 * would give up the lock, so that file is not opened where this JVM is the holder.
 */
final class FolderLock implements Closeable {
    private static final String LOCK = ".lanewise-lock";
    private static final String HOLDER = ".lanewise-holder";
    private static final long LONGEST_HOLDER = 200;

    private final Path holder;
    private final RandomAccessFile file;

    private FolderLock(Path holder, RandomAccessFile file) {
        this.holder = holder;
        this.file = file;
    }

    /**
     * {@return the lock of a folder}
     *
     * @throws IOException if another holds it, here or in another process; the message says who
     */
    static FolderLock take(Path folder) throws IOException {
        Path holder = folder.resolve(HOLDER);
        Path locked = folder.resolve(LOCK);
        // A file is no channel, which an interrupt would close, and the lock with it.
        synchronized (FolderLock.class) {
            try {
                String other = holder(holder);
                if (other.equals(self())) {
                    throw new IOException("is in use by this very " + other
                            + "; one trainer a folder");
                }
                RandomAccessFile file = new RandomAccessFile(locked.toFile(), "rw");
                FileLock lock = null;
                try {
                    lock = file.getChannel().tryLock();
                    if (lock == null) {
                        throw new IOException("is in use by " + (other.isEmpty()
                                ? "another process"
                                : other) + "; one trainer a folder");
                    }
                    Files.writeString(holder, self());
                } finally {
                    if (lock == null) {
                        file.close();
                    }
                }
                return new FolderLock(holder, file);
            } catch (IOException e) {
                throw FileAccess.explain(folder, e);
            }
        }
    }

    private static String holder(Path holder) throws IOException {
        return Files.isRegularFile(holder) && Files.size(holder) <= LONGEST_HOLDER
                ? Source.quote(Files.readString(holder, StandardCharsets.ISO_8859_1))
                : "";
    }

    /** A number may be given again, in a container even to the next process; a start is not. */
    private static String self() {
        ProcessHandle self = ProcessHandle.current();
        return "process " + self.pid() + self.info().startInstant()
                .map(Instant::toString).map(start -> ", started " + start).orElse("");
    }

    @Override
    public void close() throws IOException {
        synchronized (FolderLock.class) {
            Files.deleteIfExists(holder);
            file.close();
        }
    }
}
