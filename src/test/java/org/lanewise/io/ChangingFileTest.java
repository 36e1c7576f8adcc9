package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.Parameters;
import org.lanewise.Trainer;
import org.lanewise.TrainingOptions;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;

/**
 * Files that are cut or replaced while they are read: the result is the old one, the new one or an
 * error.
 */
class ChangingFileTest {
    private static final int SIZE = 300_000;
    private static final Network NETWORK = Network.input(1, 40, 40).flatten().linear(20)
            .softmaxCrossEntropy();

    @TempDir
    private Path folder;

    /** Writes one of two versions of a file. */
    private interface Writer {
        void write(int version, Path file) throws IOException;
    }

    private interface Reader {
        double[] read(Path file) throws IOException;
    }

    private enum Format {
        IDX(".idx", (version, file) -> Files.write(file, idx(version)),
                file -> numbers(IdxFile.read(file))),
        GZIP(".gz", (version, file) -> Files.write(file, Crafted.gzip(idx(version))),
                file -> numbers(IdxFile.read(file))),
        NPY(".npy", (version, file) -> Files.write(file, npy(version)),
                file -> ((NumericArray.Doubles) NpyFile.read(file)).values()),
        NPZ(".npz", (version, file) -> ParameterFile.write(trainer(version).parameters(), file),
                file -> numbers(ParameterFile.read(file))),
        SAFETENSORS(".safetensors", NPZ.writer, NPZ.reader),
        CHECKPOINT(".npz", (version, file) -> CheckpointFile.write(trainer(version).state(), file),
                file -> numbers(CheckpointFile.read(file).parameters()));

        private final String suffix;
        private final Writer writer;
        private final Reader reader;

        Format(String suffix, Writer writer, Reader reader) {
            this.suffix = suffix;
            this.writer = writer;
            this.reader = reader;
        }

        private static byte[] idx(int version) {
            byte[] values = new byte[SIZE];
            new Random(version).nextBytes(values);
            return Crafted.join(Crafted.idxHeader(SIZE), values);
        }

        private static byte[] npy(int version) {
            return Crafted.npy("(" + SIZE / 8 + ",)",
                    new Random(version).doubles(SIZE / 8).toArray());
        }

        private static double[] numbers(NumericArray.Bytes array) {
            double[] values = new double[SIZE];
            Arrays.setAll(values, i -> array.values()[i]);
            return values;
        }

        private static double[] numbers(Parameters parameters) {
            return parameters.values("1.weight");
        }

        private static Trainer trainer(int seed) {
            return new Trainer(NETWORK, TrainingOptions.of(Optimizer.sgd(0.1)).seed(seed));
        }
    }

    @ParameterizedTest
    @EnumSource
    void isReadWholeOrRefused(Format format) throws Exception {
        int seed = Rounds.seed();
        System.out.println("seed " + seed);
        Path file = folder.resolve("file" + format.suffix);
        List<Path> versions = List.of(folder.resolve("a" + format.suffix),
                folder.resolve("b" + format.suffix));
        double[][] whole = new double[2][];
        for (int i = 0; i < 2; i++) {
            format.writer.write(i, versions.get(i));
            whole[i] = format.reader.read(versions.get(i));
        }
        Files.copy(versions.get(0), file);
        AtomicBoolean done = new AtomicBoolean();
        Thread other = Thread.ofPlatform().start(() -> change(file, versions, seed, done));
        try {
            for (int i = 0; i < Rounds.of(200); i++) {
                try {
                    double[] found = format.reader.read(file);
                    assertTrue(Arrays.equals(whole[0], found) || Arrays.equals(whole[1], found),
                            "read " + i + " gave neither of both");
                } catch (IOException e) {
                    assertTrue(e.getMessage().startsWith(file + ": "), e.toString());
                    assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
                }
            }
        } finally {
            done.set(true);
            other.join();
        }
    }

    /** Cuts the file somewhere, then puts another in its place, over and over. */
    private static void change(Path file, List<Path> versions, int seed, AtomicBoolean done) {
        Random random = new Random(seed);
        try {
            while (!done.get()) {
                Path next = file.resolveSibling("next");
                Files.copy(versions.get(random.nextInt(2)), next,
                        StandardCopyOption.REPLACE_EXISTING);
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
                if (random.nextInt(4) == 0) {
                    cut(file, random.nextLong(Files.size(file)));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void cut(Path file, long length) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(length);
        }
    }

    @Test
    void aCutAfterTheHeaderNamesWhatWasFound() throws IOException {
        Path file = Crafted.write(folder, "file.npy", Crafted.npy("|u1", "(" + SIZE + ",)",
                new byte[SIZE]));
        try (Source source = Source.open(file)) {
            Body body = NpyHeader.read(source).body();
            source.begin(body);
            cut(file, 100_000);
            Faults.assertFault(file, () -> {
                source.fill(new byte[SIZE], SIZE, body);
                return null;
            }, "declares shape (300000,) of uint8 = 300000 bytes, found 999");
        }
    }

    @Test
    void anArchiveThatIsCutWhenItIsOpen() throws IOException {
        Path file = folder.resolve("file.npz");
        Format.NPZ.writer.write(0, file);
        try (NpzFile npz = NpzFile.open(file)) {
            cut(file, 100_000);
            Faults.assertFault(file, () -> npz.read("1.weight"), "array 1.weight: ");
        }
    }

    @Test
    void anArchiveThatIsReplacedWhenItIsOpenStaysTheOneThatItWas() throws IOException {
        Path file = folder.resolve("file.npz");
        Format.NPZ.writer.write(0, file);
        double[] whole = Format.NPZ.reader.read(file);
        try (NpzFile npz = NpzFile.open(file)) {
            Format.NPZ.writer.write(1, file);
            assertArrayEquals(whole, ((NumericArray.Doubles) npz.read("1.weight")).values());
        }
    }
}
