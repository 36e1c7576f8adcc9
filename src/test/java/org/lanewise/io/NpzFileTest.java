package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.io.Crafted.npy;
import static org.lanewise.io.Faults.assertFault;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpzFileTest {
    private static final byte[] ARRAY = npy("(3,)", 1, 2, 3);

    @TempDir
    private Path folder;

    private static NumericArray read(Path file, String name) throws IOException {
        try (NpzFile npz = NpzFile.open(file)) {
            return npz.read(name);
        }
    }

    private void assertRefused(byte[] content, String... said) {
        Path file = Crafted.write(folder, "a.npz", content);
        assertFault(file, () -> read(file, "x"), said);
    }

    private static byte[] archive(boolean deflated) {
        return Crafted.zip(deflated, Map.of("x.npy", ARRAY));
    }

    /** The position of the first occurrence of a text. */
    private static int indexOf(byte[] content, String text) {
        return new String(content, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stored.npz", "deflated.npz"})
    void whatNumpyWrote(String name) throws IOException, URISyntaxException {
        Path file = Path.of(getClass().getResource("numpy/" + name).toURI());
        try (NpzFile npz = NpzFile.open(file)) {
            assertEquals(List.of("0.weight", "0.bias", "1.weight"), npz.names());
            assertEquals(0.75 * 23 - 3, npz.read("0.weight").value(23));
            assertEquals(-2.5, npz.read("0.bias").value(1));
            assertEquals(ElementType.FLOAT32, npz.read("1.weight").type());
        }
    }

    @Test
    void everyFlippedBitOfAStoredArrayIsNoticed() {
        byte[] content = archive(false);
        int end = indexOf(content, "PK\1\2");
        for (int index = 30 + "x.npy".length(); index < end; index++) {
            for (int bit = 0; bit < 8; bit++) {
                assertRefused(Crafted.flip(content, index, bit), "array x: ");
            }
        }
    }

    /** The last byte of deflated data has bits that mean nothing. */
    @Test
    void noFlippedBitOfADeflatedArrayChangesAValue() throws IOException {
        byte[] content = archive(true);
        int refused = 0;
        int end = indexOf(content, "PK\7\10");
        int start = 30 + "x.npy".length();
        for (int index = start; index < end; index++) {
            for (int bit = 0; bit < 8; bit++) {
                Path file = Crafted.write(folder, "a.npz", Crafted.flip(content, index, bit));
                try {
                    NumericArray array = read(file, "x");
                    assertArrayEquals(new double[] {1, 2, 3},
                            ((NumericArray.Doubles) array).values());
                } catch (FileFormatException e) {
                    refused++;
                }
            }
        }
        assertTrue(refused > 8 * (end - start - 1), refused + " of " + 8 * (end - start));
    }

    @Test
    void aFlippedValueIsFoundByTheChecksum() {
        byte[] content = archive(false);
        int lastValue = indexOf(content, "PK\1\2") - 1;
        assertRefused(Crafted.flip(content, lastValue, 0), "array x: is damaged: the CRC-32");
    }

    @Test
    void cutAnywhere() {
        byte[] content = archive(true);
        for (int length = 0; length < content.length; length++) {
            assertRefused(Arrays.copyOf(content, length), length < 4
                    ? "is no .npz archive: begins with "
                    : "is a damaged .npz archive: the directory at its end is missing or broken (");
        }
        assertRefused("<html>".getBytes(), "is no .npz archive: begins with 3c 68 74 6d; an .npz"
                + " archive begins with 50 4b 03 04 (PK)");
    }

    @Test
    void brokenDeflatedDataIsCalledDamaged() {
        byte[] content = archive(true);
        // Bits 1 and 2 of the first byte: 3 is a type of block that deflate does not have.
        content[30 + "x.npy".length()] |= 6;
        assertRefused(content, "array x: is damaged: invalid block type");
    }

    @Test
    void missingArray() {
        assertRefused(Crafted.zip(false, Map.of("../y.npy", ARRAY)),
                "holds no array named x; there is ../y");
        assertRefused(Crafted.replace(Crafted.zip(false, Map.of("a~b", ARRAY)), "a~b", "a\nb"),
                "there is a?b");
    }

    @Test
    void namesAreNoPaths() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Path file = Crafted.write(inner, "a.npz", Crafted.zip(false, Map.of("../y.npy", ARRAY)));
        assertEquals(3, read(file, "../y").value(2));
        assertFalse(Files.exists(folder.resolve("y.npy")));
    }

    @Test
    void oneNameTwice() {
        byte[] two = Crafted.zip(false, Map.of("x.npy", ARRAY, "y.npy", ARRAY));
        assertRefused(Crafted.replace(two, "y.npy", "x.npy"), "two arrays named x");
        assertRefused(Crafted.zip(false, Map.of("x.npy", ARRAY, "x", ARRAY)),
                "two arrays named x");
    }

    @Test
    void entriesThatAreNoArrays() {
        assertRefused(Crafted.zip(true, Map.of("x", "hello".getBytes())), "array x: begins with");
        assertRefused(Crafted.zip(true, Map.of("x.npy", npy("|O", "(1,)", new byte[8]))),
                "array x: ", "Python objects");
        assertRefused(Crafted.zip(true, Map.of("x.npy", npy("(1,)", 1, 2))), "found 16");
        assertRefused(Crafted.zip(true, Map.of("x.npy", npy("(4,)", 1, 2))), "found 16");
    }

    /** The size of an entry is 24 bytes into its directory record, little-endian. */
    private static byte[] claim(byte[] archive, int size) {
        byte[] claiming = archive.clone();
        int at = indexOf(archive, "PK\1\2") + 24;
        for (int i = 0; i < 4; i++) {
            claiming[at + i] = (byte) (size >>> 8 * i);
        }
        return claiming;
    }

    @Test
    void aDirectoryThatClaimsMoreThanThereIs() {
        byte[] huge = npy("<f8", "(100000000,)", new byte[0]);
        int size = huge.length + 800_000_000;
        assertRefused(claim(Crafted.zip(true, Map.of("x.npy", huge)), size), "declares " + size);
        byte[] longer = npy("<f8", "(4,)", new byte[24]);
        assertRefused(claim(Crafted.zip(true, Map.of("x.npy", longer)), longer.length + 8),
                "= 32 bytes", "found 24");
        byte[] shorter = npy("<f8", "(2,)", new byte[24]);
        assertRefused(claim(Crafted.zip(true, Map.of("x.npy", shorter)), shorter.length - 8),
                "= 16 bytes", "more follow");
    }

    @Test
    void writtenArraysAreReadBack() throws IOException {
        double[] values = {1.5, -0.0, Double.MIN_VALUE, 1 / 3.0, Double.NaN, Double.MAX_VALUE};
        SequencedMap<String, NumericArray.Doubles> arrays = new LinkedHashMap<>();
        arrays.put("b", array(ArrayShape.of(2, 3), values));
        arrays.put("a", array(ArrayShape.of(0), new double[0]));
        double[] large = new double[20_001];
        Arrays.setAll(large, i -> i);
        arrays.put("large", array(ArrayShape.of(20_001), large));
        Path file = folder.resolve("a.npz");
        NpzFile.write(file, arrays);
        try (NpzFile npz = NpzFile.open(file)) {
            assertEquals(List.of("b", "a", "large"), npz.names());
        }
        assertEquals("(2, 3)", read(file, "b").shape().toString());
        assertArrayEquals(values, ((NumericArray.Doubles) read(file, "b")).values());
        assertArrayEquals(large, ((NumericArray.Doubles) read(file, "large")).values());
    }

    private static NumericArray.Doubles array(ArrayShape shape, double[] values) {
        return new NumericArray.Doubles(ElementType.FLOAT64, shape, values);
    }

    /** NumPy aligns the elements to 64 bytes and reads the stamp that zip begins with. */
    @Test
    void theFormatIsNumpys() throws IOException {
        SequencedMap<String, NumericArray.Doubles> arrays = new LinkedHashMap<>();
        arrays.put("0.bias", array(ArrayShape.of(2), new double[] {1.5, -2.5}));
        Path file = folder.resolve("a.npz");
        NpzFile.write(file, arrays);
        byte[] content = Files.readAllBytes(file);
        int start = indexOf(content, "\u0093NUMPY");
        assertEquals(30 + "0.bias.npy".length(), start);
        assertEquals("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }",
                new String(content, start + 10, 117, StandardCharsets.US_ASCII).strip());
        assertEquals('\n', content[start + 127]);
        assertEquals(0, content[8] | content[9], "stored");
        assertArrayEquals(Crafted.bytes(0, 0, 0x21, 0x28), Arrays.copyOfRange(content, 10, 14));
    }

    @Test
    void theTimeZoneDoesNotMatter() throws IOException {
        SequencedMap<String, NumericArray.Doubles> arrays = new LinkedHashMap<>();
        arrays.put("a", array(ArrayShape.of(1), new double[] {1}));
        TimeZone before = TimeZone.getDefault();
        try {
            for (String zone : List.of("UTC", "Asia/Tokyo", "America/Los_Angeles")) {
                TimeZone.setDefault(TimeZone.getTimeZone(zone));
                NpzFile.write(folder.resolve(zone.replace('/', ' ')), arrays);
            }
        } finally {
            TimeZone.setDefault(before);
        }
        byte[] first = Files.readAllBytes(folder.resolve("UTC"));
        assertArrayEquals(first, Files.readAllBytes(folder.resolve("Asia Tokyo")));
        assertArrayEquals(first, Files.readAllBytes(folder.resolve("America Los_Angeles")));
    }
}
