package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.io.Faults.assertFault;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays in mapped files have the values that reading gives, and no others. */
class MappedArrayTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"|u1", "|i1", "<f4", ">f4", "<f8", ">f8", "<i2", ">u4"})
    void elementsAreThoseThatReadingGives(String type) throws IOException {
        int width = type.charAt(2) - '0';
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("first.npy", Crafted.npy("<f8", "(2,)", new byte[16]));
        entries.put("x.npy", Crafted.npy(type, "(7, 3, 5)", Crafted.random(105 * width)));
        Path file = Crafted.write(folder, "a.npz", Crafted.zip(false, entries));
        try (NpzFile npz = NpzFile.open(file)) {
            MappedArray mapped = npz.map("x").orElseThrow();
            NumericArray read = npz.read("x");
            assertEquals(read.shape(), mapped.shape());
            CRC32C expected = new CRC32C();
            for (int i = 0; i < 7; i++) {
                double[] row = new double[17];
                mapped.read(i, row, 1);
                assertEquals(0, row[0]);
                assertEquals(0, row[16]);
                for (int k = 0; k < 15; k++) {
                    double value = read.value(15 * i + k);
                    assertEquals(type.equals("|u1") ? value / 255 : value, row[k + 1]);
                    if (!type.equals("|u1")) {
                        expected.update(ByteBuffer.allocate(8).putDouble(value).flip());
                    }
                }
            }
            if (read instanceof NumericArray.Bytes bytes) {
                expected.update(bytes.values());
            }
            CRC32C found = new CRC32C();
            mapped.identify(found);
            assertEquals(expected.getValue(), found.getValue());
            assertEquals(105L * (type.equals("|u1") ? 1 : 8), mapped.loadedBytes());
        }
        try (NpzFile npz = NpzFile.open(Crafted.write(folder, "b.npz",
                Crafted.zip(true, entries)))) {
            assertEquals(Optional.empty(), npz.map("x"));
            assertEquals(Optional.empty(), npz.map("y"));
        }
    }

    @Test
    void onlyPlainRowMajorFilesAreMapped() throws IOException {
        byte[] idx = Crafted.idxImages(3, 4);
        Path plain = Crafted.write(folder, "a", idx);
        MappedArray mapped = IdxFile.map(plain).orElseThrow();
        NumericArray.Bytes read = IdxFile.read(plain);
        assertEquals(read.shape(), mapped.shape());
        double[] row = new double[16];
        mapped.read(2, row, 0);
        for (int i = 0; i < 16; i++) {
            assertEquals(read.value(32 + i) / 255, row[i]);
        }
        assertTrue(IdxFile.map(Crafted.write(folder, "b", Crafted.gzip(idx))).isEmpty());
        byte[] numbers = Crafted.npy("(3, 4)", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        double[] last = new double[4];
        NpyFile.map(Crafted.write(folder, "a.npy", numbers)).orElseThrow().read(2, last, 0);
        assertArrayEquals(new double[] {8, 9, 10, 11}, last);
        for (byte[] other : List.of(Crafted.gzip(numbers), Crafted.npy("()", 5), Crafted.npy(
                "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }", new byte[32]))) {
            assertTrue(NpyFile.map(Crafted.write(folder, "b.npy", other)).isEmpty());
        }
        Path cut = Crafted.write(folder, "c", Arrays.copyOf(idx, idx.length - 1));
        assertFault(cut, () -> IdxFile.map(cut), "declares shape (3, 4, 4) of uint8 = 48 bytes,"
                + " found 47 after the header");
        byte[] columns = Crafted.npy("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }",
                new byte[32]);
        Path npz = Crafted.write(folder, "d.npz", Crafted.zip(false, Map.of("x.npy", columns)));
        try (NpzFile file = NpzFile.open(npz)) {
            assertFalse(file.map("x").isPresent());
        }
    }

    /** A comment may hold what the end of an archive begins with. */
    @Test
    void aCommentIsNotTheEndOfAnArchive() throws IOException {
        byte[] archive = Crafted.zip(false, Map.of("x.npy", Crafted.npy("(2, 1)", 3, 4)));
        byte[] comment = Crafted.join(new byte[] {'P', 'K', 5, 6}, new byte[30]);
        archive[archive.length - 2] = (byte) comment.length;
        Path file = Crafted.write(folder, "a.npz", Crafted.join(archive, comment));
        try (NpzFile npz = NpzFile.open(file)) {
            double[] row = new double[1];
            npz.map("x").orElseThrow().read(1, row, 0);
            assertEquals(4, row[0]);
        }
    }

    /** A file whose elements take no room on the disk, because none of them was written. */
    private Path hole(String type, String shape, long bytes) throws IOException {
        byte[] header = Crafted.npy(type, shape, new byte[0]);
        Path file = Crafted.write(folder, "hole.npy", header);
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
            content.setLength(header.length + bytes);
        }
        return file;
    }

    @ParameterizedTest
    @CsvSource({"|u1, 2147483639, 1", "<f8, 268435454, 8", "<f4, 536870909, 4",
            "<i2, 1073741819, 2"})
    void aRowOfMoreBytesThanAnArrayCanHaveIsRefused(String type, long most, int bytes)
            throws IOException {
        MappedArray mapped = NpyFile.map(hole(type, "(1, " + most + ")", most * bytes))
                .orElseThrow();
        assertEquals(most, mapped.shape().elements());
        long row = (most + 1) * bytes;
        for (String shape : List.of("(1, " + (most + 1) + ")", "(2, 1, " + (most + 1) + ")")) {
            Path file = hole(type, shape, row * (shape.charAt(1) - '0'));
            assertFault(file, () -> NpyFile.map(file), "declares shape " + shape + " of ",
                    "; a row has " + row + " bytes, and of at most 2147483639 it can be read:"
                            + " store smaller samples, or elements of fewer bytes");
        }
    }

    /** Nothing is mapped of an array without elements, whose rows would have more than can be counted. */
    @Test
    void anArrayWithoutElementsIsNotMapped() throws IOException {
        for (String shape : List.of("(0,)", "(3, 0)", "(0, 2147483647, 2147483647, 2147483647)")) {
            Path file = Crafted.write(folder, "a.npy", Crafted.npy("<f8", shape, new byte[0]));
            assertEquals(Optional.empty(), NpyFile.map(file));
        }
    }

    /** Rows of less than a chunk, one, and more: the checksum is that of the elements. */
    @ParameterizedTest
    @ValueSource(ints = {1, 8191, 8192, 8193, 65535, 65536, 65537, 140_000})
    void rowsOfAnyLengthAreIdentified(int width) throws IOException {
        for (String type : List.of("|u1", "|i1", ">f8")) {
            byte[] content = Crafted.random(2 * width * (type.equals(">f8") ? 8 : 1));
            Path file = Crafted.write(folder, "a.npz", Crafted.zip(false,
                    Map.of("x.npy", Crafted.npy(type, "(2, " + width + ")", content))));
            CRC32C expected = new CRC32C();
            for (int i = 0; type.equals("|i1") && i < content.length; i++) {
                expected.update(ByteBuffer.allocate(8).putDouble(content[i]).flip());
            }
            if (!type.equals("|i1")) {
                expected.update(content);
            }
            try (NpzFile npz = NpzFile.open(file)) {
                CRC32C found = new CRC32C();
                npz.map("x").orElseThrow().identify(found);
                assertEquals(expected.getValue(), found.getValue(), type);
            }
        }
    }

    /** Reading single rows compares no checksum; reading all of them, as a training does, does. */
    @ParameterizedTest
    @ValueSource(strings = {"|u1", "<f4"})
    void everyFlippedBitIsNoticedWhereAllIsRead(String type) throws IOException {
        byte[] array = Crafted.npy(type, "(3, 2)", new byte[type.equals("|u1") ? 6 : 24]);
        byte[] archive = Crafted.zip(false, Map.of("x.npy", array));
        int start = 30 + "x.npy".length();
        for (int i = array.length - (type.equals("|u1") ? 6 : 24); i < array.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                Path file = Crafted.write(folder, "a.npz", Crafted.flip(archive, start + i, bit));
                try (NpzFile npz = NpzFile.open(file)) {
                    MappedArray x = npz.map("x").orElseThrow();
                    x.read(2, new double[2], 0);
                    assertFault(file, () -> {
                        x.identify(new CRC32C());
                        return x;
                    }, "array x: is damaged: the CRC-32 of its content is ",
                            ", the archive says ");
                }
            }
        }
        // Spaces of the header are as good as other spaces to those who read it.
        Path file = Crafted.write(folder, "b.npz",
                Crafted.replace(archive, ", 'shape", ",\n'shape"));
        try (NpzFile npz = NpzFile.open(file)) {
            MappedArray x = npz.map("x").orElseThrow();
            assertFault(file, () -> {
                x.identify(new CRC32C());
                return x;
            }, "array x: is damaged");
        }
    }

    @Test
    void aStoredArrayOfAnotherSizeThanItsOwnIsRefused() throws IOException {
        byte[] archive = Crafted.zip(false, Map.of("x.npy", Crafted.npy("(2, 1)", 3, 4)));
        int directory = archive.length - 22 - "x.npy".length() - 46;
        for (int more : new int[] {-1, 1, 8}) {
            byte[] lying = archive.clone();
            lying[directory + 20] += (byte) more;
            Path file = Crafted.write(folder, "a.npz", lying);
            try (NpzFile npz = NpzFile.open(file)) {
                assertFault(file, () -> npz.map("x"), "array x: declares ", "but is stored in ");
                assertFault(file, () -> npz.read("x"), "array x: declares ", "but is stored in ");
            } catch (FileFormatException e) {
                assertTrue(e.getMessage().startsWith(file + ": is a damaged .npz archive"),
                        e.getMessage());
            }
        }
    }

    /** Of CIFAR-10: a label before each image, and files of different length. */
    @Test
    void rowsMayBeInSeveralFilesAndAfterOtherBytes() throws IOException {
        List<Path> files = new ArrayList<>();
        CRC32C expected = new CRC32C();
        for (int images : new int[] {2, 1, 3}) {
            byte[] content = Crafted.random(3073 * images);
            for (int i = 0; i < images; i++) {
                content[3073 * i] = (byte) (images + i);
                content[3073 * i + 1] = (byte) (10 * images + i);
                content[3073 * i + 3072] = (byte) (200 + images + i);
                expected.update(content, 3073 * i + 1, 3072);
            }
            files.add(Crafted.write(folder, images + ".bin", content));
        }
        MappedArray mapped = CifarFile.map(folder, files);
        assertEquals("(6, 3, 32, 32)", mapped.shape().toString());
        double[] row = new double[3074];
        int[] firsts = {20, 21, 10, 30, 31, 32};
        int[] lasts = {202, 203, 201, 203, 204, 205};
        for (int i = 0; i < 6; i++) {
            mapped.read(i, row, 1);
            assertEquals(firsts[i] / 255.0, row[1]);
            assertEquals(lasts[i] / 255.0, row[3072]);
        }
        assertEquals(0, row[0]);
        assertEquals(0, row[3073]);
        CRC32C found = new CRC32C();
        mapped.identify(found);
        assertEquals(expected.getValue(), found.getValue());
        assertArrayEquals(CifarFile.read(files.get(2)).labels().values(),
                CifarFile.labels(files.get(2)).values());
        Path cut = Crafted.write(folder, "4.bin", new byte[3072]);
        assertFault(cut, () -> CifarFile.map(folder, List.of(files.getFirst(), cut)),
                "has 3072 bytes; CIFAR-10 has 3073 an image");
    }

    @Test
    void elementsAreCheckedAsTheyAreRead() throws IOException {
        Path file = Crafted.write(folder, "a.npz", Crafted.zip(false, Map.of("x.npy",
                Crafted.npy("(2, 2)", 1, 2, 3, Double.NaN), "y.npy",
                Crafted.npyLongs("(2, 1)", 5, Long.MAX_VALUE))));
        try (NpzFile npz = NpzFile.open(file)) {
            MappedArray x = npz.map("x").orElseThrow();
            double[] row = new double[2];
            x.requireFinite().read(0, row, 0);
            assertArrayEquals(new double[] {1, 2}, row);
            x.read(1, row, 0);
            assertFault(file, () -> {
                x.requireFinite().read(1, row, 0);
                return row;
            }, "array x: element [1, 1] is NaN; every value must be finite unless");
            MappedArray y = npz.map("y").orElseThrow();
            assertFault(file, () -> {
                y.read(1, row, 0);
                return row;
            }, "array y: element [1, 0] is 9223372036854775807, beyond 2^53");
        }
    }
}
