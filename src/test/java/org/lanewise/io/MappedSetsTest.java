package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
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

/** Sets of samples whose inputs are mapped: their trainings have the same bits as those in memory. */
class MappedSetsTest {
    private static final Network NETWORK = Network.input(1, 100, 100).flatten().linear(2)
            .softmaxCrossEntropy();
    private static final int IMAGES = 1800;

    @TempDir
    private Path folder;

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

    /** 19 MB of inputs alone, as {@code predict} reads them. */
    @ParameterizedTest
    @ValueSource(strings = {"x.npy", "x.npz", "x"})
    void inputsAreMappedToo(String name) throws IOException, InterruptedException {
        byte[] pixels = Crafted.random(1900 * 10_000);
        byte[] array = Crafted.npy("|u1", "(1900, 100, 100)", pixels);
        Path file = Crafted.write(folder, name, switch (name) {
            case "x.npy" -> array;
            case "x.npz" -> Crafted.zip(false, Map.of("x.npy", array));
            default -> Crafted.join(Crafted.idxHeader(1900, 100, 100), pixels);
        });
        Samples samples = DataSets.readInputs(file, NETWORK, NonFinite.REFUSE);
        assertEquals(samples.sha256() + " read", SmallProcess.run("true", "64m", Inputs.class,
                file.toString()));
    }

    /** 17 MB of images, or 144 MB of numbers, in a heap that keeps a quarter of 64 MB. */
    @ParameterizedTest
    @ValueSource(strings = {"idx", "u1", "f4", "cifar"})
    void aTrainingHasTheSameBits(String format) throws IOException, InterruptedException {
        byte[] pixels = Crafted.random(IMAGES * 10_000 * (format.equals("f4") ? 4 : 1));
        byte[] labels = new byte[IMAGES];
        for (int i = 0; i < IMAGES; i++) {
            labels[i] = (byte) (i % 2);
        }
        Path data = folder;
        if (format.equals("cifar")) {
            for (int batch = 1; batch <= 5; batch++) {
                byte[] records = Crafted.random(3073 * (1150 + batch));
                for (int i = 0; i < records.length; i += 3073) {
                    records[i] = (byte) (i % 2);
                }
                Crafted.write(folder, "data_batch_" + batch + ".bin", records);
            }
        } else if (format.equals("idx")) {
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
        assertEquals(result(data) + " read", SmallProcess.run("true", "64m", Training.class,
                data.toString()));
    }

    private static String result(Path data) throws IOException {
        Network network = Files.exists(data.resolve("data_batch_1.bin"))
                ? Network.input(3, 32, 32).flatten().linear(2).softmaxCrossEntropy()
                : NETWORK;
        DataSet set = DataSets.read(data, network, NonFinite.REFUSE);
        Samples train = set.train();
        Trainer trainer = new Trainer(network, TrainingOptions.of(Optimizer.sgd(1e-4))
                .batchSize(16).backend(Backend.SCALAR));
        trainer.train(train, 1, TrainingListener.SILENT);
        return Arrays.hashCode(trainer.parameters().values("1.weight")) + " "
                + trainer.state().position().data().orElseThrow().checksum() + " " + train.sha256()
                + (train.isRead() ? " read" : "");
    }

    /** Reads inputs in a JVM of its own. */
    static final class Inputs {
        private Inputs() {}

        public static void main(String[] arguments) throws IOException {
            Samples samples = DataSets.readInputs(Path.of(arguments[0]), NETWORK,
                    NonFinite.REFUSE);
            System.out.print(samples.sha256() + (samples.isRead() ? " read" : ""));
        }
    }

    /** Trains in a JVM of its own. */
    static final class Training {
        private Training() {}

        public static void main(String[] arguments) throws IOException {
            System.out.print(result(Path.of(arguments[0])));
        }
    }
}
