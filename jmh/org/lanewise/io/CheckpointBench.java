package org.lanewise.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.lanewise.Trainer;
import org.lanewise.TrainingOptions;
import org.lanewise.TrainingState;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Window;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a checkpoint of LeNet-5 costs a training, on the disk of the current folder. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx1g",
        "-XX:ObjectAlignmentInBytes=64", "-XX:-UseFPUForSpilling", "-XX:+UseG1GC"})
public class CheckpointBench {
    private Path path;
    private CheckpointFolder folder;
    private Trainer trainer;

    /** Opens a folder and holds what is read from it to what was saved. */
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
            throw new IllegalStateException("what was read is not what was saved");
        }
    }

    /** {@return the file: state copied, written, forced to disk and renamed} */
    @Benchmark
    public Path save() throws IOException {
        return folder.save(trainer.state());
    }

    /** {@return the state of a file whose checksum was found right} */
    @Benchmark
    public TrainingState read() throws IOException {
        return CheckpointFile.read(folder.newestFirst().getFirst());
    }

    /** Leaves nothing behind. */
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
