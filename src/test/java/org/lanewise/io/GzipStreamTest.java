package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.io.Crafted.bytes;
import static org.lanewise.io.Crafted.gzip;
import static org.lanewise.io.Crafted.join;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;

class GzipStreamTest {
    private static final int SEED = 7;
    private static final byte[] CONTENT = content();
    private static final byte[] FILE = gzip(CONTENT);
    private static final int HEADER = 10;

    /** More than one buffer of what does not compress. */
    private static byte[] content() {
        byte[] content = new byte[200_000];
        new Random(SEED).nextBytes(content);
        return content;
    }

    private static byte[] read(byte[] file) throws IOException {
        try (GzipStream in = new GzipStream(new ByteArrayInputStream(file))) {
            return in.readAllBytes();
        }
    }

    private static void assertRefused(byte[] file, String said) {
        ZipException fault = assertThrows(ZipException.class, () -> read(file), "seed " + SEED);
        assertTrue(fault.getMessage().contains(said), fault.getMessage());
    }

    @Test
    void oneMember() throws IOException {
        assertArrayEquals(CONTENT, read(FILE));
    }

    @Test
    void oneByteAtATime() throws IOException {
        try (GzipStream in = new GzipStream(new ByteArrayInputStream(FILE))) {
            assertEquals(Byte.toUnsignedInt(CONTENT[0]), in.read());
            assertEquals(Byte.toUnsignedInt(CONTENT[1]), in.read());
        }
    }

    @Test
    void severalMembersOneEmpty() throws IOException {
        byte[] file = join(gzip(bytes(1, 2)), gzip(new byte[0]), FILE);
        assertArrayEquals(join(bytes(1, 2), CONTENT), read(file));
    }

    @Test
    void everyPlaceToCutIsNoticed() {
        byte[] file = gzip(Arrays.copyOf(CONTENT, 40));
        for (int length = 2; length < file.length; length++) {
            assertRefused(Arrays.copyOf(file, length), "cut");
        }
        byte[] two = join(file, file);
        for (int length = file.length + 2; length < two.length; length++) {
            assertRefused(Arrays.copyOf(two, length), "gzip member 2 is cut");
        }
    }

    @Test
    void wrongChecksum() {
        assertRefused(Crafted.flip(FILE, FILE.length - 8, 0), "CRC-32");
    }

    @Test
    void wrongLength() {
        assertRefused(Crafted.flip(FILE, FILE.length - 4, 0), "length mod 2^32");
    }

    @Test
    void flippedContent() {
        assertRefused(Crafted.flip(FILE, FILE.length / 2, 3), "damaged");
    }

    @Test
    void garbageAfterTheLastMember() {
        assertRefused(join(FILE, bytes('x')), "something follows gzip member 1");
        assertRefused(join(FILE, new byte[512]), "something follows gzip member 1");
        assertRefused(join(FILE, bytes(0x1F, 0x8C, 8, 0)), "something follows gzip member 1");
    }

    @Test
    void optionalHeaderFields() throws IOException {
        byte[] extra = bytes(0x1F, 0x8B, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 3, 0, 'a', 'b', 'c',
                'n', 0, 'c', 0);
        CRC32 checksum = new CRC32();
        checksum.update(extra);
        int low = (int) checksum.getValue();
        byte[] body = Arrays.copyOfRange(FILE, HEADER, FILE.length);
        assertArrayEquals(CONTENT, read(join(extra, bytes(low, low >>> 8), body)));
        assertRefused(join(extra, bytes(low + 1, low >>> 8), body), "checksum of its header");
    }

    @Test
    void unknownMethodOrFlags() {
        assertRefused(Crafted.flip(FILE, 2, 0), "method 9");
        assertRefused(Crafted.flip(FILE, 3, 7), "flags 128");
    }
}
