package org.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.plan.Kernels;
import org.lanewise.plan.PlanOptions;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.Team;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Window;

/** The same bits in every float: with any threads and vectors, run interpreted, run on the class path. */
class SinglePrecisionTest {
    private static final long SEED = 20_261_130;
    private static final String DIGEST = "72db882253812b3aeace803d5c430539cf130f1718ccf7bfd6d7bd74fffbc772";

    /** Prints the digest of short trainings on some threads; what the forked JVMs run. */
    public static void main(String[] arguments) throws NoSuchAlgorithmException {
        System.out.println(digest(Integer.parseInt(arguments[0])));
    }

    private static NetworkCase drawn(int size) {
        Network network = Network.input(3, size, size).conv2d(32, Window.of(3).padding(1))
                .batchNorm().relu().conv2d(48, Window.of(3).padding(1)).gelu().maxPool2d(2)
                .conv2d(33, Window.of(1)).layerNorm().sigmoid().dropout(0.25)
                .conv2d(16, Window.of(3).stride(2).padding(1)).tanh().avgPool2d(2).flatten()
                .linear(20).softmaxCrossEntropy();
        return new NetworkCase("maps of " + size, network, 4, List.of(4, 3), Optimizer.adam(0.01),
                0.5, Precision.SINGLE, SEED);
    }

    private static TrainingRun run(int size, Team team) {
        NetworkCase drawn = drawn(size);
        return new TrainingRun(drawn, CaseData.of(drawn), PlanOptions.of(Purpose.TRAIN,
                Kernels.ANY, 4).precision(Precision.SINGLE), team);
    }

    /** Of outputs, losses, gradients and parameters, with both of Winograd's tiles. */
    private static String digest(int threads) throws NoSuchAlgorithmException {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        try (ForkJoinPool pool = new ForkJoinPool(threads)) {
            for (int size : new int[] {8, 18}) {
                TrainingRun run = run(size, threads == 1 ? Team.alone() : Team.of(pool));
                for (List<NamedArray> step : run.all()) {
                    for (NamedArray array : step) {
                        for (double value : array.values()) {
                            sha.update(ByteBuffer.allocate(8).putDouble(value).flip());
                        }
                    }
                }
            }
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    private static String forked(int threads, String... flags)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp",
                String.join(File.pathSeparator, "target/classes", "target/test-classes"),
                SinglePrecisionTest.class.getName(), String.valueOf(threads)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out.strip();
    }

    @Test
    void bothTilesCompute() {
        assertEquals("direct+winograd-4x4", run(8, Team.alone()).plan().algorithm());
        assertEquals("direct+winograd-6x6", run(18, Team.alone()).plan().algorithm());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void threadsDoNotChangeABit(int threads) throws Exception {
        System.out.println("seed " + SEED);
        assertEquals(DIGEST, digest(threads));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:MaxVectorSize=16", "-XX:MaxVectorSize=32",
            "-XX:ObjectAlignmentInBytes=64"})
    void widthsOfVectorsDoNotChangeABit(String flag) throws Exception {
        assertEquals(DIGEST, forked(2, flag, "--add-modules", "jdk.incubator.vector"));
    }

    @Test
    void interpretedCodeGivesTheSameBits() throws Exception {
        assertEquals(DIGEST, forked(1, "-Xint"));
    }

    @Test
    void codeCompiledAtOnceGivesTheSameBits() throws Exception {
        assertEquals(DIGEST, forked(1, "-Xcomp", "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=compileonly,org.lanewise.*::*"));
    }

    @Test
    void theClassPathWithoutTheVectorModuleGivesTheSameBits() throws Exception {
        assertEquals(DIGEST, forked(2));
    }

    /** A rounding at every step is the only difference from doubles, so that a first output is close. */
    @Test
    void outputsAreNearThoseOfDoubles() {
        for (int size : new int[] {8, 18}) {
            NetworkCase drawn = drawn(size);
            TrainingRun doubles = new TrainingRun(drawn, CaseData.of(drawn),
                    PlanOptions.of(Purpose.TRAIN, Kernels.ANY, 4), Team.alone());
            TrainingRun floats = run(size, Team.alone());
            doubles.computeGradients(0);
            floats.computeGradients(0);
            Agreement agreement = Agreement.of(outputs(doubles), outputs(floats), 1e-4);
            assertTrue(agreement.good(), agreement.toString());
        }
    }

    /** What a batch gave, without what follows it in the array. */
    private static double[] outputs(TrainingRun run) {
        return Arrays.copyOf(run.plan().outputs().copy(), 4 * run.plan().outputSize());
    }
}
