package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of damaged files: each is read, or refused by the library's own exception. */
class DamagedFilesTest {
    private static final int SEED = 20;
    private static final int ROUNDS = 2000;

    @TempDir
    private Path folder;

    @Test
    void onlyTheLibrarysOwnException() throws IOException, InterruptedException {
        String said = SmallProcess.run("true", "64m", Damage.class, folder.toString());
        assertTrue(said.matches("seed " + SEED + ": \\d+ read, \\d{4,} refused\n"), said);
    }

    /** Damages files and reads them, and ends with an error if anything else is thrown. */
    static final class Damage {
        private static final byte[] ARRAY = Crafted.npy("(2, 3)", 1, 2, 3, 4, 5, 6);

        private final Random random = new Random(SEED);

        private Damage() {}

        static void main(String[] arguments) throws IOException {
            Path folder = Path.of(arguments[0]);
            Map<String, byte[]> arrays = Map.of("0.weight.npy", ARRAY, "0.bias.npy", ARRAY);
            byte[] idx = Crafted.idxImages(3, 4);
            List<byte[]> contents = List.of(idx, Crafted.gzip(idx), ARRAY,
                    Crafted.npyLongs("(3,)", 1, 2, 3), Crafted.zip(true, arrays),
                    Crafted.zip(false, arrays));
            new Damage().run(folder.resolve("damaged"), contents);
        }

        private void run(Path file, List<byte[]> contents) throws IOException {
            int read = 0;
            int refused = 0;
            for (int round = 0; round < ROUNDS; round++) {
                for (int kind = 0; kind < contents.size(); kind++) {
                    Files.write(file, damage(contents.get(kind)));
                    try {
                        read(file, kind);
                        read++;
                    } catch (FileFormatException e) {
                        refused++;
                    } catch (IOException | RuntimeException | Error e) {
                        throw new AssertionError("seed " + SEED + ", round " + round + ", kind "
                                + kind, e);
                    }
                }
            }
            System.out.println("seed " + SEED + ": " + read + " read, " + refused + " refused");
        }

        private static void read(Path file, int kind) throws IOException {
            switch (kind) {
                case 0, 1 -> IdxFile.read(file);
                case 2, 3 -> NpyFile.read(file);
                default -> ParameterFile.read(file);
            }
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
