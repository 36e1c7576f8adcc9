package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Backend;
import org.lanewise.EpochReport;
import org.lanewise.Trainer;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingOptions;
import org.lanewise.TrainingProgress;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;

/** What a folder of checkpoints keeps, and whom it lets in. */
class CheckpointFolderTest {
    private static final CheckpointInterval EACH_STEP = new CheckpointInterval.EverySteps(1);

    @TempDir
    private Path folder;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(".lanewise-lock")).sorted().toList();
        }
    }

    private static String refusal(Path folder) {
        return assertThrows(IOException.class, () -> CheckpointFolder.open(folder, 1)).getMessage();
    }

    @Test
    void theLastFewAndTheBestAreKept() throws IOException {
        Trainer trainer = Trainings.trainer();
        int[] best = new int[1];
        try (CheckpointFolder to = CheckpointFolder.open(folder, 3)) {
            trainer.train(Trainings.samples(), 4, new TrainingListener() {
                private final TrainingListener saver = to.listener(trainer, EACH_STEP);

                @Override
                public void step(TrainingProgress progress) {
                    saver.step(progress);
                }

                @Override
                public void epoch(EpochReport report) {
                    saver.epoch(report);
                    best[0] = report.best() ? report.epoch() : best[0];
                }
            });
        }
        assertEquals(List.of("best.npz", "checkpoint-000000038.npz", "checkpoint-000000039.npz",
                "checkpoint-000000040.npz"), names());
        assertEquals(10L * best[0],
                CheckpointFile.read(folder.resolve("best.npz")).position().steps());
    }

    @Test
    void intervals() throws IOException {
        for (CheckpointInterval interval : List.of(new CheckpointInterval.EveryEpoch(),
                new CheckpointInterval.EverySteps(7),
                new CheckpointInterval.EverySeconds(1000))) {
            Path to = folder.resolve(interval.getClass().getSimpleName());
            Trainer trainer = Trainings.trainer();
            try (CheckpointFolder saved = CheckpointFolder.open(to, 100)) {
                trainer.train(Trainings.samples(), 2, saved.listener(trainer, interval));
                List<Long> steps = saved.newestFirst().stream()
                        .map(file -> Long
                                .parseLong(file.getFileName().toString().substring(11, 20)))
                        .toList();
                assertEquals(switch (interval) {
                    case CheckpointInterval.EveryEpoch _ -> List.of(20L, 10L);
                    case CheckpointInterval.EverySteps _ -> List.of(14L, 7L);
                    case CheckpointInterval.EverySeconds _ -> List.of();
                }, steps);
            }
        }
        for (int every : new int[] {0, -1}) {
            assertThrows(IllegalArgumentException.class,
                    () -> new CheckpointInterval.EverySteps(every));
            assertThrows(IllegalArgumentException.class,
                    () -> new CheckpointInterval.EverySeconds(every));
        }
        assertThrows(IllegalArgumentException.class, () -> CheckpointFolder.open(folder, 0));
    }

    @Test
    void aSecondTrainerHereIsRefusedAndTheFirstKeepsItsLock()
            throws IOException, InterruptedException {
        try (CheckpointFolder first = CheckpointFolder.open(folder, 1)) {
            String said = refusal(folder);
            assertTrue(said.startsWith(folder + ": is in use by this very process "
                    + ProcessHandle.current().pid()), said);
            // And the refusal has not made room for another process.
            String other = SmallProcess.run("true", "64m", Opener.class, folder.toString());
            assertTrue(other.startsWith("refused " + folder + ": is in use by process "
                    + ProcessHandle.current().pid()), other);
            assertTrue(first.newestFirst().isEmpty());
        }
        assertEquals("opened\n",
                SmallProcess.run("true", "64m", Opener.class, folder.toString()));
        CheckpointFolder.open(folder, 1).close();
    }

    /** Opens a folder and says how that went. */
    static final class Opener {
        private Opener() {}

        static void main(String[] arguments) {
            try (CheckpointFolder opened = CheckpointFolder.open(Path.of(arguments[0]), 1)) {
                System.out.println(opened.newestFirst().isEmpty() ? "opened" : "not empty");
            } catch (IOException e) {
                System.out.println("refused " + e.getMessage());
            }
        }
    }

    @Test
    void whatAKilledWriterLeftIsSweptAndNothingElse() throws IOException {
        for (String name : List.of(".lanewise-0a1b.tmp", ".lanewise-other", "mine.tmp")) {
            Crafted.write(folder, name, new byte[3]);
        }
        CheckpointFolder.open(folder, 1).close();
        assertEquals(List.of(".lanewise-other", "mine.tmp"), names());
    }

    @Test
    void aDamagedNewestIsSetAsideForTheOneBefore() throws IOException {
        double[] expected;
        try (CheckpointFolder to = CheckpointFolder.open(folder, 3)) {
            for (int steps : new int[] {12, 13, 14}) {
                to.save(Trainings.trained(steps).state());
            }
            Trainer whole = Trainings.trainer();
            Trainings.train(whole, TrainingListener.SILENT);
            expected = Trainings.weights(whole);
            Path newest = to.newestFirst().getFirst();
            Files.write(newest, Crafted.flip(Files.readAllBytes(newest), 1000, 3));
            Trainer trainer = Trainings.trainer();
            CheckpointFolder.Resumed resumed = to.resume(trainer);
            assertEquals(Optional.of(folder.resolve("checkpoint-000000013.npz")), resumed.file());
            assertEquals(1, resumed.damaged().size());
            assertTrue(resumed.damaged().getFirst().startsWith(newest + ": is damaged: the CRC-32C"
                    + " of its "), resumed.damaged().getFirst());
            assertEquals(List.of("checkpoint-000000012.npz", "checkpoint-000000013.npz",
                    "damaged-checkpoint-000000014.npz"), names().subList(1, 4));
            Trainings.train(trainer, TrainingListener.SILENT);
            assertArrayEquals(expected, Trainings.weights(trainer));
        }
    }

    @Test
    void whereAllAreDamagedNothingBegins() throws IOException {
        try (CheckpointFolder to = CheckpointFolder.open(folder, 3)) {
            assertEquals(Optional.empty(), to.resume(Trainings.trainer()).file());
            Path only = to.save(Trainings.trained(5).state());
            Files.write(only, new byte[0]);
            Trainer trainer = Trainings.trainer();
            double[] before = Trainings.weights(trainer);
            String said = assertThrows(FileFormatException.class, () -> to.resume(trainer))
                    .getMessage();
            assertTrue(said.startsWith(folder + ": none of its 1 checkpoints can be read: " + only
                    + ": is no checkpoint, or is cut: it has 0 bytes"), said);
            assertArrayEquals(before, Trainings.weights(trainer));
            assertTrue(Files.exists(only));
        }
    }

    @Test
    void anInterruptDoesNotHarmACheckpoint() throws IOException {
        Trainer trainer = Trainings.trained(5);
        try (CheckpointFolder to = CheckpointFolder.open(folder, 3)) {
            Thread.currentThread().interrupt();
            Path file = to.save(trainer.state());
            assertTrue(Thread.interrupted(), "the flag is kept");
            assertEquals(5, CheckpointFile.read(file).position().steps());
            // The lock is not lost either, as it would be with an interruptible channel.
            assertTrue(refusal(folder).contains("is in use by this very process"));
        }
    }

    @Test
    void foldersThatCannotBe() throws IOException {
        Path file = Crafted.write(folder, "file", new byte[1]);
        assertEquals(file + ": is a file, expected a folder", refusal(file));
        Path below = file.resolve("below");
        assertTrue(refusal(below).startsWith(below + ": "), refusal(below));
        Path deep = folder.resolve("a").resolve("b");
        CheckpointFolder.open(deep, 1).close();
        assertTrue(Files.isDirectory(deep));
    }

    /** The system's limit on the size of a file simulates a full disk. */
    @Test
    void aFullDiskLeavesTheLastCheckpoint() throws IOException, InterruptedException {
        Path last;
        try (CheckpointFolder to = CheckpointFolder.open(folder, 1)) {
            last = to.save(Trainings.trained(5).state());
        }
        byte[] before = Files.readAllBytes(last);
        String said = SmallProcess.run("ulimit -f 8", "64m", Saver.class, folder.toString());
        assertEquals("resumed from 5\n" + folder.resolve("checkpoint-000000006.npz")
                + ": File too large\n", said);
        assertArrayEquals(before, Files.readAllBytes(last));
        assertEquals(List.of("checkpoint-000000005.npz"), names());
    }

    /** Root may write anywhere; without that privilege it is a normal user. */
    @Test
    void aFolderThatBecomesReadOnlyLeavesTheLastCheckpoint()
            throws IOException, InterruptedException {
        Path last;
        try (CheckpointFolder to = CheckpointFolder.open(folder, 1)) {
            last = to.save(Trainings.trained(5).state());
        }
        byte[] before = Files.readAllBytes(last);
        String humbly = isRoot()
                ? "set -- setpriv --bounding-set=-dac_override \"$@\""
                : "true";
        String said = SmallProcess.run(humbly, "64m", Saver.class, folder.toString(),
                "read-only");
        Files.setPosixFilePermissions(folder,
                PosixFilePermissions.fromString("rwxr-xr-x"));
        assertEquals("resumed from 5\n" + folder.resolve("checkpoint-000000006.npz")
                + ": permission denied\n", said);
        assertArrayEquals(before, Files.readAllBytes(last));
        assertEquals(List.of(".lanewise-holder", "checkpoint-000000005.npz"), names());
    }

    private static boolean isRoot() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
    }

    /** Resumes a training and prints how saving it failed. */
    static final class Saver {
        private Saver() {}

        static void main(String[] arguments) throws IOException {
            Path path = Path.of(arguments[0]);
            Trainer trainer = Trainings.trainer(Backend.SCALAR);
            // Not closed, because a folder that cannot be written cannot be tidied up.
            CheckpointFolder to = CheckpointFolder.open(path, 1);
            to.resume(trainer);
            System.out.println("resumed from " + trainer.state().position().steps());
            if (arguments.length > 1) {
                Files.setPosixFilePermissions(path,
                        PosixFilePermissions.fromString("r-xr-xr-x"));
            }
            try {
                Trainings.train(trainer, to.listener(trainer, EACH_STEP));
            } catch (UncheckedIOException e) {
                System.out.println(e.getCause().getMessage());
            }
            if (arguments.length == 1) {
                to.close();
            }
        }
    }

    @Test
    void rejectsTheWrongTrainerWithTheFile() throws IOException {
        try (CheckpointFolder to = CheckpointFolder.open(folder, 3)) {
            Path file = to.save(Trainings.trained(5).state());
            Trainer other = new Trainer(
                    Network.input(4).linear(2).softmaxCrossEntropy(),
                    TrainingOptions.of(Optimizer.sgd(1)));
            String said = assertThrows(IllegalArgumentException.class, () -> to.resume(other))
                    .getMessage();
            assertTrue(said.startsWith(file + ": the saved training is not this one: input: found"
                    + " 1x6x6, expected 4; layer 0: "), said);
            assertFalse(said.contains("null"));
        }
    }
}
