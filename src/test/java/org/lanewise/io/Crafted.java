package org.lanewise.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Contents of files, right ones and wrong ones, byte by byte. */
public final class Crafted {
    private Crafted() {}

    /** {@return the parts one after another} */
    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** {@return the integers as bytes} */
    public static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** {@return a header of IDX: 00 00 08, the rank, the sizes} */
    public static byte[] idxHeader(int... sizes) {
        ByteBuffer header = ByteBuffer.allocate(4 + 4 * sizes.length);
        header.put((byte) 0).put((byte) 0).put((byte) 8).put((byte) sizes.length);
        for (int size : sizes) {
            header.putInt(size);
        }
        return header.array();
    }

    /** {@return images of {@code size} by {@code size} pixels, pixel k being k mod 256} */
    public static byte[] idxImages(int count, int size) {
        byte[] pixels = new byte[count * size * size];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) i;
        }
        return join(idxHeader(count, size, size), pixels);
    }

    /** {@return labels as IDX} */
    public static byte[] idxLabels(int... labels) {
        return join(idxHeader(labels.length), bytes(labels));
    }

    /** {@return one gzip member} */
    public static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    /** {@return an .npy array of version 1 with any header} */
    public static byte[] npy(String header, byte[] body) {
        byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
        return join(bytes(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, text.length, text.length >>> 8),
                text,
                body);
    }

    /** {@return a row-major .npy array of version 1} */
    public static byte[] npy(String type, String shape, byte[] body) {
        return npy("{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n",
                body);
    }

    /** {@return an .npy array of doubles} */
    public static byte[] npy(String shape, double... values) {
        ByteBuffer body = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        body.asDoubleBuffer().put(values);
        return npy("<f8", shape, body.array());
    }

    /** {@return an .npy array of 64-bit integers} */
    public static byte[] npyLongs(String shape, long... values) {
        ByteBuffer body = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        body.asLongBuffer().put(values);
        return npy("<i8", shape, body.array());
    }

    /** {@return a zip archive, stored or deflated, entries named as the keys are} */
    public static byte[] zip(boolean deflated, Map<String, byte[]> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (var content : entries.entrySet()) {
                zip.putNextEntry(entry(deflated, content.getKey(), content.getValue()));
                zip.write(content.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static ZipEntry entry(boolean deflated, String name, byte[] content) {
        ZipEntry entry = new ZipEntry(name);
        CRC32 checksum = new CRC32();
        checksum.update(content);
        entry.setMethod(deflated ? ZipEntry.DEFLATED : ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        return entry;
    }

    /** {@return the content with every occurrence of a text replaced by other bytes} */
    public static byte[] replace(byte[] content, String text, String by) {
        return new String(content, StandardCharsets.ISO_8859_1).replace(text, by)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** {@return the content with one bit turned} */
    public static byte[] flip(byte[] content, int index, int bit) {
        byte[] flipped = content.clone();
        flipped[index] ^= (byte) (1 << bit);
        return flipped;
    }

    /** {@return the file, written} */
    public static Path write(Path folder, String name, byte[] content) {
        try {
            return Files.write(folder.resolve(name), content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Some bytes, the same each time. */
    public static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(3).nextBytes(bytes);
        return bytes;
    }
}
