package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    private static final byte[] OLD = {1, 2, 3};
    private static final byte[] NEW = new byte[100_000];

    @TempDir
    private Path folder;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void assertRefused(Path target, String said) {
        IOException fault = assertThrows(IOException.class,
                () -> AtomicFile.write(target, out -> out.write(NEW)));
        assertTrue(fault.getMessage().startsWith(target + ": "), fault.getMessage());
        assertTrue(fault.getMessage().contains(said), fault.getMessage());
    }

    @Test
    void makesAndReplaces() throws IOException {
        Path target = folder.resolve("größer, mit Leerzeichen");
        AtomicFile.write(target, out -> out.write(OLD));
        assertArrayEquals(OLD, Files.readAllBytes(target));
        AtomicFile.write(target, out -> out.write(NEW));
        assertArrayEquals(NEW, Files.readAllBytes(target));
        assertEquals(1, names().size());
    }

    @Test
    void aFailureLeavesTheOldFile() throws IOException {
        Path target = Crafted.write(folder, "target", OLD);
        IOException fault = assertThrows(IOException.class, () -> AtomicFile.write(target, out -> {
            out.write(NEW);
            throw new IOException("No space left on device");
        }));
        assertEquals(target + ": No space left on device", fault.getMessage());
        assertArrayEquals(OLD, Files.readAllBytes(target));
        assertEquals(List.of("target"), names());
    }

    @Test
    void anErrorLeavesTheOldFile() throws IOException {
        Path target = Crafted.write(folder, "target", OLD);
        assertThrows(IllegalStateException.class, () -> AtomicFile.write(target, _ -> {
            throw new IllegalStateException();
        }));
        assertArrayEquals(OLD, Files.readAllBytes(target));
        assertEquals(List.of("target"), names());
    }

    @Test
    void theTargetIsNotThereBeforeItIsWhole() throws IOException {
        Path target = folder.resolve("target");
        AtomicFile.write(target, out -> {
            out.write(NEW);
            out.flush();
            assertTrue(Files.notExists(target));
        });
        assertTrue(Files.exists(target));
    }

    @Test
    void anInterruptDoesNotStopIt() throws IOException {
        Path target = folder.resolve("target");
        Thread.currentThread().interrupt();
        AtomicFile.write(target, out -> out.write(NEW));
        assertTrue(Thread.interrupted(), "the flag is kept");
        assertArrayEquals(NEW, Files.readAllBytes(target));
    }

    @Test
    void aLinkStaysALink() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Path target = Crafted.write(inner, "target", OLD);
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        AtomicFile.write(link, out -> out.write(NEW));
        assertTrue(Files.isSymbolicLink(link));
        assertArrayEquals(NEW, Files.readAllBytes(target));
    }

    @Test
    void aLinkThatLeadsNowhereIsNotReplaced() throws IOException {
        for (String end : List.of("none", "link")) {
            Path link = folder.resolve("link");
            Files.createSymbolicLink(link, Path.of(end));
            assertRefused(link, "is a link to " + end + ", which leads nowhere");
            assertTrue(Files.isSymbolicLink(link));
            Files.delete(link);
        }
    }

    /** A pipe in a folder of its own: a real device would be lost if the check failed. */
    @Test
    void aPipeIsNotReplaced() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        assertRefused(pipe, "is a device or a pipe, expected a file");
        assertTrue(Files.exists(pipe));
    }

    @Test
    void targetsThatCannotBe() throws IOException {
        assertRefused(folder, "is a folder, expected a file");
        assertRefused(folder.resolve("none").resolve("target"), "there is no folder");
        assertRefused(Crafted.write(folder, "file", OLD).resolve("target"), "there is no folder");
    }
}
