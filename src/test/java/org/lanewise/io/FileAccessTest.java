package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileAccessTest {
    @TempDir
    private Path folder;

    /** The reader of every format says the same, and does not call it a fault of the content. */
    private static void assertRefused(Path file, String reason) {
        List<Callable<?>> readers = List.of(() -> IdxFile.read(file), () -> NpyFile.read(file),
                () -> NpzFile.open(file), () -> ParameterFile.read(file));
        for (Callable<?> reader : readers) {
            IOException fault = assertThrows(IOException.class, reader::call);
            assertEquals(file + ": " + reason, fault.getMessage());
            assertFalse(fault instanceof FileFormatException);
        }
    }

    @Test
    void missing() {
        assertRefused(folder.resolve("none"), "no such file");
        assertRefused(folder.resolve("none").resolve("none"), "no such file");
        assertRefused(Crafted.write(folder, "file", new byte[0]).resolve("inner"), "no such file");
    }

    @Test
    void folder() {
        assertRefused(folder, "is a folder, expected a file");
    }

    @Test
    void endlessDevice() {
        assertRefused(Path.of("/dev/zero"), "is a device or a pipe, expected a file");
    }

    @Test
    void linkToNothing() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("none"));
        assertRefused(link, "no such file");
    }

    /** Said to the class itself: a test that runs as root may read every file. */
    @Test
    void permission() {
        Path file = Path.of("secret");
        IOException cause = new AccessDeniedException("secret");
        IOException fault = FileAccess.explain(file, cause);
        assertEquals("secret: permission denied", fault.getMessage());
        assertInstanceOf(AccessDeniedException.class, fault.getCause());
    }

    @Test
    void everyCauseHasAReason() {
        Path file = Path.of("f");
        assertEquals("f: No space left on device",
                FileAccess.explain(file, new IOException("No space left on device")).getMessage());
        assertEquals("f: Too many open files", FileAccess
                .explain(file, new FileSystemException("f", null, "Too many open files"))
                .getMessage());
        assertEquals("f: Permission denied", FileAccess
                .explain(file, new FileNotFoundException("a (b)/f (Permission denied)"))
                .getMessage());
        assertEquals("f: is there already", FileAccess
                .explain(file, new FileAlreadyExistsException("f")).getMessage());
        assertEquals("f: IOException", FileAccess.explain(file, new IOException()).getMessage());
    }
}
