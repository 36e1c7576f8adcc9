package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Backend;

/** Thousands of damaged files: each is read, or refused by the library's own exception. */
class DamagedFilesTest {
    @TempDir
    private Path folder;

    @Test
    void onlyTheLibrarysOwnException() throws IOException, InterruptedException {
        int rounds = Rounds.of(5000);
        String said = SmallProcess.run("true", "64m", Damage.class, folder.toString(),
                String.valueOf(Rounds.seed()), String.valueOf(rounds));
        System.out.print(said);
        assertEquals(Reader.values().length, said.lines().count(), said);
        for (String line : said.lines().toList()) {
            assertTrue(line.matches("\\w+, seed " + Rounds.seed() + ": \\d+ read, \\d{3,} refused"),
                    line);
        }
    }

    /** What reads, and what is damaged for it. */
    enum Reader {
        IDX,
        IDX_GZIP,
        NPY,
        NPY_INTEGERS,
        NPZ,
        NPZ_DEFLATED,
        /** Arrays that are damaged within an archive that is whole. */
        NPZ_WITHIN,
        CHECKPOINT,
        /** Entries that are damaged under a checksum that is right. */
        CHECKPOINT_WITHIN,
        /** A network whose JSON is damaged, with weights that are whole. */
        MODEL_WITHIN;

        void read(Path file) throws IOException {
            switch (this) {
                case IDX, IDX_GZIP -> IdxFile.read(file);
                case NPY, NPY_INTEGERS -> NpyFile.read(file);
                case NPZ, NPZ_DEFLATED, NPZ_WITHIN -> ParameterFile.read(file);
                case CHECKPOINT, CHECKPOINT_WITHIN -> CheckpointFile.read(file);
                case MODEL_WITHIN -> ModelFile.read(file);
            }
        }
    }

    /** Damages files and reads them, and ends with an error if anything else is thrown. */
    static final class Damage {
        private static final byte[] ARRAY = Crafted.npy("(2, 3)", 1, 2, 3, 4, 5, 6);
        private static final Map<String, byte[]> ARRAYS = Map.of("0.weight.npy", ARRAY,
                "0.bias.npy", ARRAY);

        private static final byte[] NETWORK = """
                {"input": [3], "layers": [{"type": "linear", "out_features": 2, "bias": false}],
                "loss": "softmax_cross_entropy", "classes": ["cat", "d\\u006fg"]}"""
                .getBytes(StandardCharsets.US_ASCII);

        private final int seed;
        private final Random random;
        private final byte[] checkpoint;

        private Damage(int seed, byte[] checkpoint) {
            this.seed = seed;
            this.random = new Random(seed);
            this.checkpoint = checkpoint;
        }

        static void main(String[] arguments) throws IOException {
            Path file = Path.of(arguments[0]).resolve("damaged");
            CheckpointFile.write(Trainings.trainer(Backend.SCALAR).state(), file);
            Damage damage = new Damage(Integer.parseInt(arguments[1]), Files.readAllBytes(file));
            for (Reader reader : Reader.values()) {
                damage.run(file, reader, Integer.parseInt(arguments[2]));
            }
        }

        private void run(Path file, Reader reader, int rounds) throws IOException {
            int read = 0;
            int refused = 0;
            for (int round = 0; round < rounds; round++) {
                byte[] content = damaged(reader);
                Files.write(file, content);
                try {
                    reader.read(file);
                    read++;
                    // Now and then a change changes nothing.
                    if (reader == Reader.CHECKPOINT && !Arrays.equals(content, checkpoint)) {
                        throw new AssertionError("a damaged checkpoint was read");
                    }
                } catch (FileFormatException e) {
                    refused++;
                } catch (IOException | RuntimeException | Error e) {
                    throw new AssertionError(reader + ", seed " + seed + ", round " + round, e);
                }
            }
            System.out.println(reader + ", seed " + seed + ": " + read + " read, " + refused
                    + " refused");
        }

        private byte[] damaged(Reader reader) throws IOException {
            byte[] idx = Crafted.idxImages(3, 4);
            return switch (reader) {
                case IDX -> damage(idx);
                case IDX_GZIP -> damage(Crafted.gzip(idx));
                case NPY -> damage(ARRAY);
                case NPY_INTEGERS -> damage(Crafted.npyLongs("(3,)", 1, 2, 3));
                case NPZ -> damage(Crafted.zip(false, ARRAYS));
                case NPZ_DEFLATED -> damage(Crafted.zip(true, ARRAYS));
                case NPZ_WITHIN -> Crafted.zip(random.nextBoolean(),
                        Map.of("0.weight.npy", damage(ARRAY), "0.bias.npy", ARRAY));
                case CHECKPOINT -> damage(checkpoint);
                case CHECKPOINT_WITHIN -> within();
                case MODEL_WITHIN -> Crafted.zip(random.nextBoolean(), Map.of("0.weight.npy",
                        Crafted.npy("(2, 3)", 1, 2, 3, 4, 5, 6), "network.json.npy",
                        bytes(damage(NETWORK))));
            };
        }

        /** Most often the text, which says the most; the arrays are as those of any archive. */
        private byte[] within() throws IOException {
            Map<String, byte[]> entries = CheckpointFileTest.entries(checkpoint);
            List<String> names = List.copyOf(entries.keySet());
            String name = random.nextInt(4) > 0
                    ? CheckpointFile.TEXT
                    : names.get(random.nextInt(names.size()));
            byte[] entry = entries.get(name);
            entries.put(name, name.equals(CheckpointFile.TEXT) && random.nextBoolean()
                    ? reworded(entry)
                    : damage(entry));
            return CheckpointFileTest.sealed(entries);
        }

        /** One value becomes another that is a number, or looks like one. */
        private byte[] reworded(byte[] text) {
            List<String> values = List.of("0", "-1", "2147483647", "2147483648", "1e999", "NaN",
                    "9223372036854775807", "99999999999999999999", "", "0x0", "1x1x1x1",
                    "2147483647x2147483647", "65536x65536x65536", "true");
            String[] parts = new String(text, StandardCharsets.ISO_8859_1).split("=", -1);
            int at = 1 + random.nextInt(parts.length - 1);
            parts[at] = values.get(random.nextInt(values.size()))
                    + parts[at].replaceFirst("^[^ \n]*", "");
            return String.join("=", parts).getBytes(StandardCharsets.ISO_8859_1);
        }

        private static byte[] bytes(byte[] values) {
            return Crafted.npy("|u1", "(" + values.length + ",)", values);
        }

        private byte[] damage(byte[] content) {
            byte[] damaged = content.clone();
            int changes = 1 + random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                int at = random.nextInt(damaged.length);
                damaged = switch (random.nextInt(5)) {
                    case 0 -> Crafted.flip(damaged, at, random.nextInt(8));
                    case 1 -> with(damaged, at, random.nextInt(256));
                    case 2 -> with(damaged, at, random.nextBoolean() ? 0xFF : 0x7F);
                    case 3 -> Arrays.copyOf(damaged, at + 1);
                    default -> Crafted.join(Arrays.copyOf(damaged, at),
                            Arrays.copyOfRange(damaged, at / 2, damaged.length));
                };
            }
            return damaged;
        }

        private static byte[] with(byte[] content, int at, int value) {
            content[at] = (byte) value;
            return content;
        }
    }
}
