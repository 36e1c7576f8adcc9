package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lanewise.data.Digits;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Window;

/** The same bits in every weight: run again, run interpreted, run on the class path. */
class DeterminismTest {
    private static final int STEPS = 12;
    private static final int BATCH = 16;
    private static final long SEED = 20_261_130;

    /** Prints the digest of a short training; what the forked JVMs run. */
    public static void main(String[] arguments) {
        System.out.println(arguments.length == 0 ? digest(7) : wideDigest());
    }

    /** Maps that all three Winograd transforms compute, and convolutions that none does. */
    private static String wideDigest() {
        StringBuilder digests = new StringBuilder();
        for (int size : new int[] {8, 14, 16}) {
            Network network = Network.input(3, size, size).conv2d(32, Window.of(3).padding(1))
                    .relu().conv2d(40, Window.of(3).padding(1)).relu().maxPool2d(2)
                    .conv2d(33, Window.of(1)).relu().conv2d(16, Window.of(3).stride(2).padding(1))
                    .avgPool2d(2).flatten().linear(20).softmaxCrossEntropy();
            double[] inputs = new Random(SEED).doubles(7L * 3 * size * size).toArray();
            Trainer trainer = new Trainer(network,
                    TrainingOptions.of(Optimizer.sgd(0.01)).seed(SEED).batchSize(4));
            trainer.train(Samples.labelled(network.input(), inputs,
                    new int[] {0, 1, 2, 3, 4, 5, 6}), 2, TrainingListener.SILENT);
            digests.append(network.input()).append(' ').append(digest(trainer)).append('\n');
        }
        return digests.toString();
    }

    private static String digest(long seed) {
        Network network = Network.input(1, 8, 8).conv2d(4, 3).sigmoid().maxPool2d(2).flatten()
                .linear(12).tanh().linear(10).softmaxCrossEntropy();
        Trainer trainer = new Trainer(network, TrainingOptions.of(Optimizer.adam(0.01)).seed(seed)
                .batchSize(BATCH));
        trainer.train(Digits.dataSet().train().slice(0, STEPS * BATCH), 1,
                TrainingListener.SILENT);
        return digest(trainer);
    }

    private static String digest(Trainer trainer) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (Parameters.Parameter parameter : trainer.parameters().list()) {
                for (double value : parameter.values()) {
                    sha.update(ByteBuffer.allocate(8).putDouble(value).flip());
                }
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static String forked(String... flags) throws IOException, InterruptedException {
        return run(List.of(flags), List.of());
    }

    private static String run(List<String> flags, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp",
                String.join(java.io.File.pathSeparator, "target/classes", "target/test-classes"),
                DeterminismTest.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        return out.strip();
    }

    @Test
    void oneSeedGivesTheSameBits() {
        assertEquals(digest(7), digest(7));
    }

    @Test
    void anotherSeedGivesOthers() {
        assertNotEquals(digest(7), digest(8));
    }

    @Test
    void interpretedCodeGivesTheSameBits() throws Exception {
        assertEquals(digest(7), forked("-Xint"));
    }

    @Test
    void codeCompiledAtOnceGivesTheSameBits() throws Exception {
        assertEquals(digest(7), forked("-Xcomp", "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=compileonly,org.lanewise.*::*"));
    }

    /** On the class path, without the module of vectors, the library works all the same. */
    @Test
    void theClassPathWithoutTheVectorModuleGivesTheSameBits() throws Exception {
        assertEquals(digest(7), forked());
    }

    /** Winograd's algorithm too, whose sums differ from those of the scalar kernels. */
    @Test
    void plainTwinsGiveTheBitsOfTheVectorKernels() throws Exception {
        System.out.println("seed " + SEED);
        assertEquals(wideDigest().strip(), run(List.of(), List.of("wide")));
    }

    @Test
    void withTheVectorModuleTheBitsAreTheSame() throws Exception {
        assertEquals(digest(7), forked("--add-modules", "jdk.incubator.vector"));
    }
}
