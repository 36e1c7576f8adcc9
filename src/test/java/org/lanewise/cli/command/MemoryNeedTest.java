package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Trainer;
import org.lanewise.TrainingOptions;
import org.lanewise.data.DataSet;
import org.lanewise.data.DataSets;
import org.lanewise.data.Digits;
import org.lanewise.data.NonFinite;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;

/** The memory of a training process. */
class MemoryNeedTest {
    private static final List<MemoryUse> USES = List.of(
            new MemoryUse(0, Kind.MAPS, "output", 5_000_000_000L),
            new MemoryUse(0, Kind.PARAMETERS, "weight", 300_000_000),
            new MemoryUse(0, Kind.PARAMETER_GRADIENTS, "gradient", 300_000_000),
            new MemoryUse(0, Kind.OPTIMIZER, "velocity", 300_000_000));

    @TempDir
    private Path temporary;

    @Test
    void addsArraysCopiesSamplesAndTheJvm() {
        MemoryNeed need = MemoryNeed.of(USES, Optional.of(Digits.dataSet()), Precision.DOUBLE);
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

    /** A copy has doubles in either precision, and so has the batch that becomes floats. */
    @Test
    void copiesOfFloatsAreDoubles() {
        List<MemoryUse> uses = new ArrayList<>(USES);
        uses.add(new MemoryUse(MemoryUse.WHOLE_NETWORK, Kind.MAPS, "input", 1_000_000));
        MemoryNeed twice = MemoryNeed.of(uses, Optional.of(Digits.dataSet()), Precision.DOUBLE);
        MemoryNeed single = MemoryNeed.of(uses, Optional.of(Digits.dataSet()), Precision.SINGLE);
        assertEquals(twice.arrays(), single.arrays());
        assertEquals(1_200_000_000, single.copies());
        assertEquals(twice.samples() + 2_000_000, single.samples());
    }

    @Test
    void refusesATrainingThatTheHeapCannotHold() {
        MemoryNeed need = MemoryNeed.of(USES, Optional.of(Digits.dataSet()), Precision.DOUBLE);
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
        String message = refusal(MemoryNeed.of(USES, Optional.empty(), Precision.DOUBLE),
                6_500_000_000L);
        assertTrue(message.contains("copies to save 600.0 MB, the commands and"), message);
        assertFalse(message.contains("samples"), message);
    }

    /** The pool reads the next batch into an array like that of the inputs. */
    @Test
    void addsTheNextBatchOfSamplesThatAreReadAsTheyAreNeeded() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("a"));
        assertTrue(ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY), "png",
                folder.resolve("1.png").toFile()));
        Network network = Network.input(1, 8, 8).flatten().linear(10).softmaxCrossEntropy();
        List<MemoryUse> uses = Trainer.memory(network,
                TrainingOptions.of(Optimizer.sgd(0.1)).batchSize(7), 2);
        DataSet set = DataSets.read(temporary, network, NonFinite.REFUSE);
        // A label, and 7 images of 64 doubles, with the padding that arrays have.
        long samples = MemoryNeed.of(uses, Optional.of(set), Precision.DOUBLE).samples();
        assertTrue(samples >= 4 + 7 * 64 * 8 && samples <= 4 + 7 * 64 * 8 + 1024, "" + samples);
    }

    private static String refusal(MemoryNeed need, long limit) {
        return assertThrows(IOException.class, () -> need.requireHeap(limit)).getMessage();
    }
}
