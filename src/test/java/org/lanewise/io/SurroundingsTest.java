package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TimeZone;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.TrainingListener;

/** Wherever a training runs, its weights and files are the same. */
class SurroundingsTest {
    @TempDir
    private Path folder;

    private static double[] weights() {
        return Trainings.weights(Trainings.trained(25));
    }

    @Test
    void onAVirtualThread() throws InterruptedException {
        double[][] trained = new double[1][];
        Thread.ofVirtual().start(() -> trained[0] = weights()).join();
        assertArrayEquals(weights(), trained[0]);
    }

    @Test
    void insideATaskOfAPoolOfOne() {
        try (ForkJoinPool pool = new ForkJoinPool(1)) {
            assertArrayEquals(weights(), pool.submit(SurroundingsTest::weights).join());
        }
    }

    @Test
    void inOtherLocalesAndTimeZones() throws IOException {
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        byte[] expected = saved("here");
        try {
            for (String tag : new String[] {"de-DE", "tr-TR", "hi-IN-u-nu-deva"}) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Chatham"));
                assertArrayEquals(expected, saved(tag), tag);
            }
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
    }

    /** Saves a training, resumes it, and returns the bytes of the result. */
    private byte[] saved(String name) throws IOException {
        var trainer = Trainings.trainer();
        try (CheckpointFolder to = CheckpointFolder.open(folder.resolve(name), 1)) {
            to.save(Trainings.trained(25).state());
            assertEquals("checkpoint-000000025.npz",
                    to.resume(trainer).file().orElseThrow().getFileName().toString());
            Trainings.train(trainer, TrainingListener.SILENT);
            return Files.readAllBytes(to.save(trainer.state()));
        }
    }
}
