package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lanewise.data.Digits;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.MemoryUse.Kind;

/** The memory of a training process. */
class MemoryNeedTest {
    private static final List<MemoryUse> USES = List.of(
            new MemoryUse(0, Kind.MAPS, "output", 5_000_000_000L),
            new MemoryUse(0, Kind.PARAMETERS, "weight", 300_000_000),
            new MemoryUse(0, Kind.PARAMETER_GRADIENTS, "gradient", 300_000_000),
            new MemoryUse(0, Kind.OPTIMIZER, "velocity", 300_000_000));

    @Test
    void addsArraysCopiesSamplesAndTheJvm() {
        MemoryNeed need = MemoryNeed.of(USES, Optional.of(Digits.dataSet()));
        assertEquals(5_900_000_000L, need.arrays());
        assertEquals(600_000_000, need.copies());
        // 1,797 images of 64 values, as doubles or bytes, and a label of 4 bytes each.
        long samples = Digits.dataSet().train().memoryBytes()
                + Digits.dataSet().test().orElseThrow().memoryBytes();
        assertEquals(samples, need.samples());
        assertEquals(1797 * (64 * 8 + 4), samples);
        assertEquals(6_500_000_000L + samples + MemoryNeed.JVM, need.process());
        assertEquals(
                "needs at least 6.6 GB: arrays 5.9 GB, copies to save 600.0 MB, samples 927.3 kB, JVM"
                        + " 120.0 MB; the heap may grow to 8.0 GB",
                need.line(8_000_000_000L));
    }

    @Test
    void refusesATrainingThatTheHeapCannotHold() {
        MemoryNeed need = MemoryNeed.of(USES, Optional.of(Digits.dataSet()));
        long required = (long) Math.ceil(1.25 * need.heap()) + 12_000_000;
        assertDoesNotThrow(() -> need.requireHeap(required));
        assertEquals("not enough memory: the heap may grow to 8.1 GB, and this training needs at"
                + " least 8.1 GB of it (arrays 5.9 GB, copies to save 600.0 MB, samples 927.3 kB,"
                + " the commands and room for the collector 1.6 GB); a smaller --batch-size needs"
                + " less, LANEWISE_JAVA_OPTS=-Xmx8g gives more", refusal(need, required - 1));
    }

    /** The arrays are known before the samples are. */
    @Test
    void leavesOutSamplesThatWereNotRead() {
        String message = refusal(MemoryNeed.of(USES, Optional.empty()), 6_500_000_000L);
        assertTrue(message.contains("copies to save 600.0 MB, the commands and"), message);
        assertFalse(message.contains("samples"), message);
    }

    private static String refusal(MemoryNeed need, long limit) {
        return assertThrows(IOException.class, () -> need.requireHeap(limit)).getMessage();
    }
}
