package org.lanewise.cli.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lanewise.cli.format.NetworkFile;
import org.lanewise.io.Rounds;
import org.lanewise.io.SmallProcess;
import org.lanewise.spec.NetworkException;

/** Thousands of damaged network and suite files: read, or refused in a line that names the file. */
class DamagedJsonTest {
    @Test
    void onlyALineThatNamesTheFile() throws IOException, InterruptedException {
        int rounds = Rounds.of(5000);
        String said = SmallProcess.run("true", "64m", Damage.class, String.valueOf(Rounds.seed()),
                String.valueOf(rounds));
        System.out.print(said);
        assertTrue(said.matches("(?s)(\\w+, seed " + Rounds.seed()
                + ": \\d+ read, \\d{3,} refused\n){2}"), said);
    }

    /** Damages text and parses it, and ends with an error if anything else is thrown. */
    static final class Damage {
        private static final List<String> WORDS = List.of("0", "1", "2", "3", "[2,2]", "[1,1]",
                "-1", "1e999", "2147483647",
                "2147483648", "99999999999999999999", "0.5", "null", "true", "\"\"", "{}", "[]",
                "[1,2,3,4]", "\"conv2d\"", "\"\\u0000\"", "[".repeat(3000), "{\"a\":".repeat(3000),
                "1".repeat(3000), "\"x", ",", ":");

        private final Random random;

        private Damage(int seed) {
            this.random = new Random(seed);
        }

        static void main(String[] arguments) throws IOException {
            int seed = Integer.parseInt(arguments[0]);
            for (boolean suite : new boolean[] {false, true}) {
                new Damage(seed).run(suite, seed, Integer.parseInt(arguments[1]));
            }
        }

        private void run(boolean suite, int seed, int rounds) throws IOException {
            byte[] whole = (suite
                    ? SuiteFile.class.getResourceAsStream("suites/awkward.json")
                    : NetworkFile.class.getResourceAsStream("networks/lenet-5.json"))
                    .readAllBytes();
            int read = 0;
            for (int round = 0; round < rounds; round++) {
                byte[] text = damage(whole);
                try {
                    if (suite) {
                        SuiteFile.parse("the file", text);
                    } else {
                        NetworkFile.parse("the file", text);
                    }
                    read++;
                } catch (IllegalArgumentException e) {
                    boolean ours = e.getClass() == IllegalArgumentException.class
                            || e.getClass() == NetworkException.class;
                    if (!ours || !e.getMessage().startsWith("the file: ")
                            || e.getMessage().lines().count() > 1
                            || e.getMessage().length() > 1000) {
                        throw new AssertionError("seed " + seed + ", round " + round, e);
                    }
                }
            }
            System.out.println((suite ? "suite" : "network") + ", seed " + seed + ": " + read
                    + " read, " + (rounds - read) + " refused");
        }

        private byte[] damage(byte[] whole) {
            String text = new String(whole, StandardCharsets.ISO_8859_1);
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = random.nextInt(text.length());
                text = switch (random.nextInt(12)) {
                    case 0 -> text.substring(0, at) + (char) random.nextInt(256)
                            + text.substring(at + 1);
                    case 1 -> text.substring(0, at);
                    case 2 -> text.substring(0, at) + text.substring(at / 2);
                    default -> reworded(text);
                };
                text = text.isEmpty() ? " " : text;
            }
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }

        /** One value becomes another. */
        private String reworded(String text) {
            String[] parts = text.split("(?<=[:\\[,] ?)(?=[\\w\"-])", -1);
            int at = random.nextInt(parts.length);
            String word = WORDS.get(random.nextInt(WORDS.size()));
            parts[at] = parts[at].replaceFirst("^(\"[^\"]*\"|[\\w.-]+)", "@");
            return String.join("", Arrays.asList(parts)).replace("@", word);
        }
    }
}
