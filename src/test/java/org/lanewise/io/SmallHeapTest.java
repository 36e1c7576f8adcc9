package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.io.Crafted.gzip;
import static org.lanewise.io.Crafted.idxHeader;
import static org.lanewise.io.Crafted.join;
import static org.lanewise.io.Crafted.npy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that would like more memory than there is are refused with a line of text. */
class SmallHeapTest {
    private static final int TEN_MILLION = 10_000_000;

    @TempDir
    private Path folder;

    private void assertRefused(String name, byte[] content, String said)
            throws IOException, InterruptedException {
        Path file = Crafted.write(folder, name, content);
        String output = SmallProcess.run("true", "32m", Reader.class, file.toString());
        assertTrue(output.startsWith(FileFormatException.class.getName() + " " + file + ": "),
                output);
        assertEquals(1, output.lines().count(), output);
        assertTrue(output.contains(said), output);
    }

    /** Zeros in members of ten million: 400 MB in 400 kB. */
    private static byte[] zeros() {
        byte[] member = gzip(new byte[TEN_MILLION]);
        return join(Collections.nCopies(40, member).toArray(byte[][]::new));
    }

    @Test
    void rejectsABombAfterASmallHeader() throws IOException, InterruptedException {
        assertRefused("a", join(gzip(idxHeader(5)), zeros()), "= 5 bytes, but more follow");
    }

    @Test
    void rejectsABombThatDeclaresItsSize() throws IOException, InterruptedException {
        byte[] content = join(gzip(idxHeader(40, TEN_MILLION)), zeros());
        assertRefused("a", content, "needs 400000000 bytes of memory; this JVM has");
    }

    @Test
    void aBombInAnArchive() throws IOException, InterruptedException {
        byte[] array = npy("<f8", "(12500000,)", new byte[10 * TEN_MILLION]);
        assertRefused("a.npz", Crafted.zip(true, Map.of("x.npy", array)),
                "array x: declares shape (12500000,) of float64 = 100000000 bytes, and needs");
    }

    /** Less than the whole heap and more than is free in it. */
    @Test
    void anArrayThatAlmostFits() throws IOException, InterruptedException {
        byte[] array = npy("<f8", "(4000000,)", new byte[32_000_000]);
        assertRefused("a.npz", Crafted.zip(true, Map.of("x.npy", array)),
                "needs 32000000 bytes of memory");
    }

    /** Small numbers take eight times their size in the file. */
    @Test
    void anArrayThatGrowsInMemory() throws IOException, InterruptedException {
        byte[] array = npy("|i1", "(10000000,)", new byte[TEN_MILLION]);
        assertRefused("a.npy", array, "needs 80000000 bytes of memory");
    }

    @Test
    void rejectsSizesWithoutContent() throws IOException, InterruptedException {
        assertRefused("a", idxHeader(1 << 30), "= 1073741824 bytes, found 0");
        assertRefused("a", gzip(idxHeader(1 << 30)), "cannot hold more than");
        assertRefused("a.npy", npy("<f8", "(2000000000,)", new byte[0]), "found 0");
    }

    /** Reads a file by its name and prints what was thrown. */
    static final class Reader {
        private Reader() {}

        static void main(String[] arguments) {
            Path file = Path.of(arguments[0]);
            try {
                List<?> read = List.of(read(file));
                System.out.println("read " + read);
            } catch (IOException e) {
                System.out.println(e.getClass().getName() + " " + e.getMessage());
            }
        }

        private static NumericArray read(Path file) throws IOException {
            if (file.toString().endsWith(".npz")) {
                try (NpzFile npz = NpzFile.open(file)) {
                    return npz.read("x");
                }
            }
            return file.toString().endsWith(".npy") ? NpyFile.read(file) : IdxFile.read(file);
        }
    }
}
