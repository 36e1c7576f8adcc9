package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.io.Faults.assertFault;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Backend;
import org.lanewise.Samples;
import org.lanewise.Trainer;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingOptions;
import org.lanewise.data.DataSet;
import org.lanewise.data.DataSets;
import org.lanewise.data.NonFinite;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;

/** Arrays in mapped files have the values that reading gives, and so have trainings. */
class MappedArrayTest {
    private static final Network NETWORK = Network.input(1, 100, 100).flatten().linear(2)
            .softmaxCrossEntropy();
    private static final int IMAGES = 1800;

    @TempDir
    private Path folder;

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(3).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"|u1", "|i1", "<f4", ">f4", "<f8", ">f8", "<i2", ">u4"})
    void elementsAreThoseThatReadingGives(String type) throws IOException {
        int width = type.charAt(2) - '0';
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("first.npy", Crafted.npy("<f8", "(2,)", new byte[16]));
        entries.put("x.npy", Crafted.npy(type, "(7, 3, 5)", random(105 * width)));
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

    /** Files with a hole: the zeros between first and last image are stored nowhere. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSetMayHaveMoreElementsThanAJavaArray(boolean archive) throws IOException {
        int rows = 70_001;
        long elements = rows * 179L * 173;
        assertTrue(elements > Integer.MAX_VALUE);
        Network network = Network.input(1, 179, 173).flatten().linear(3).softmaxCrossEntropy();
        byte[] labels = new byte[rows];
        labels[rows - 1] = 2;
        Path data = folder;
        if (archive) {
            Map<String, byte[]> entries = new LinkedHashMap<>();
            entries.put("y_train.npy", Crafted.npy("|u1", "(" + rows + ",)", labels));
            byte[] header = Crafted.npy("|u1", "(" + rows + ", 179, 173)", new byte[0]);
            entries.put("x_train.npy", header);
            data = folder.resolve("a.npz");
            writeWithHole(data, Crafted.zip(false, entries), header, elements);
        } else {
            Crafted.write(folder, "train-labels-idx1-ubyte",
                    Crafted.join(Crafted.idxHeader(rows), labels));
            Path images = Crafted.write(folder, "train-images-idx3-ubyte",
                    Crafted.idxHeader(rows, 179, 173));
            try (RandomAccessFile file = new RandomAccessFile(images.toFile(), "rw")) {
                file.setLength(16 + elements);
                mark(file, 16, elements);
            }
        }
        Samples train = DataSets.read(data, network, NonFinite.REFUSE).train();
        assertTrue(train.isRead());
        assertEquals(rows, train.size());
        assertEquals(2, train.label(rows - 1));
        double[] image = new double[179 * 173];
        train.copyInput(rows - 1, image, 0);
        assertEquals(7 / 255.0, image[0]);
        assertEquals(9 / 255.0, image[image.length - 1]);
        assertEquals(16 / 255.0, Arrays.stream(image).sum(), 1e-15);
    }

    /** Writes 7 where the last image begins, and 9 where it ends. */
    private static void mark(RandomAccessFile file, long start, long elements)
            throws IOException {
        file.seek(start + elements - 179 * 173);
        file.write(7);
        file.seek(start + elements - 1);
        file.write(9);
    }

    /** Inserts elements after the header of the last entry, which then is so much longer. */
    private static void writeWithHole(Path path, byte[] archive, byte[] header, long elements)
            throws IOException {
        ByteBuffer zip = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
        int end = archive.length - 22;
        int directory = zip.getInt(end + 16);
        int size = (int) (header.length + elements);
        int local = directory - header.length - "x_train.npy".length() - 30;
        zip.putInt(local + 18, size).putInt(local + 22, size);
        int last = end - "x_train.npy".length() - 46;
        zip.putInt(last + 20, size).putInt(last + 24, size);
        zip.putInt(end + 16, (int) (directory + elements));
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.write(archive, 0, directory);
            mark(file, directory, elements);
            file.seek(directory + elements);
            file.write(archive, directory, archive.length - directory);
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

    /** 18 MB of images, or 144 MB of numbers, in a heap that keeps a quarter of 64 MB. */
    @ParameterizedTest
    @ValueSource(strings = {"idx", "u1", "f4"})
    void aTrainingHasTheSameBits(String format) throws IOException, InterruptedException {
        byte[] pixels = random(IMAGES * 10_000 * (format.equals("f4") ? 4 : 1));
        byte[] labels = new byte[IMAGES];
        for (int i = 0; i < IMAGES; i++) {
            labels[i] = (byte) (i % 2);
        }
        Path data = folder;
        if (format.equals("idx")) {
            Crafted.write(folder, "train-images-idx3-ubyte",
                    Crafted.join(Crafted.idxHeader(IMAGES, 100, 100), pixels));
            Crafted.write(folder, "train-labels-idx1-ubyte",
                    Crafted.join(Crafted.idxHeader(IMAGES), labels));
        } else {
            // Any four bytes may be NaN; these are numbers around 1.
            for (int i = 0; format.equals("f4") && i < pixels.length; i += 4) {
                pixels[i + 3] = 0x3F;
                pixels[i + 2] &= 0x7F;
            }
            Map<String, byte[]> entries = new LinkedHashMap<>();
            entries.put("x_train.npy", Crafted.npy(format.equals("f4") ? "<f4" : "|u1",
                    "(" + IMAGES + ", 100, 100)", pixels));
            entries.put("y_train.npy", Crafted.npy("|u1", "(" + IMAGES + ",)", labels));
            data = Crafted.write(folder, "a.npz", Crafted.zip(false, entries));
        }
        assertEquals(result(data), SmallProcess.run("true", "64m", Training.class,
                data.toString()));
    }

    private static String result(Path data) throws IOException {
        DataSet set = DataSets.read(data, NETWORK, NonFinite.REFUSE);
        Samples train = set.train();
        Trainer trainer = new Trainer(NETWORK, TrainingOptions.of(Optimizer.sgd(1e-4))
                .batchSize(16).backend(Backend.SCALAR));
        trainer.train(train, 1, TrainingListener.SILENT);
        return Arrays.hashCode(trainer.parameters().values("1.weight")) + " "
                + trainer.state().position().data().orElseThrow().checksum() + " " + train.sha256();
    }

    /** Trains in a JVM of its own. */
    static final class Training {
        private Training() {}

        public static void main(String[] arguments) throws IOException {
            System.out.print(result(Path.of(arguments[0])));
        }
    }
}
