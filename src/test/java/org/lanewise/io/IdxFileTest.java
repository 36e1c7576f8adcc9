package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.io.Crafted.bytes;
import static org.lanewise.io.Crafted.idxHeader;
import static org.lanewise.io.Crafted.idxImages;
import static org.lanewise.io.Crafted.join;
import static org.lanewise.io.Faults.assertFault;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxFileTest {
    private static final byte[] IMAGES = idxImages(2, 3);

    @TempDir
    private Path folder;

    private void assertRefused(byte[] content, String... said) {
        Path file = Crafted.write(folder, "images", content);
        assertFault(file, () -> IdxFile.read(file), said);
    }

    @Test
    void detectsGzipByContent() throws IOException {
        for (String name : new String[] {"images", "images.gz"}) {
            for (byte[] content : new byte[][] {IMAGES, Crafted.gzip(IMAGES)}) {
                NumericArray.Bytes array = IdxFile.read(Crafted.write(folder, name, content));
                assertEquals("(2, 3, 3)", array.shape().toString());
                assertArrayEquals(Arrays.copyOfRange(IMAGES, 16, 34), array.values());
            }
        }
    }

    @Test
    void whatPythonCompressedIsRead() throws IOException, URISyntaxException {
        Path file = Path.of(getClass().getResource("numpy/mnist.idx3-ubyte.gz").toURI());
        NumericArray.Bytes array = IdxFile.read(file);
        assertEquals("(2, 3, 4)", array.shape().toString());
        assertEquals(230, array.value(23));
    }

    @Test
    void bytesAreUnsigned() throws IOException {
        Path file = Crafted.write(folder, "labels", Crafted.idxLabels(255, 128, 0));
        NumericArray.Bytes array = IdxFile.read(file);
        assertEquals(255, array.value(0));
        assertEquals("128", array.text(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void cutInTheMagicNumber(int length) {
        assertRefused(Arrays.copyOf(IMAGES, length), "begins with", "00 00 08 03");
    }

    @Test
    void cutInTheSizes() {
        assertRefused(Arrays.copyOf(IMAGES, 9), "cut in its header", "needs 12 bytes, found 5");
    }

    @Test
    void cutInTheBody() {
        assertRefused(Arrays.copyOf(IMAGES, 30), "declares shape (2, 3, 3) of uint8 = 18 bytes",
                "found 14");
        assertRefused(Crafted.gzip(Arrays.copyOf(IMAGES, 30)), "= 18 bytes", "found 14");
    }

    @Test
    void bytesLeftOver() {
        byte[] longer = Arrays.copyOf(IMAGES, 36);
        assertRefused(longer, "= 18 bytes", "found 20");
        assertRefused(Crafted.gzip(longer), "= 18 bytes", "more follow");
    }

    @ParameterizedTest
    @CsvSource({"0d, 32-bit floats", "09, signed bytes", "77, no known type"})
    void otherTypes(String type, String name) {
        byte[] content = IMAGES.clone();
        content[2] = Byte.parseByte(type, 16);
        assertRefused(content, "begins with 00 00 " + type + " 03", name, "begins with 00 00 08");
    }

    @Test
    void swappedByteOrder() {
        assertRefused(join(bytes(3, 8, 0, 0, 2, 0, 0, 0), IMAGES), "begins with 03 08 00 00",
                "little-endian", "00 00 08 03");
    }

    @Test
    void sizesInLittleEndianDoNotFitTheFile() {
        assertRefused(join(idxHeader(0x02000000, 0x03000000, 0x03000000), new byte[18]),
                "(33554432, 50331648, 50331648) has more elements");
    }

    @Test
    void otherContent() {
        assertRefused("<html>".getBytes(), "begins with 3c 68 74 6d", "00 00 08 03");
        assertRefused(bytes(0, 0, 8, 0), "without axes");
    }

    @Test
    void productsThatWrapAreNotBelieved() {
        assertRefused(idxHeader(65536, 65536), "(65536, 65536)", "= 4294967296 bytes, found 0");
        assertRefused(idxHeader(0x7FFFFFFF, 0x7FFFFFFF, 0x7FFFFFFF), "more elements");
        assertRefused(idxHeader(1 << 16, 1 << 16, 1 << 16, 1 << 16), "more elements");
    }

    @Test
    void sizesAreUnsigned() {
        assertRefused(join(idxHeader(-1, -18), new byte[18]),
                "shape (4294967295, 4294967278) has more elements");
        assertRefused(join(idxHeader(1 << 31), new byte[18]), "shape (2147483648,)");
    }

    @Test
    void rejectsMoreThanEightAxes() throws IOException {
        Path file = Crafted.write(folder, "images",
                join(idxHeader(1, 1, 1, 1, 1, 1, 1, 1), bytes(7)));
        assertEquals(8, IdxFile.read(file).shape().rank());
        assertRefused(join(idxHeader(1, 1, 1, 1, 1, 1, 1, 1, 1), bytes(7)),
                "begins with 00 00 08 09, an array of 9 axes; at most 8 are read");
    }

    @Test
    void hugeClaimsAreComparedWithTheFile() {
        byte[] claim = idxHeader(2, 1 << 29);
        assertRefused(claim, "= 1073741824 bytes", "found 0");
        assertRefused(Crafted.gzip(claim), "= 1073741824 bytes", "cannot hold more than");
    }
}
