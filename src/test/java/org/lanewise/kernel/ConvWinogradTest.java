package org.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Convolution by tiles against the reference, within the bound that the contract states. */
class ConvWinogradTest {
    private static final long SEED = 20_260_302;
    private static final int PROBLEMS = 40;

    /** Of the largest element, as the contract states it; measured: up to 2e-14. */
    private static final double BOUND = 1e-12;

    private record Problem(int ic, int oc, int samples, WindowGeometry window) {
        ConvGeometry rowMajor() {
            return new ConvGeometry(window, 1, ic, oc,
                    Layout.rowMajor(ic, window.ih(), window.iw()),
                    Layout.rowMajor(oc, window.oh(), window.ow()));
        }

        ConvGeometry channelsLast() {
            return new ConvGeometry(window, 1, ic, oc,
                    Layout.channelsLast(ic, window.ih(), window.iw(),
                            ConvWinograd.sourceHalo(window)),
                    Layout.channelsLast(oc, window.oh(), window.ow(),
                            ConvWinograd.gradientHalo(window)));
        }
    }

    private static Problem problem(Random random) {
        int ih = random.nextInt(3, 20);
        int iw = random.nextInt(3, 20);
        return new Problem(8 * random.nextInt(1, 7), 8 * random.nextInt(1, 7),
                random.nextInt(1, 6), ConvScalarTest.window(ih, iw, 3, 3, 1, 1,
                        random.nextInt(0, 3), random.nextInt(0, 3), 1, 1));
    }

    private static void assertNear(Problem problem, String pass, double[] expected,
            double[] found) {
        double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < expected.length; i++) {
            int at = i;
            assertTrue(Math.abs(expected[i] - found[i]) <= BOUND * scale,
                    () -> pass + "[" + at + "] of " + problem + ": expected " + expected[at]
                            + ", found " + found[at]);
        }
    }

    @Test
    void allPassesAreNearTheReference() {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        for (int i = 0; i < PROBLEMS; i++) {
            Problem problem = problem(random);
            WindowGeometry window = problem.window();
            int samples = problem.samples();
            ConvGeometry geometry = problem.rowMajor();
            ConvGeometry arranged = problem.channelsLast();
            AffineKernel scalar = new ConvScalar(geometry);
            ArrangedMaps in = new ArrangedMaps(samples, problem.ic(), window.ih(), window.iw(),
                    geometry.src(), arranged.src());
            ArrangedMaps out = new ArrangedMaps(samples, problem.oc(), window.oh(), window.ow(),
                    geometry.dst(), arranged.dst());
            int sources = samples * problem.ic() * window.ih() * window.iw();
            int results = samples * problem.oc() * window.oh() * window.ow();
            int filters = problem.ic() * problem.oc() * 9;
            double[] src = random.doubles(sources, -1, 1).toArray();
            double[] weights = random.doubles(filters, -1, 1).toArray();
            double[] bias = random.doubles(problem.oc(), -1, 1).toArray();
            double[] diffDst = random.doubles(results, -1, 1).toArray();
            boolean rectify = random.nextBoolean();
            boolean rectified = random.nextBoolean();
            // More than there are samples, as where the last batch of an epoch is smaller.
            AffineKernel tiles = new ConvWinograd(arranged, new Fusion(rectify, rectified),
                    samples + 1, Jobs.scratch(), true, true);

            double[] dst = new double[results];
            Jobs.run(scalar.forward(src, weights, bias, dst), samples);
            if (rectify) {
                ActivationScalar.relu(dst, dst, 0, results);
            }
            double[] vectorSrc = in.arranged(src);
            assertNear(problem, "forward", dst, out.computed(found -> Jobs.run(
                    tiles.forward(vectorSrc, weights, bias, found), samples)));

            double[] diffSrc = new double[sources];
            Jobs.run(scalar.backwardInput(diffDst, weights, null, diffSrc), samples);
            if (rectified) {
                ActivationScalar.reluBackward(src, diffSrc, diffSrc, 0, sources);
            }
            double[] vectorDiff = out.arranged(diffDst);
            assertNear(problem, "backwardInput", diffSrc, in.computed(found -> Jobs.run(
                    tiles.backwardInput(vectorDiff, weights, vectorSrc, found), samples)));

            double[][] weightGradients = new double[2][filters];
            double[][] biasGradients = new double[2][problem.oc()];
            Jobs.run(scalar.backwardWeights(src, diffDst, weightGradients[0], biasGradients[0]),
                    samples);
            Jobs.run(tiles.backwardWeights(vectorSrc, vectorDiff, weightGradients[1],
                    biasGradients[1]), samples);
            assertNear(problem, "backwardWeights", weightGradients[0], weightGradients[1]);
            assertNear(problem, "bias", biasGradients[0], biasGradients[1]);
        }
    }

    @Test
    void theOrderOfPiecesChangesNoBit() {
        Random random = new Random(SEED);
        Problem problem = new Problem(40, 48, 5, ConvScalarTest.window(13, 9, 3, 3, 1, 1, 1, 1, 1,
                1));
        double[] src = random.doubles(5L * problem.channelsLast().src().sample() + Layout.SLACK)
                .toArray();
        double[] weights = random.doubles(40 * 48 * 9).toArray();
        double[][] found = new double[2][5 * problem.channelsLast().dst().sample()];
        for (double[] dst : found) {
            Jobs.run(new ConvWinograd(problem.channelsLast(), Fusion.NONE, 5, Jobs.scratch(), true,
                    true).forward(src, weights, null, dst), 5, random);
        }
        assertArrayEquals(found[0], found[1]);
    }

    @Test
    void shapesAloneChooseTiles() {
        WindowGeometry map = ConvScalarTest.window(16, 16, 3, 3, 1, 1, 1, 1, 1, 1);
        assertTrue(ConvWinograd.applies(map, 1, 64, 64, 1));
        assertFalse(ConvWinograd.applies(map, 2, 64, 64, 1), "groups");
        assertFalse(ConvWinograd.applies(map, 1, 60, 64, 1), "no whole vectors");
        assertFalse(ConvWinograd.applies(map, 1, 64, 16, 1), "few filters");
        assertFalse(ConvWinograd.applies(ConvScalarTest.window(16, 16, 3, 3, 2, 1, 1, 1, 1, 1), 1,
                64, 64, 8), "a stride");
        assertFalse(ConvWinograd.applies(ConvScalarTest.window(7, 7, 3, 3, 1, 1, 1, 1, 1, 1), 1,
                512, 512, 4), "few pixels");
        assertEquals(new Layout.Halo(1, 1, 1, 1), ConvWinograd.sourceHalo(map));
    }
}
