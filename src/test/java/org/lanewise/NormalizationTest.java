package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.spec.Network;
import org.lanewise.spec.Normalization;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Shape;

/** Inputs are normalized channel by channel, and a model takes no others than it learned from. */
class NormalizationTest {
    private static final Shape MAPS = new Shape.Image(2, 1, 3);
    private static final double[] MEAN = {0.5, -0.25};
    private static final double[] STD = {0.125, 3};
    private static final Network NETWORK = Network.input(2, 1, 3).flatten().linear(2)
            .softmaxCrossEntropy();

    private static double[] input(Samples samples, int sample) {
        double[] values = new double[(int) samples.shape().size()];
        samples.copyInput(sample, values, 0);
        return values;
    }

    @Test
    void eachChannelHasItsNumbers() {
        byte[] pixels = {0, 1, 127, -128, -1, 7, 3, 9, 27, 81, -13, 39};
        Samples plain = Samples.unlabelled(MAPS, pixels);
        Samples samples = plain.normalize(MEAN, STD);
        double[] inputs = new double[12];
        for (int i = 0; i < 12; i++) {
            inputs[i] = Byte.toUnsignedInt(pixels[i]) / 255.0;
        }
        Samples numbers = Samples.unlabelled(MAPS, inputs).normalize(MEAN, STD);
        for (int sample = 0; sample < 2; sample++) {
            double[] expected = new double[6];
            for (int i = 0; i < 6; i++) {
                expected[i] = (inputs[6 * sample + i] - MEAN[i / 3]) / STD[i / 3];
            }
            assertArrayEquals(expected, input(samples, sample));
            assertArrayEquals(expected, input(numbers, sample));
            assertArrayEquals(expected, input(samples.slice(sample, sample + 1), 0));
        }
        assertEquals("0.5,-0.25:0.125,3.0", samples.normalization().toString());
        assertArrayEquals(input(plain, 0), input(samples.normalize(Normalization.NONE), 0));
        assertEquals((0.0 - 2) / 4, input(samples.normalize(new double[] {2}, new double[] {4}),
                0)[0]);
        assertArrayEquals(new double[] {1, 2, 3}, input(Samples.unlabelled(new Shape.Flat(3),
                new double[] {11, 22, 33}).normalize(new double[] {10, 20, 30},
                        new double[] {1, 1, 1}),
                0));
    }

    static Stream<Arguments> wrong() {
        Samples samples = Samples.unlabelled(MAPS, new byte[6]);
        return Stream.of(
                refused("normalization: found 2 means and 1 standard deviations, expected as many",
                        () -> samples.normalize(MEAN, new double[] {1})),
                refused("normalization: standard deviation 1 is 0.0, expected a finite number"
                        + " above 0", () -> samples.normalize(MEAN, new double[] {1, 0})),
                refused("normalization: standard deviation 0 is NaN, expected a finite number"
                        + " above 0", () -> samples.normalize(MEAN, new double[] {Double.NaN, 1})),
                refused("normalization: standard deviation 0 is Infinity, expected a finite number"
                        + " above 0",
                        () -> samples.normalize(MEAN, new double[] {Double.POSITIVE_INFINITY, 1})),
                refused("normalization: mean 1 is NaN, expected a finite number",
                        () -> samples.normalize(new double[] {0, Double.NaN}, STD)),
                refused("normalization by 3 means, but inputs of 2x1x3 have 2 channels; give one"
                        + " for each, or one for all",
                        () -> samples.normalize(new double[3], new double[] {1, 1, 1})),
                refused("normalization by 2 means, but inputs of 3 have 3 features; give one for"
                        + " each, or one for all",
                        () -> Samples.unlabelled(new Shape.Flat(3), new byte[3]).normalize(MEAN,
                                STD)));
    }

    private static Arguments refused(String message, Executable run) {
        return Arguments.of(message, run);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatCannotBeIsRefused(String message, Executable run) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, run).getMessage());
    }

    @Test
    void aModelTakesWhatItLearnedFrom() {
        Samples plain = Samples.labelled(MAPS, new RandomState(1).randn(24),
                new int[] {0, 1, 1, 0});
        Samples samples = plain.normalize(MEAN, STD);
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(0.1)).batchSize(3);
        Trainer trainer = new Trainer(NETWORK, options);
        trainer.model().evaluate(plain);
        trainer.train(samples, Optional.of(samples), 1, TrainingListener.SILENT);
        Model model = trainer.model();
        model.evaluate(samples);
        String message = "samples with the normalization none do not fit a network that learned"
                + " from inputs with the normalization 0.5,-0.25:0.125,3.0; give them the same with"
                + " Samples.normalize";
        for (Executable run : new Executable[] {() -> model.evaluate(plain),
                () -> model.outputs(plain), () -> model.probabilities(plain),
                () -> model.classify(plain), () -> model.copy().outputs(plain),
                () -> trainer.train(samples, Optional.of(plain), 1, TrainingListener.SILENT)}) {
            assertEquals(message, assertThrows(IllegalArgumentException.class, run).getMessage());
        }
        assertThrows(IllegalArgumentException.class,
                () -> model.normalization(Normalization.of(new double[3], STD)));

        Trainer resumed = new Trainer(NETWORK, options);
        resumed.restore(trainer.state());
        assertEquals(samples.normalization(), resumed.model().normalization());
        String other = assertThrows(IllegalArgumentException.class,
                () -> resumed.train(plain, 2, TrainingListener.SILENT)).getMessage();
        assertTrue(other.startsWith("these are not the samples of the training to resume: found 4"
                + " samples with checksum "), other);
        assertTrue(other.endsWith(", normalized by 0.5,-0.25:0.125,3.0"), other);
        resumed.train(samples, 2, TrainingListener.SILENT);
    }
}
