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
import org.junit.jupiter.api.Test;
import org.lanewise.data.Digits;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;

/** The same bits in every weight: run again, run interpreted, run on the class path. */
class DeterminismTest {
    private static final int STEPS = 12;
    private static final int BATCH = 16;

    /** Prints the digest of a short training; what the forked JVMs run. */
    public static void main(String[] arguments) {
        System.out.println(digest(7));
    }

    private static String digest(long seed) {
        Network network = Network.input(1, 8, 8).conv2d(4, 3).sigmoid().maxPool2d(2).flatten()
                .linear(12).tanh().linear(10).softmaxCrossEntropy();
        Trainer trainer = new Trainer(network, TrainingOptions.of(Optimizer.adam(0.01)).seed(seed)
                .batchSize(BATCH));
        trainer.train(Digits.dataSet().train().slice(0, STEPS * BATCH), 1,
                TrainingListener.SILENT);
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
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp",
                String.join(java.io.File.pathSeparator, "target/classes", "target/test-classes"),
                DeterminismTest.class.getName()));
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

    @Test
    void withTheVectorModuleTheBitsAreTheSame() throws Exception {
        assertEquals(digest(7), forked("--add-modules", "jdk.incubator.vector"));
    }
}
