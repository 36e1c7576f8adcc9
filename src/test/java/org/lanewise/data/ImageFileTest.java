package org.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.io.Faults.assertFault;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.io.Crafted;
import org.lanewise.io.FileFormatException;
import org.lanewise.io.NpyFile;
import org.lanewise.io.NumericArray;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

class ImageFileTest {
    private static final int HEIGHT = 13;
    private static final int WIDTH = 17;
    private static final Shape.Image RGB = new Shape.Image(3, HEIGHT, WIDTH);
    private static final Shape.Image GREY = new Shape.Image(1, HEIGHT, WIDTH);

    @TempDir
    private Path folder;

    private static Path recorded(String name) {
        URL url = ImageFileTest.class.getResource("pillow/" + name);
        assertNotNull(url, name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] content(String name) throws IOException {
        return Files.readAllBytes(recorded(name));
    }

    /** {@return the most that a pixel is away from Pillow's} */
    private static int worst(byte[] read, Path expected) throws IOException {
        NumericArray array = NpyFile.read(expected);
        int channels = array.shape().rank() == 3 ? 3 : 1;
        int pixels = read.length / channels;
        assertEquals(array.shape().size(), read.length);
        int worst = 0;
        for (int i = 0; i < read.length; i++) {
            // Ours is channel by channel, Pillow's pixel by pixel.
            int theirs = (int) array.value(i % pixels * channels + i / pixels);
            worst = Math.max(worst, Math.abs(Byte.toUnsignedInt(read[i]) - theirs));
        }
        return worst;
    }

    /** JPEG leaves the rounding of its transform to the decoder; PNG leaves nothing. */
    @ParameterizedTest
    @CsvSource({"photo.png,0", "grey.png,0", "two-levels.png,0", "palette.png,0", "opaque.png,0",
            "wide-grey.png,0", "baseline.jpg,2", "progressive.jpg,2", "grey-photo.jpeg,1",
            "marked-rotated.jpg,2"})
    void pixelsAreThoseThatPillowReads(String name, int bound) throws IOException {
        String stem = name.substring(0, name.indexOf('.'));
        byte[] rgb = ImageFile.read(recorded(name), RGB, OtherSize.REFUSE);
        int colour = worst(rgb, recorded(stem + ".rgb.npy"));
        assertTrue(colour <= bound, name + " in colour: " + colour);
        byte[] grey = ImageFile.read(recorded(name), GREY, OtherSize.REFUSE);
        int level = worst(grey, recorded(stem + ".grey.npy"));
        assertTrue(level <= bound, name + " in grey: " + level);
    }

    /** Pillow rounds between the two axes as well, and so may be one away. */
    @ParameterizedTest
    @CsvSource({"13,17,0", "7,5,1", "1,1,1", "26,34,1", "40,3,1", "12,18,1"})
    void scalingIsPillowsBilinearFilter(int height, int width, int bound) throws IOException {
        byte[] scaled = ImageFile.read(recorded("photo.png"), new Shape.Image(1, height, width),
                OtherSize.RESIZE);
        int worst = worst(scaled, recorded("scaled-" + height + "-" + width + ".npy"));
        assertTrue(worst <= bound, "away by " + worst);
    }

    @Test
    void anotherSizeIsRefusedUnlessScalingIsAllowed() {
        Path file = recorded("baseline.jpg");
        assertFault(file, () -> ImageFile.read(file, new Shape.Image(3, 32, 32), OtherSize.REFUSE),
                "is 13x17 (height x width), the network takes 32x32");
    }

    private void assertRefused(String name, byte[] content, String... said) {
        Path file = Crafted.write(folder, name, content);
        assertFault(file, () -> ImageFile.read(file, RGB, OtherSize.RESIZE), said);
    }

    @Test
    void whatIsNoSuchImage() throws IOException {
        assertRefused("a.png", new byte[0], "begins with nothing; PNG begins with 89 50 4e 47");
        assertRefused("a.png", content("bitmap.png"), "begins with 42 4d");
        assertRefused("a.jpg", "<html>".getBytes(StandardCharsets.UTF_8),
                "begins with 3c 68 74 6d");
        assertRefused("a.png", content("transparent.png"), "is transparent at row 2, column 4");
        assertRefused("a.jpg", content("cmyk.jpg"), "has 4 channels that are neither grey nor RGB");
        // The name does not count, the content does.
        assertTrue(ImageFile.read(Crafted.write(folder, "b.png", content("baseline.jpg")), RGB,
                OtherSize.REFUSE).length > 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"photo.png", "palette.png", "grey.png", "wide-grey.png"})
    void everyCutAndEveryFlippedBitOfAPngIsRefused(String name) throws IOException {
        byte[] whole = content(name);
        for (int length = 0; length < whole.length; length++) {
            assertRefused("cut.png", Arrays.copyOf(whole, length));
        }
        for (int at = 0; at < whole.length; at++) {
            assertRefused("flipped.png", Crafted.flip(whole, at, at % 8));
        }
        assertRefused("long.png", Crafted.join(whole, new byte[3]), "has 3 bytes after its end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"baseline.jpg", "progressive.jpg", "grey-photo.jpeg"})
    void everyCutOfAJpegIsRefused(String name) throws IOException {
        byte[] whole = content(name);
        // The last two bytes only say that the image ends.
        for (int length = 0; length < whole.length - 2; length++) {
            assertRefused("cut.jpg", Arrays.copyOf(whole, length));
        }
    }

    /** JPEG has no checksum: a flipped bit may be another picture, but never another exception. */
    @Test
    void aDamagedJpegIsReadOrRefused() throws IOException {
        long seed = 4;
        Random random = new Random(seed);
        byte[] whole = content("baseline.jpg");
        int refused = 0;
        for (int round = 0; round < 1500; round++) {
            byte[] damaged = whole.clone();
            for (int change = 0; change < 1 + round % 3; change++) {
                damaged[2 + random.nextInt(whole.length - 2)] = (byte) random.nextInt(256);
            }
            Path file = Crafted.write(folder, "damaged.jpg", damaged);
            try {
                ImageFile.read(file, RGB, OtherSize.RESIZE);
            } catch (FileFormatException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
        assertTrue(refused > 100, "seed " + seed + ": " + refused);
    }

    /** With checksums made right, so that the decoder itself meets the damage. */
    @Test
    void aDamagedPngOfRightChecksumsIsReadOrRefused() throws IOException {
        long seed = 5;
        Random random = new Random(seed);
        byte[] whole = content("photo.png");
        int refused = 0;
        for (int round = 0; round < 1500; round++) {
            byte[] damaged = whole.clone();
            damaged[8 + random.nextInt(whole.length - 20)] = (byte) random.nextInt(256);
            Path file = Crafted.write(folder, "damaged.png", withChecksums(damaged));
            try {
                ImageFile.read(file, RGB, OtherSize.RESIZE);
            } catch (FileFormatException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
        assertTrue(refused > 1000, "seed " + seed + ": " + refused);
    }

    private static byte[] withChecksums(byte[] png) {
        ByteBuffer content = ByteBuffer.wrap(png);
        int at = 8;
        while (at + 12 <= png.length) {
            int length = content.getInt(at);
            if (length < 0 || length > png.length - at - 12) {
                break;
            }
            CRC32 checksum = new CRC32();
            checksum.update(png, at + 4, length + 4);
            content.putInt(at + 8 + length, (int) checksum.getValue());
            at += length + 12;
        }
        return png;
    }

    private static byte[] claiming(byte[] png, int height, int width) {
        ByteBuffer.wrap(png).putInt(16, width).putInt(20, height);
        return withChecksums(png);
    }

    @Test
    void sizesThatAreAfterTheMemory() throws IOException {
        assertRefused("a.png", claiming(content("photo.png"), 60_000, 60_000),
                "says that it is 60000x60000, more than 33554432 pixels");
        assertRefused("a.png", claiming(content("photo.png"), 1, Integer.MAX_VALUE), "pixels");
        assertRefused("a.png", claiming(content("photo.png"), 0, 17), "cannot be decoded");
        assertRefused("a.png", claiming(content("photo.png"), -1, 17), "cannot be decoded");
        assertRefused("a.png", claiming(content("photo.png"), 14, 17), "");
    }

    /** What a small JVM says to a file, and one without java.desktop. */
    @Test
    void aSmallJvm() throws IOException, InterruptedException {
        Path bomb = Crafted.write(folder, "bomb.png",
                claiming(content("photo.png"), 5_000, 6_000));
        String said = run("-Xmx32m", bomb);
        assertTrue(said.startsWith(bomb + ": needs more memory than this JVM has")
                || said.startsWith(bomb + ": cannot be decoded"), said);
        assertEquals(1, said.lines().count(), said);
        Path photo = recorded("photo.png");
        assertEquals("663 values\n", run("--limit-modules=java.base,jdk.incubator.vector,"
                + "java.desktop", photo));
        assertEquals(photo + ": images are read by Java's module java.desktop, which is not there;"
                + " start java with --add-modules java.desktop\n",
                run("--limit-modules=java.base,jdk.incubator.vector", photo));
    }

    private static String run(String flag, Path image) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), flag,
                "-XX:TieredStopAtLevel=1", "-cp",
                root("ImageFile.class") + File.pathSeparator + root("ImageFileTest.class"),
                Reader.class.getName(), image.toString()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    private static String root(String type) {
        URI uri = URI.create(ImageFileTest.class.getResource(type).toString());
        return Path.of(uri).getParent().getParent().getParent().getParent().toString();
    }

    /** Reads an image for a network of 3x13x17 and prints what came of it. */
    static final class Reader {
        private Reader() {}

        static void main(String[] arguments) {
            Network network = Network.input(3, HEIGHT, WIDTH).flatten().linear(2)
                    .softmaxCrossEntropy();
            try {
                System.out.println(DataSets.readInputs(Path.of(arguments[0]), network,
                        NonFinite.REFUSE, OtherSize.RESIZE).shape().size() + " values");
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
