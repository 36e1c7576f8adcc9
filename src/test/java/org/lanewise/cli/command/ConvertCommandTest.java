package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Samples;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.data.DataSet;
import org.lanewise.data.DataSets;
import org.lanewise.data.NonFinite;
import org.lanewise.io.NpzFile;
import org.lanewise.io.NumericArray;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Network;

/** Folders and archives of images as one file, with the same samples in the same order. */
class ConvertCommandTest {
    private static final int HEIGHT = 3;
    private static final int WIDTH = 5;
    private static final Network NETWORK = Network.input(3, HEIGHT, WIDTH).flatten().linear(4)
            .softmaxCrossEntropy();

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void writeImages() throws IOException {
        data = folder.resolve("data");
        Random random = new Random(1);
        for (String name : List.of("train/b/2", "train/b/10", "train/a ü/x", "test/b/1")) {
            BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
            for (int i = 0; i < HEIGHT * WIDTH; i++) {
                image.setRGB(i % WIDTH, i / WIDTH, random.nextInt(1 << 24));
            }
            Path file = data.resolve(name + ".png");
            Files.createDirectories(file.getParent());
            assertTrue(ImageIO.write(image, "png", file.toFile()));
        }
    }

    private static String run(Object... command) {
        CommandLineRun run = CommandLineRun.of(command);
        assertEquals(0, run.code(), run.err());
        return run.out();
    }

    private static DataSet read(Path path) throws IOException {
        return DataSets.read(path, NETWORK, NonFinite.REFUSE);
    }

    private static byte[] bytes(Samples samples) {
        byte[] all = new byte[samples.size() * 45];
        byte[] one = new byte[45];
        for (int i = 0; i < samples.size(); i++) {
            samples.copyBytes(i, one);
            System.arraycopy(one, 0, all, 45 * i, 45);
        }
        return all;
    }

    @Test
    void oneFileHoldsTheSameSamples() throws IOException, NoSuchAlgorithmException {
        Path saved = folder.resolve("data.npz");
        String out = run("convert", "--data", data, "--save", saved);
        DataSet images = read(data);
        DataSet set = read(saved);
        assertEquals(new ClassNames(List.of("a ü", "b")), set.train().classes());
        assertEquals(3, set.train().size());
        int[] labels = {0, 1, 1};
        for (int i = 0; i < 3; i++) {
            assertEquals(labels[i], set.train().label(i));
        }
        assertArrayEquals(bytes(images.train()), bytes(set.train()));
        assertArrayEquals(bytes(images.test().orElseThrow()), bytes(set.test().orElseThrow()));
        try (NpzFile npz = NpzFile.open(saved)) {
            assertEquals(List.of("x_train", "y_train", "x_test", "y_test", "classes.txt"),
                    npz.names());
            assertEquals(List.of(3, 3, HEIGHT, WIDTH), npz.read("x_train").shape().sizes());
            assertArrayEquals(bytes(set.train()),
                    ((NumericArray.Bytes) npz.read("x_train")).values());
        }

        // The checksum, from its definition.
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update("3x3x5".getBytes());
        digest.update(bytes(set.train()));
        digest.update(new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1});
        String expected = HexFormat.of().formatHex(digest.digest());
        assertEquals(expected, images.train().sha256());
        assertEquals(expected, set.train().sha256());
        assertEquals(expected, set.train().normalize(new double[] {1}, new double[] {2}).sha256());
        assertTrue(out.contains("sha256 of the training images  " + expected), out);
        assertTrue(out.contains(": 3 training images of 3x3x5, 1 test images, 2 classes: a ü, b"),
                out);
    }

    @Test
    void anArchiveIsReadAsAFolder() throws IOException {
        Path zip = folder.resolve("data.zip");
        try (FileSystem archive = FileSystems.newFileSystem(URI.create("jar:" + zip.toUri()),
                Map.of("create", "true")); Stream<Path> files = Files.walk(data)) {
            for (Path file : files.toList()) {
                Path to = archive.getPath("/" + data.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
        Path first = folder.resolve("a.npz");
        Path second = folder.resolve("b.npz");
        run("convert", "--data", data, "--save", first);
        run("convert", "--data", zip, "--save", second);
        assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
        String json = run("convert", "--data", zip, "--save", first, "--overwrite", "--input",
                "1x2x2", "--resize", "--json");
        assertTrue(json.contains("\"input\" : \"1x2x2\""), json);
        assertTrue(json.contains(read1(first).train().sha256()), json);
    }

    private static DataSet read1(Path path) throws IOException {
        return DataSets.read(path, Network.input(1, 2, 2).flatten().linear(2)
                .softmaxCrossEntropy(), NonFinite.REFUSE);
    }

    @Test
    void whatCannotBeIsRefused() throws IOException {
        Path saved = folder.resolve("a.npz");
        assertRefused(2, "--save a.bin: the name must end in .npz", "convert", "--data", data,
                "--save", "a.bin");
        for (String shape : List.of("3x32", "2x3x5", "3x0x5", "axbxc")) {
            assertRefused(2, "--input " + shape + ": expected channels (1 or 3), height and width",
                    "convert", "--data", data, "--save", saved, "--input", shape);
        }
        assertRefused(1, data.resolve("train/a ü/x.png") + ": is 3x5 (height x width)", "convert",
                "--data", data, "--save", saved, "--input", "3x4x4");
        Files.write(data.resolve("train/b/10.png"), new byte[9]);
        assertRefused(1, data.resolve("train/b/10.png") + ": begins with 00 00 00 00", "convert",
                "--data", data, "--save", saved);
        assertTrue(Files.notExists(saved));
        Files.write(folder.resolve("x.zip"), new byte[100]);
        assertRefused(1, folder.resolve("x.zip") + ": is no .zip archive", "convert", "--data",
                folder.resolve("x.zip"), "--save", saved);
    }

    private static void assertRefused(int code, String said, Object... command) {
        CommandLineRun run = CommandLineRun.of(command);
        assertEquals(code, run.code(), run.out());
        assertTrue(run.err().startsWith("lanewise: " + said), run.err());
    }
}
