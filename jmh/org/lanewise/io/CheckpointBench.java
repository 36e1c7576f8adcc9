package org.lanewise.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.lanewise.Trainer;
import org.lanewise.TrainingOptions;
import org.lanewise.TrainingState;
import org.lanewise.measure.JmhOptions;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Window;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** The time to save and read a checkpoint of LeNet-5 on the disk of the current folder. */
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class CheckpointBench extends JmhOptions {
    private Path path;
    private CheckpointFolder folder;
    private Trainer trainer;

    /** Opens a folder and compares a checkpoint read from it with the saved state. */
    @Setup
    public void prepare() throws IOException {
        Network network = Network.input(1, 28, 28).conv2d(6, Window.of(5).padding(2)).relu()
                .maxPool2d(2).conv2d(16, 5).relu().maxPool2d(2).flatten().linear(120).relu()
                .linear(84).relu().linear(10).softmaxCrossEntropy();
        trainer = new Trainer(network, TrainingOptions.of(Optimizer.adam(1e-3)));
        path = Files.createTempDirectory(Path.of("").toAbsolutePath(), "checkpoints");
        folder = CheckpointFolder.open(path, 1);
        TrainingState read = CheckpointFile.read(save());
        if (!Arrays.equals(trainer.parameters().values("7.weight"),
                read.parameters().values("7.weight"))) {
            throw new IllegalStateException("the state read differs from the state saved");
        }
    }

    /** {@return the file, after copying the state, writing, syncing and renaming} */
    @Benchmark
    public Path save() throws IOException {
        return folder.save(trainer.state());
    }

    /** {@return the state of a file, whose checksum is verified} */
    @Benchmark
    public TrainingState read() throws IOException {
        return CheckpointFile.read(folder.newestFirst().getFirst());
    }

    /** Deletes all files. */
    @TearDown
    public void tidy() throws IOException {
        folder.close();
        try (var files = Files.list(path)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(path);
    }
}
