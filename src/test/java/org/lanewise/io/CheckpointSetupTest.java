package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Trainer;
import org.lanewise.TrainingOptions;
import org.lanewise.TrainingState;
import org.lanewise.spec.Average;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterGroup;

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
                Crafted.replace(entries.get(CheckpointFile.TEXT), "format=5 ", "format=3 "));
        TrainingState.Setup setup = CheckpointFile
                .read(Crafted.write(folder, "a.npz", CheckpointFileTest.sealed(entries))).setup();
        assertEquals(Trainings.trained(13).state().setup(), setup);
        assertEquals(List.of(), setup.groups());
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
}
