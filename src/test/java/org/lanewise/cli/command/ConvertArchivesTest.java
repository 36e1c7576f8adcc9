package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.io.Crafted;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Archives of images, whole and damaged: nothing that is unpacked is left. */
class ConvertArchivesTest {
    /** Longer than the 100 bytes that a header has for it, and in the second part than 155 too. */
    private static final String LONG = "n".repeat(120) + "ü.png";

    @TempDir
    private Path folder;

    private Path saved;
    private final Map<String, byte[]> images = new LinkedHashMap<>();

    @BeforeEach
    void drawImages() throws IOException {
        saved = folder.resolve("a.npz");
        for (String name : new String[] {"train/a/1.png", "train/b/2.png", "train/b/" + LONG,
                "test/b/3.png"}) {
            BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
            image.setRGB(1, 1, name.hashCode());
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            assertTrue(ImageIO.write(image, "png", png));
            images.put(name, png.toByteArray());
        }
    }

    @AfterEach
    void nothingThatWasUnpackedIsLeft() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            assertTrue(all.noneMatch(path -> path.getFileName().toString().startsWith(".")));
        }
    }

    /** A header by POSIX; names beyond 100 bytes are cut. */
    private static byte[] header(String name, long size, char type, String prefix) {
        byte[] header = new byte[512];
        put(header, 0, name, 100);
        put(header, 100, "0000644", 8);
        put(header, 124, String.format("%011o", size), 12);
        header[156] = (byte) type;
        put(header, 257, "ustar\00000", 8);
        put(header, 345, prefix, 155);
        put(header, 148, "        ", 8);
        int sum = 0;
        for (byte one : header) {
            sum += Byte.toUnsignedInt(one);
        }
        put(header, 148, String.format("%06o", sum), 7);
        return header;
    }

    private static void put(byte[] into, int at, String text, int most) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, into, at, Math.min(bytes.length, most));
    }

    private static byte[] entry(String name, byte[] content, char type, String prefix) {
        return Crafted.join(header(name, content.length, type, prefix), content,
                new byte[-content.length & 511]);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] entry(String name, byte[] content, String way) {
        if (bytes(name).length <= 100) {
            return entry(name, content, '0', "");
        }
        int folder = name.lastIndexOf('/');
        return switch (way) {
            case "gnu" -> Crafted.join(entry("././@LongLink", bytes(name + "\0"), 'L', ""),
                    entry(name, content, '0', ""));
            case "pax" -> Crafted.join(entry("x", bytes("30 mtime=1234567890.123456789\n"
                    + (bytes(name).length + 10) + " path=" + name + "\n"), 'x', ""),
                    entry(name, content, '0', ""));
            default -> entry(name.substring(folder + 1).replace("n".repeat(40), "n"), content, '0',
                    name.substring(0, folder));
        };
    }

    private byte[] tar(String way) {
        byte[] tar = entry("train/", new byte[0], '5', "");
        for (var image : images.entrySet()) {
            tar = Crafted.join(tar, entry(image.getKey(), image.getValue(), way));
        }
        return Crafted.join(tar, new byte[1024]);
    }

    private byte[] expected() throws IOException {
        Path data = folder.resolve("data");
        for (var image : images.entrySet()) {
            Path file = data.resolve(image.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, image.getValue());
        }
        return converted(data);
    }

    private byte[] converted(Path data) throws IOException {
        CommandLineRun run = CommandLineRun.of("convert", "--data", data, "--save", saved,
                "--overwrite");
        assertEquals(0, run.code(), run.err());
        return Files.readAllBytes(saved);
    }

    private void assertRefused(Path data, String said) throws IOException {
        Files.deleteIfExists(saved);
        CommandLineRun run = CommandLineRun.of("convert", "--data", data, "--save", saved);
        assertEquals(1, run.code(), run.out());
        assertTrue(run.err().startsWith("lanewise: " + data + ": " + said), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(Files.notExists(saved));
    }

    private static byte[] xz(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream xz = new XZOutputStream(out, new LZMA2Options())) {
            xz.write(content);
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "pax", "ustar"})
    void aTarIsReadAsAFolder(String way) throws IOException {
        byte[] tar = tar(way);
        byte[] expected = expected();
        assertArrayEquals(expected, converted(Crafted.write(folder, "d.tar", tar)));
        assertArrayEquals(expected, converted(Crafted.write(folder, "d.TGZ", Crafted.gzip(tar))));
        assertArrayEquals(expected, converted(Crafted.write(folder, "d.tar.xz", xz(tar))));
        assertArrayEquals(expected, converted(Crafted.write(folder, "d.zip",
                Crafted.zip(true, images))));
    }

    @Test
    void allMayBeInFoldersOfTheArchive() throws IOException {
        byte[] expected = expected();
        Map<String, byte[]> deeper = new LinkedHashMap<>();
        byte[] tar = {};
        for (var image : images.entrySet()) {
            deeper.put("photos/small/" + image.getKey(), image.getValue());
            tar = Crafted.join(tar,
                    entry("photos/small/" + image.getKey(), image.getValue(), "pax"));
        }
        assertArrayEquals(expected, converted(Crafted.write(folder, "d.tar",
                Crafted.join(tar, new byte[1024]))));
        assertArrayEquals(expected, converted(Crafted.write(folder, "d.zip",
                Crafted.zip(true, deeper))));
        Path damaged = Crafted.write(folder, "e.tar", Crafted.join(
                entry("photos/train/a/1.png", new byte[9], '0', ""), new byte[1024]));
        assertRefused(damaged, "photos/train/a/1.png: ");
    }

    @Test
    void aDamagedZipIsRefused() throws IOException {
        byte[] png = images.get("train/a/1.png");
        int start = 30 + "a/1.png".length();
        for (boolean deflated : new boolean[] {false, true}) {
            byte[] zip = Crafted.zip(deflated, Map.of("a/1.png", png));
            int refused = 0;
            for (int i = 0; i < 60; i++) {
                Path file = Crafted.write(folder, "d.zip", Crafted.flip(zip, start + i, i % 8));
                CommandLineRun run = CommandLineRun.of("convert", "--data", file, "--save", saved,
                        "--overwrite");
                if (run.code() != 0) {
                    assertTrue(run.err().startsWith("lanewise: " + file
                            + ": a/1.png is damaged: "), run.err());
                    refused++;
                }
            }
            // Deflated data may have bits that mean nothing.
            assertTrue(refused == 60 || deflated && refused > 55, refused + " of 60");
        }
        Path lying = Crafted.write(folder, "d.zip", Crafted.flip(
                Crafted.zip(false, Map.of("a/1.png", png)), 30 + 7 + png.length - 1, 0));
        assertRefused(lying, "a/1.png is damaged: the CRC-32 of its content is ");
    }

    @Test
    void aDamagedTarIsRefused() throws IOException {
        byte[] tar = tar("gnu");
        for (int length = 0; length <= tar.length - 1024; length += 61) {
            assertRefused(Crafted.write(folder, "d.tar", Arrays.copyOf(tar, length)),
                    length < 512 ? "is no .tar archive" : "is cut");
        }
        assertRefused(Crafted.write(folder, "d.tar", Crafted.flip(tar, 612, 3)),
                "is damaged: the checksum of a header is wrong");
        assertRefused(Crafted.write(folder, "d.tar", bytes("<html>".repeat(200))),
                "is no .tar archive, plain or compressed by gzip or xz");
        byte[] gzip = Crafted.gzip(tar);
        byte[] xz = xz(tar);
        // The checksums of the whole are at the end.
        assertRefused(Crafted.write(folder, "d.tar.gz", Crafted.flip(gzip, gzip.length - 7, 1)),
                "is damaged: ");
        assertRefused(Crafted.write(folder, "d.tar.gz", Arrays.copyOf(gzip, gzip.length - 9)),
                "is damaged: ");
        assertRefused(Crafted.write(folder, "d.tar.xz", Crafted.flip(xz, xz.length / 2, 1)),
                "is damaged: ");
        assertRefused(Crafted.write(folder, "d.tar.xz", Arrays.copyOf(xz, xz.length - 5)),
                "is damaged: ");
    }

    @Test
    void namesLeadNowhereElse() throws IOException {
        byte[] png = images.get("train/a/1.png");
        for (String name : new String[] {"../b/1.png", "a/../../1.png", "/etc/1.png",
                "a/../b/1.png", "b/.."}) {
            assertRefused(Crafted.write(folder, "d.tar", Crafted.join(entry(name, png, '0', ""),
                    new byte[1024])), "holds " + name + ", which is no path in a folder");
        }
        assertRefused(Crafted.write(folder, "d.tar", Crafted.join(entry("a/1.png", png, '0', ""),
                entry("./a/1.png", png, '0', ""), new byte[1024])), "holds ./a/1.png twice");
        String[] kinds = {"1a hard link", "2a symbolic link", "3a device", "6a pipe",
                "Sa sparse file", "Vof type 'V'"};
        for (String kind : kinds) {
            assertRefused(Crafted.write(folder, "d.tar", Crafted.join(
                    entry("a/1.png", new byte[0], kind.charAt(0), ""), new byte[1024])),
                    "holds a/1.png, which is " + kind.substring(1)
                            + "; expected files and folders, as tar writes with ");
        }
        // What is wrong with an image is said of the archive.
        assertRefused(Crafted.write(folder, "d.tar", Crafted.join(
                entry("a/1.png", new byte[9], '0', ""), new byte[1024])),
                "a/1.png: begins with 00 00 00 00");
        assertRefused(Crafted.write(folder, "d.tar", Crafted.join(
                entry("a/1.png", png, '0', ""), entry("x.txt", new byte[9], '0', ""),
                new byte[1024])), "x.txt: is no folder");
    }
}
