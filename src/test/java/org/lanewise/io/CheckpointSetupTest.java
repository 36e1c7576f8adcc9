package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Trainer;
import org.lanewise.TrainingOptions;
import org.lanewise.TrainingState;
import org.lanewise.spec.Average;
import org.lanewise.spec.Lion;
import org.lanewise.spec.NAdam;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.Precision;
import org.lanewise.spec.RmsProp;

/** What must not change between two parts of a training, in a file. */
class CheckpointSetupTest {
    @TempDir
    Path folder;

    /** The format before had no groups of parameters and no averages. */
    @Test
    void readsFormat3() throws IOException {
        Map<String, byte[]> entries = CheckpointFileTest
                .entries(CheckpointFileTest.checkpoint(folder));
        entries.put(CheckpointFile.TEXT,
                Crafted.replace(entries.get(CheckpointFile.TEXT), "format=9 ", "format=3 "));
        TrainingState.Setup setup = CheckpointFile
                .read(Crafted.write(folder, "a.npz", CheckpointFileTest.sealed(entries))).setup();
        assertEquals(Trainings.trained(13).state().setup(), setup);
        assertEquals(List.of(), setup.options().groups());
    }

    @Test
    void keepsGroupsAndAverages() throws IOException {
        for (Average average : List.of(new Average.Lookahead(2, 0.9, 3),
                new Average.Lookahead(3, 1.0 / 3, 0), new Average.Ema(1, 0.999))) {
            Trainer trainer = new Trainer(Network.input(3).linear(2).batchNorm()
                    .softmaxCrossEntropy(),
                    TrainingOptions.of(Optimizer.adam(0.1))
                            .average(average).accumulate(3).groups(List.of(
                                    ParameterGroup.of("0.weight").frozenFromEpoch(2)
                                            .weightDecay(0.25).learningRateFactor(64),
                                    ParameterGroup.of("1.*").learningRateFactor(1.0 / 3),
                                    ParameterGroup.of("?.bias").frozenFromEpoch(0))));
            TrainingState state = trainer.state();
            Path file = folder.resolve("grouped.npz");
            CheckpointFile.write(state, file);
            TrainingState read = CheckpointFile.read(file);
            assertEquals(state.setup(), read.setup());
            CheckpointFileTest.assertEqualArrays(state.memory().list(), read.memory().list());
            trainer.restore(read);
        }
    }

    @Test
    void keepsThePrecision() throws IOException {
        Trainer trainer = new Trainer(Network.input(3).linear(2).meanSquaredError(),
                TrainingOptions.of(Optimizer.adam(0.1)).precision(Precision.SINGLE));
        trainer.step(new float[] {1, -2, 0.1f}, new float[] {0.5f, 1e-3f});
        TrainingState state = trainer.state();
        String text = CheckpointText.text(state);
        assertEquals(1, text.lines().filter("precision elements=single"::equals).count());
        Path file = folder.resolve("single.npz");
        CheckpointFile.write(state, file);
        TrainingState read = CheckpointFile.read(file);
        assertEquals(state.setup(), read.setup());
        CheckpointFileTest.assertEqualArrays(state.memory().list(), read.memory().list());
        trainer.restore(read);
        assertEquals("precision: found 'half', expected single or double",
                assertThrows(IllegalArgumentException.class,
                        () -> CheckpointText.state(text.replace("=single", "=half"),
                                state.parameters(), state.memory(),
                                state.position().order().key()))
                        .getMessage());
    }

    /** The names in files are those of the records, and must not change with them. */
    @Test
    void writesEveryFieldOfAnOptimizer() {
        Map<Optimizer, String> lines = Map.of(
                Optimizer.sgd(0.5).momentum(0.25).weightDecay(0.125).nesterov(true),
                "sgd learning_rate=0.5 momentum=0.25 dampening=0.0 weight_decay=0.125 nesterov=true",
                new Optimizer.Adam(0.1, 0.5, 0.75, 1e-9, 0.2),
                "adam learning_rate=0.1 beta1=0.5 beta2=0.75 epsilon=1.0E-9 weight_decay=0.2",
                new Optimizer.AdamW(0.1, 0.5, 0.75, 1e-9, 0.2),
                "adamw learning_rate=0.1 beta1=0.5 beta2=0.75 epsilon=1.0E-9 weight_decay=0.2",
                new NAdam(0.1, 0.5, 0.75, 1e-9, 0.2, 0.004),
                "nadam learning_rate=0.1 beta1=0.5 beta2=0.75 epsilon=1.0E-9 weight_decay=0.2"
                        + " momentum_decay=0.004",
                new RmsProp(0.1, 0.5, 1e-9, 0.2, 0.25, true),
                "rmsprop learning_rate=0.1 alpha=0.5 epsilon=1.0E-9 weight_decay=0.2 momentum=0.25"
                        + " centered=true",
                new Lion(0.1, 0.5, 0.75, 0.2),
                "lion learning_rate=0.1 beta1=0.5 beta2=0.75 weight_decay=0.2");
        assertEquals(Optimizer.class.getPermittedSubclasses().length, lines.size());
        lines.forEach((optimizer, line) -> {
            TrainingState state = new Trainer(Network.input(3).linear(2).meanSquaredError(),
                    TrainingOptions.of(optimizer)).state();
            String text = CheckpointText.text(state);
            assertEquals(line, text.lines().skip(2).findFirst().orElseThrow());
            assertEquals(optimizer, CheckpointText.state(text, state.parameters(), state.memory(),
                    state.position().order().key()).setup().options().optimizer());
            String wrong = text.replace("learning_rate=", "learning_rate=-");
            assertEquals(
                    "learning rate -" + optimizer.learningRate() + " must be finite and at least 0",
                    assertThrows(IllegalArgumentException.class,
                            () -> CheckpointText.state(wrong, state.parameters(), state.memory(),
                                    state.position().order().key()))
                            .getMessage());
        });
    }

    @Test
    void aStreamHoldsWhatAFileHolds() throws IOException {
        byte[] file = CheckpointFileTest.checkpoint(folder);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CheckpointFile.write(CheckpointFile.read(Crafted.write(folder, "a.npz", file)), out);
        assertArrayEquals(file, out.toByteArray());
        TrainingState read = CheckpointFile.read(new ByteArrayInputStream(file), "hdfs://a/b");
        assertEquals(13, read.position().steps());
        byte[] cut = Arrays.copyOf(file, file.length - 20);
        IOException fault = assertThrows(IOException.class,
                () -> CheckpointFile.read(new ByteArrayInputStream(cut), "hdfs://a/b"));
        assertTrue(fault.getMessage().startsWith("hdfs://a/b: "), fault.getMessage());
    }
}
