package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Window;

/** One digest of all weights of LeNet-5, whatever computes them, each in a JVM of its own. */
class LeNetBitsTest {
    private static final int BATCH = 8;
    private static final int STEPS = 200;
    private static final int INTERPRETED_STEPS = 2;

    private static final Network LENET = Network.input(1, 28, 28).conv2d(6, Window.of(5).padding(2))
            .relu()
            .maxPool2d(2).conv2d(16, 5).relu().maxPool2d(2).flatten().linear(120).relu().linear(84)
            .relu().linear(10).softmaxCrossEntropy();

    /** Prints the digest after some steps: backend, threads, steps. */
    public static void main(String[] args) throws NoSuchAlgorithmException {
        try (ForkJoinPool pool = new ForkJoinPool(Integer.parseInt(args[1]))) {
            Trainer trainer = new Trainer(LENET,
                    TrainingOptions.of(Optimizer.sgd(0.02).momentum(0.9)).batchSize(BATCH)
                            .backend(Backend.valueOf(args[0])),
                    pool);
            RandomState random = new RandomState(5);
            for (int step = 0; step < Integer.parseInt(args[2]); step++) {
                double[] inputs = new double[BATCH * 28 * 28];
                Arrays.setAll(inputs, i -> random.uniform(0.0, 1.0));
                int[] labels = new int[BATCH];
                Arrays.setAll(labels, i -> (int) random.uniform(0.0, 10.0));
                trainer.step(inputs, labels);
            }
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (Parameters.Parameter parameter : trainer.parameters().list()) {
                for (double value : parameter.values()) {
                    sha.update(ByteBuffer.allocate(Double.BYTES).putDouble(value).flip());
                }
            }
            System.out.println(HexFormat.of().formatHex(sha.digest()));
        }
    }

    private static String digest(Backend backend, int threads, int steps, String... flags)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-cp",
                String.join(File.pathSeparator, "target/classes", "target/test-classes"),
                LeNetBitsTest.class.getName(), backend.name(), String.valueOf(threads),
                String.valueOf(steps)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), command.toString());
        return out.strip();
    }

    @Test
    void widthsAndThreadsGiveTheBitsOfTheScalarKernels() throws Exception {
        String expected = digest(Backend.SCALAR, 2, STEPS);
        assertEquals(64, expected.length());
        assertEquals(expected, digest(Backend.VECTOR, 1, STEPS));
        assertEquals(expected, digest(Backend.VECTOR, 2, STEPS, "-XX:MaxVectorSize=16"));
        assertEquals(expected, digest(Backend.VECTOR, 7, STEPS, "-XX:MaxVectorSize=32"));
        assertEquals(expected, digest(Backend.VECTOR, 7, STEPS, "-XX:ObjectAlignmentInBytes=64"));
    }

    @Test
    void interpretedCodeGivesTheBitsOfCompiledCode() throws Exception {
        assertEquals(digest(Backend.VECTOR, 1, INTERPRETED_STEPS),
                digest(Backend.VECTOR, 2, INTERPRETED_STEPS, "-Xint"));
    }
}
