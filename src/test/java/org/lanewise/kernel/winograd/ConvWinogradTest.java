package org.lanewise.kernel.winograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernel.RandomArrays.doubles;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lanewise.io.Rounds;
import org.lanewise.kernel.ArrangedMaps;
import org.lanewise.kernel.ArrayKernel;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.ConvProblem;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.PostOps;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.Tasks;
import org.lanewise.kernel.WeightedKernel;
import org.lanewise.kernel.WindowGeometry;
import org.lanewise.kernel.WindowSizes;
import org.lanewise.kernel.reference.ActivationScalar;
import org.lanewise.kernel.reference.ConvScalar;
import org.lanewise.kernel.reference.ConvScalarTest;

/** Convolution by tiles against the reference, within the bound that the contract states. */
class ConvWinogradTest {
    private static final int SEED = 20_260_302 + Rounds.seed();
    private static final int[] THREADS = {1, 1, 2, 3, 4, 16, 64};
    private static final int PROBLEMS = Rounds.of(32);

    /** Of the largest element, as the contract states it; measured: up to 2e-14 and 4e-13. */
    //float private static final float BOUND = 3e-5f;
    private static final double BOUND = 1e-12;
    //float private static final float BOUND_OF_OTHERS = 5e-5f;
    private static final double BOUND_OF_OTHERS = 1e-11;

    private static final int LANES = 8;

    /** More may fit than there are, as where the last batch of an epoch is smaller. */
    private record Problem(int ic, int oc, int samples, int capacity, WindowGeometry window) {
        /** Rounds channels up to whole vectors. */
        Problem {
            int lanes = window.kh() == 7 || window.sh() == 2 ? 2 * LANES : LANES;
            ic = Math.ceilDiv(ic, lanes) * lanes;
            oc = Math.ceilDiv(oc, lanes) * lanes;
        }

        ConvGeometry rowMajor() {
            return new ConvGeometry(window, 1, ic, oc,
                    Layout.rowMajor(ic, window.ih(), window.iw()),
                    Layout.rowMajor(oc, window.oh(), window.ow()));
        }

        ConvGeometry channelsLast() {
            return new ConvGeometry(window, 1, ic, oc,
                    Layout.channelsLast(ic, window.ih(), window.iw(),
                            ConvWinograd.sourceHalo(convolution()), Element.ALIGNMENT_OFFSET),
                    Layout.channelsLast(oc, window.oh(), window.ow(),
                            ConvWinograd.inputGradientHalo(convolution())
                                    .with(ConvWinograd.weightGradientHalo(convolution())),
                            Element.ALIGNMENT_OFFSET));
        }

        int taps() {
            return window.kh() * window.kw();
        }

        ConvProblem convolution() {
            return new ConvProblem(window, 1, ic, oc, capacity, false);
        }
    }

    /**
     * One of each way: the smallest tiles and the others, few of them, blocks of them of many and of the
     * fewest channels, groups of them with panels of many filters, and product by product.
     */
    private static final List<Problem> WAYS = List.of(
            new Problem(64, 96, 1, 1, new WindowSizes(12, 12, 3, 3, 1, 1, 1, 1, 1, 1).geometry()),
            new Problem(80, 136, 5, 6, new WindowSizes(13, 14, 3, 3, 1, 1, 1, 1, 1, 1).geometry()),
            new Problem(72, 64, 5, 6, new WindowSizes(25, 24, 3, 3, 1, 1, 1, 1, 1, 1).geometry()),
            new Problem(40, 48, 3, 10, new WindowSizes(30, 29, 3, 3, 1, 1, 1, 1, 1, 1).geometry()),
            new Problem(16, 24, 3, 4, new WindowSizes(31, 31, 3, 3, 1, 1, 1, 1, 1, 1).geometry()),
            new Problem(136, 104, 6, 7,
                    new WindowSizes(18, 40, 3, 3, 1, 1, 1, 1, 1, 1).geometry()),
            new Problem(264, 256, 9, 10,
                    new WindowSizes(22, 23, 3, 3, 1, 1, 1, 1, 1, 1).geometry()));

    /** The same of other windows, and of taps that are some pixels apart, some of whose maps have fewer tiles. */
    private static final List<Problem> WINDOWS = List.of(
            new Problem(64, 96, 1, 1, new WindowSizes(12, 12, 5, 5, 1, 1, 2, 2, 1, 1).geometry()),
            new Problem(80, 136, 5, 6, new WindowSizes(13, 8, 5, 5, 1, 1, 2, 2, 1, 1).geometry()),
            new Problem(72, 64, 5, 6, new WindowSizes(25, 24, 5, 5, 1, 1, 0, 4, 1, 1).geometry()),
            new Problem(16, 24, 3, 4, new WindowSizes(31, 31, 7, 7, 1, 1, 3, 3, 1, 1).geometry()),
            //float new Problem(128, 24, 3, 4, new WindowSizes(12, 13, 7, 7, 1, 1, 3, 6, 1, 1).geometry()),
            new Problem(264, 24, 3, 4, new WindowSizes(12, 13, 7, 7, 1, 1, 3, 6, 1, 1).geometry()),
            new Problem(48, 64, 5, 6, new WindowSizes(22, 19, 3, 3, 1, 1, 2, 3, 2, 3).geometry()),
            new Problem(40, 16, 2, 2, new WindowSizes(17, 33, 5, 5, 1, 1, 4, 8, 3, 2).geometry()),
            new Problem(48, 64, 3, 4, new WindowSizes(29, 30, 5, 5, 2, 2, 1, 0, 1, 1).geometry()),
            new Problem(16, 32, 3, 4, new WindowSizes(23, 36, 5, 5, 2, 2, 2, 3, 1, 1).geometry()),
            new Problem(96, 80, 2, 2, new WindowSizes(20, 19, 7, 7, 2, 2, 3, 4, 1, 1).geometry()),
            new Problem(256, 48, 3, 4,
                    new WindowSizes(28, 26, 5, 5, 2, 2, 2, 1, 1, 1).geometry()));

    private static List<Problem> ways() {
        return Stream.concat(WAYS.stream(), WINDOWS.stream()).toList();
    }

    private static Problem problem(Random random, int r) {
        int stride = r > 3 && random.nextInt(4) == 0 ? 2 : 1;
        int dh = stride == 2 ? 1 : random.nextInt(1, 4);
        int dw = stride == 1 && random.nextInt(3) == 0 ? random.nextInt(1, 4) : dh;
        int ih = random.nextInt((r - 1) * dh + 1, 20 + (r - 1) * dh);
        int iw = random.nextInt((r - 1) * dw + 1, 20 + (r - 1) * dw);
        int samples = random.nextInt(1, 5);
        return new Problem(8 * random.nextInt(1, 6), 8 * random.nextInt(1, 6), samples,
                samples + 1, new WindowSizes(ih, iw, r, r, stride, stride,
                        random.nextInt(0, (r - 1) * dh + 1), random.nextInt(0, (r - 1) * dw + 1),
                        dh, dw).geometry(random.nextInt(0, 4), random.nextInt(0, 4)));
    }

    /** {@return the largest difference, as a part of the largest element} */
    private static double assertNear(Problem problem, ArrayKernel tiles, String pass,
            double[] expected, double[] found) {
        double bound = problem.taps() == 9 && tiles.kernel().algorithm().equals("winograd-4x4")
                ? BOUND
                : BOUND_OF_OTHERS;
        double scale = 0.0;
        for (double value : expected) {
            scale = Math.max(scale, Math.abs(value));
        }
        double worst = 0.0;
        for (int i = 0; i < expected.length; i++) {
            int at = i;
            worst = Math.max(worst, Math.abs(expected[i] - found[i]) / scale);
            assertTrue(Math.abs(expected[i] - found[i]) <= bound * scale,
                    () -> pass + "[" + at + "] of " + problem + ": expected " + expected[at]
                            + ", found " + found[at]);
        }
        return worst;
    }

    @Test
    void allPassesAreNearTheReference() {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        Map<String, Double> errors = new TreeMap<>();
        List<Problem> problems = new ArrayList<>(ways());
        while (problems.size() < PROBLEMS) {
            problems.add(problem(random, 3 + 2 * (problems.size() % 3)));
        }
        for (Problem problem : problems) {
            double worst = 0.0;
            WindowGeometry window = problem.window();
            int samples = problem.samples();
            ConvGeometry geometry = problem.rowMajor();
            ConvGeometry arranged = problem.channelsLast();
            ConvScalar scalar = new ConvScalar(geometry);
            ArrangedMaps in = new ArrangedMaps(samples, problem.ic(), window.ih(), window.iw(),
                    geometry.src(), arranged.src());
            ArrangedMaps out = new ArrangedMaps(samples, problem.oc(), window.oh(), window.ow(),
                    geometry.dst(), arranged.dst());
            int sources = samples * problem.ic() * window.ih() * window.iw();
            int results = samples * problem.oc() * window.oh() * window.ow();
            int filters = problem.ic() * problem.oc() * problem.taps();
            double[] src = doubles(random, sources, -1, 1);
            double[] weights = doubles(random, filters, -1, 1);
            double[] bias = doubles(random, problem.oc(), -1, 1);
            double[] diffDst = doubles(random, results, -1, 1);
            boolean fuseRelu = random.nextBoolean();
            boolean reluMask = random.nextBoolean();
            ArrayKernel tiles = kernel(arranged, new PostOps(fuseRelu, reluMask),
                    problem.capacity());

            double[] dst = new double[results];
            Tasks.run(scalar.forward(src, weights, bias, dst), samples);
            if (fuseRelu) {
                ActivationScalar.relu(dst, dst, 0, results);
            }
            double[] vectorSrc = in.arranged(src);
            worst = Math.max(worst,
                    assertNear(problem, tiles, "forward", dst, out.computed(found -> Tasks.run(
                            tiles.forward(vectorSrc, weights, bias, found), samples))));

            double[] diffSrc = new double[sources];
            Tasks.run(scalar.backwardInput(diffDst, weights, null, diffSrc), samples);
            if (reluMask) {
                ActivationScalar.reluBackward(src, diffSrc, diffSrc, 0, sources);
            }
            double[] vectorDiff = out.arranged(diffDst);
            worst = Math
                    .max(worst, assertNear(problem, tiles, "backwardInput", diffSrc,
                            in.computed(found -> Tasks.run(
                                    tiles.backwardInput(vectorDiff, weights, vectorSrc, found),
                                    samples))));

            double[][] weightGradients = new double[2][filters];
            double[][] biasGradients = new double[2][problem.oc()];
            Tasks.run(scalar.backwardWeights(src, diffDst, weightGradients[0], biasGradients[0]),
                    samples);
            Tasks.run(tiles.backwardWeights(vectorSrc, vectorDiff, weightGradients[1],
                    biasGradients[1]), samples);
            worst = Math.max(worst,
                    assertNear(problem, tiles, "backwardWeights", weightGradients[0],
                            weightGradients[1]));
            worst = Math.max(worst,
                    assertNear(problem, tiles, "bias", biasGradients[0], biasGradients[1]));
            String tile = tiles.kernel().algorithm().split("[-x/]")[1];
            String stride = window.sh() == 1 ? "" : "/" + window.sh();
            errors.merge(tile + "," + window.kh() + stride, worst, Math::max);
        }
        // Outputs of a tile across, taps of a window, stride.
        //float String all = "4,3 4,5 4,5/2 5,3 5,7 5,7/2 6,3";
        String all = "4,3 4,5 4,7 6,5 7,3 7,5/2 7,7/2 8,3 8,5/2";
        assertEquals(all, String.join(" ", errors.keySet()));
        System.out.println(PROBLEMS + " problems, the worst errors: " + errors);
    }

    /** Threads decide how many groups of tiles are computed at once, and how large they are. */
    @Test
    void neitherThreadsNorTheOrderOfBlocksChangeABit() {
        for (Problem problem : ways()) {
            Random random = new Random(SEED);
            int samples = problem.samples();
            ConvGeometry geometry = problem.channelsLast();
            double[] src = doubles(random,
                    samples * geometry.src().sample() + Element.TAIL_PADDING);
            double[] diffDst = doubles(random,
                    samples * geometry.dst().sample() + Element.TAIL_PADDING);
            double[] weights = doubles(random, problem.ic() * problem.oc() * problem.taps());
            double[][][] found = new double[THREADS.length][][];
            for (int i = 0; i < found.length; i++) {
                double[] dst = new double[diffDst.length];
                double[] diffSrc = new double[src.length];
                double[] diffWeights = new double[weights.length];
                double[] diffBias = new double[problem.oc()];
                ArrayKernel tiles = kernel(geometry, PostOps.NONE, problem.capacity(),
                        Tasks.scratch(THREADS[i]));
                Tasks.run(tiles.forward(src, weights, null, dst), samples, random);
                Tasks.run(tiles.backwardInput(diffDst, weights, src, diffSrc), samples, random);
                Tasks.run(tiles.backwardWeights(src, diffDst, diffWeights, diffBias), samples,
                        random);
                found[i] = new double[][] {dst, diffSrc, diffWeights, diffBias};
            }
            for (int i = 1; i < found.length; i++) {
                for (int pass = 0; pass < found[i].length; pass++) {
                    assertArrayEquals(found[0][pass], found[i][pass],
                            problem + ", pass " + pass + ", " + THREADS[i] + " threads");
                }
            }
        }
    }

    /** What a kernel makes of numbers drawn from a seed: dst, diffSrc, diffWeights, diffBias. */
    private static double[][] passes(ArrayKernel tiles, Problem problem, int samples,
            long seed) {
        Random random = new Random(seed);
        ConvGeometry geometry = problem.rowMajor();
        ConvGeometry arranged = problem.channelsLast();
        WindowGeometry window = problem.window();
        ArrangedMaps in = new ArrangedMaps(samples, problem.ic(), window.ih(), window.iw(),
                geometry.src(), arranged.src());
        ArrangedMaps out = new ArrangedMaps(samples, problem.oc(), window.oh(), window.ow(),
                geometry.dst(), arranged.dst());
        double[] src = in.arranged(
                doubles(random, samples * problem.ic() * window.ih() * window.iw()));
        double[] diffDst = out.arranged(
                doubles(random, samples * problem.oc() * window.oh() * window.ow()));
        double[] weights = doubles(random, problem.ic() * problem.oc() * problem.taps());
        double[] diffWeights = new double[weights.length];
        double[] diffBias = new double[problem.oc()];
        double[] dst = out
                .computed(to -> Tasks.run(tiles.forward(src, weights, null, to), samples));
        double[] diffSrc = in.computed(
                to -> Tasks.run(tiles.backwardInput(diffDst, weights, src, to), samples));
        Tasks.run(tiles.backwardWeights(src, diffDst, diffWeights, diffBias), samples);
        return new double[][] {dst, diffSrc, diffWeights, diffBias};
    }

    private static ArrayKernel kernel(Problem problem) {
        return kernel(problem.channelsLast(), PostOps.NONE, problem.capacity());
    }

    /** Every pass by tiles, of shapes too that other implementations compute faster. */
    private static ArrayKernel kernel(ConvGeometry geometry, PostOps postOps, int capacity) {
        return kernel(geometry, postOps, capacity, Tasks.scratch());
    }

    private static ArrayKernel kernel(ConvGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        return new ArrayKernel(new WeightedKernel(
                ConvWinograd.forward(geometry, postOps, capacity, scratch),
                ConvWinograd.backwardInput(geometry, postOps, capacity, scratch),
                ConvWinograd.backwardWeights(geometry, postOps, capacity, scratch)));
    }

    @Test
    void batchesOfAnySizeDoNotAffectEachOther() {
        for (Problem problem : ways()) {
            ArrayKernel used = kernel(problem);
            for (int samples : new int[] {problem.capacity(), 1,
                    Math.ceilDiv(problem.samples(), 2)}) {
                double[][] found = passes(used, problem, samples, SEED);
                double[][] fresh = passes(kernel(problem), problem, samples, SEED);
                for (int pass = 0; pass < found.length; pass++) {
                    assertArrayEquals(fresh[pass], found[pass],
                            problem + ", " + samples + " samples, pass " + pass);
                }
            }
        }
    }

    /** The tests run on vectors of 128, 256 and 512 bits, which all give this value. */
    @Test
    void bitsDoNotDependOnTheWidthOfVectors() throws NoSuchAlgorithmException {
        //float String expected = "7095cce0d1545505e930178073672d8c4beb065bdd37d5ac1bccea393792e0b5";
        String expected = "ff9ff7554d438133cb3610a17215f54920fa2665b9140ca3920321d250492825";
        assertEquals(expected, digest(WAYS));
        //float String others = "60a7918b5b3020fb492bdff1bd717f9fb4871393c96dfd8c3ce7237fe2bb615d";
        String others = "f725434148e8ca59da5788130cf6c15fa1f24e4b9fa02ecc7cdf7e184a90eba5";
        assertEquals(others, digest(WINDOWS));
    }

    private static String digest(List<Problem> problems) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (Problem problem : problems) {
            for (double[] made : passes(kernel(problem), problem, problem.samples(), 1)) {
                ByteBuffer bytes = ByteBuffer.allocate(made.length * Double.BYTES);
                //float bytes.asFloatBuffer().put(made);
                bytes.asDoubleBuffer().put(made);
                digest.update(bytes.array());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String obstacle(WindowGeometry window, int samples) {
        return refusal(window, 1, 64, 64, samples);
    }

    private static String refusal(WindowGeometry window, int g, int ic, int oc, int samples) {
        return ConvWinograd.refusal(new ConvProblem(window, g, ic, oc, samples, false));
    }

    @Test
    void shapesAloneChooseTiles() {
        WindowGeometry map = new WindowSizes(16, 16, 3, 3, 1, 1, 1, 1, 1, 1).geometry();
        assertNull(refusal(map, 1, 64, 64, 1));
        assertEquals("2 groups", refusal(map, 2, 64, 64, 1));
        assertEquals("60 -> 64 channels; tiles need multiples of " + LANES + " from 16 on",
                refusal(map, 1, 60, 64, 1));
        assertEquals("64 -> 8 channels; tiles need multiples of " + LANES + " from 16 on",
                refusal(map, 1, 64, 8, 1));
        assertEquals("window of 3x5",
                obstacle(new WindowSizes(16, 16, 3, 5, 1, 1, 1, 1, 1, 1).geometry(), 8));
        assertEquals("3x3 with stride 2x1",
                obstacle(new WindowSizes(16, 16, 3, 3, 2, 1, 1, 1, 1, 1).geometry(), 8));
        assertEquals("5x5 with stride 3x3",
                obstacle(new WindowSizes(16, 16, 5, 5, 3, 3, 1, 1, 1, 1).geometry(), 8));
        assertEquals("stride 2x2 and dilation 1x2",
                obstacle(new WindowSizes(16, 16, 5, 5, 2, 2, 1, 1, 1, 2).geometry(), 8));
        assertNull(obstacle(new WindowSizes(28, 28, 5, 5, 2, 2, 1, 1, 1, 1).geometry(), 64));
        assertEquals("padding 3x1",
                obstacle(new WindowSizes(16, 16, 3, 3, 1, 1, 3, 1, 1, 1).geometry(), 8));
        assertNull(obstacle(new WindowSizes(16, 16, 5, 5, 1, 1, 2, 6, 1, 2).geometry(), 8));
        assertEquals("padding 2x9",
                obstacle(new WindowSizes(16, 16, 5, 5, 1, 1, 2, 9, 1, 2).geometry(), 8));
        assertEquals("tiles that compute too much beyond maps of 16x16, dilation 8x8",
                obstacle(new WindowSizes(16, 16, 3, 3, 1, 1, 8, 8, 8, 8).geometry(), 8));
        assertEquals("98 output pixels a batch, fewer than 144",
                obstacle(new WindowSizes(7, 7, 3, 3, 1, 1, 1, 1, 1, 1).geometry(), 2));
        assertEquals(new Layout.Halo(1, 1, 1, 1), ConvWinograd
                .sourceHalo(new ConvProblem(map, 1, 64, 64, 1, false)));
    }
}
