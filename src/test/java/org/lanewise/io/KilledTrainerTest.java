package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Backend;
import org.lanewise.EpochReport;
import org.lanewise.Trainer;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingProgress;

/**
 * Kills trainers that save after every step, at random moments, with SIGKILL. Each time every
 * checkpoint in the folder must load, and the newest must lead to the weights of an uninterrupted
 * training; the next trainer resumes from it.
 */
class KilledTrainerTest {
    private static final int SIGKILL = 128 + 9;
    private static final int MOST_STEPS = 40;
    private static final int MOST_NANOS = 3_000_000;

    @TempDir
    private Path folder;

    @Test
    void trainingResumesAfterEveryKill() throws IOException, InterruptedException {
        Random random = new Random(Rounds.seed());
        Trainer whole = Trainings.trainer();
        Trainings.train(whole, TrainingListener.SILENT);
        double[] expected = Trainings.weights(whole);
        int kills = Rounds.of(10);
        int whileWriting = 0;
        Path to = folder.resolve("0");
        for (int kill = 0; kill < kills; kill++) {
            if (!killed(to, random)) {
                // That training is complete; the next trainer begins another.
                assertEquals(0, temporaries(to));
                to = folder.resolve(String.valueOf(kill + 1));
                kill--;
                continue;
            }
            whileWriting += temporaries(to) > 0 ? 1 : 0;
            assertLeadsTo(expected, to);
        }
        System.out.println("seed " + Rounds.seed() + ": " + kills + " kills, " + whileWriting
                + " of them while a checkpoint was being written");
    }

    /** Starts a trainer and kills it; {@return whether it was still running then} */
    private static boolean killed(Path to, Random random)
            throws IOException, InterruptedException {
        int steps = 1 + random.nextInt(MOST_STEPS);
        int nanos = random.nextInt(MOST_NANOS);
        Process process = SmallProcess.start("true", "64m", Run.class, to.toString());
        try (BufferedReader said = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = said.readLine();
            for (int i = 0; i < steps && line != null; i++) {
                assertTrue(line.startsWith("step "), line);
                line = said.readLine();
            }
            // A save takes about as long, so that any moment of one may be the last.
            long now = System.nanoTime();
            while (System.nanoTime() - now < nanos) {
                Thread.onSpinWait();
            }
            process.destroyForcibly();
            int code = process.waitFor();
            assertTrue(code == SIGKILL || code == 0, line + ", exit code " + code);
            return code == SIGKILL;
        }
    }

    private static void assertLeadsTo(double[] expected, Path to) throws IOException {
        try (Stream<Path> files = Files.list(to)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".npz")).toList()) {
                CheckpointFile.read(file);
            }
        }
        // The folder itself is left as the killed one left it.
        Path newest;
        try (Stream<Path> files = Files.list(to)) {
            newest = files.filter(file -> file.getFileName().toString().startsWith("checkpoint-"))
                    .max(Path::compareTo).orElseThrow();
        }
        Trainer trainer = Trainings.trainer();
        trainer.restore(CheckpointFile.read(newest));
        Trainings.train(trainer, TrainingListener.SILENT);
        assertArrayEquals(expected, Trainings.weights(trainer), newest.toString());
    }

    private static int temporaries(Path to) throws IOException {
        try (Stream<Path> files = Files.list(to)) {
            return (int) files.filter(file -> file.toString().endsWith(".tmp")).count();
        }
    }

    /** Trains, saves after every step, and prints each step. */
    static final class Run {
        private Run() {}

        static void main(String[] arguments) throws IOException {
            Trainer trainer = Trainings.trainer(Backend.SCALAR);
            try (CheckpointFolder to = CheckpointFolder.open(Path.of(arguments[0]), 2)) {
                CheckpointFolder.Resumed resumed = to.resume(trainer);
                if (!resumed.damaged().isEmpty()) {
                    throw new IOException(resumed.damaged().toString());
                }
                TrainingListener saver = to.listener(trainer, new CheckpointInterval.EverySteps(1));
                Trainings.train(trainer, new TrainingListener() {
                    @Override
                    public void step(TrainingProgress progress) {
                        saver.step(progress);
                        System.out.println("step " + progress.epoch() + "." + progress.step());
                    }

                    @Override
                    public void epoch(EpochReport report) {
                        saver.epoch(report);
                    }
                });
            }
        }
    }
}
