package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

/** Samples agree in their lengths, scale their bytes exactly and say which network they fit. */
class SamplesTest {
    private static final Shape PAIR = new Shape.Flat(2);
    private static final Shape MAPS = new Shape.Image(1, 1, 2);
    private static final Network CLASSES = Network.input(2).linear(3).softmaxCrossEntropy();
    private static final Network VALUES = Network.input(2).linear(3).meanSquaredError();

    private static double[] input(Samples samples, int sample) {
        double[] found = {7, 7, 7, 7};
        samples.copyInput(sample, found, 1);
        assertEquals(7, found[0]);
        assertEquals(7, found[3]);
        return new double[] {found[1], found[2]};
    }

    private static double[] targets(Samples samples, int sample) {
        double[] found = new double[samples.targetsPerSample() + 2];
        samples.copyTargets(sample, found, 1);
        assertEquals(0, found[0]);
        assertEquals(0, found[found.length - 1]);
        double[] row = new double[samples.targetsPerSample()];
        System.arraycopy(found, 1, row, 0, row.length);
        return row;
    }

    private static Arguments wrong(String message, Executable run) {
        return Arguments.of(message, run);
    }

    static Stream<Arguments> wrongSamples() {
        String three = "3 input values for samples of 2 = 2: expected a whole number of samples, at"
                + " least 1";
        String none = "0 input values for samples of 1x1x2 = 2: expected a whole number of samples, at"
                + " least 1";
        return Stream.of(
                wrong(three, () -> Samples.unlabelled(PAIR, new double[3])),
                wrong(three, () -> Samples.unlabelled(PAIR, new byte[3])),
                wrong(three, () -> Samples.labelled(PAIR, new double[3], new int[1])),
                wrong(three, () -> Samples.valued(PAIR, new byte[3], new double[1])),
                wrong(none, () -> Samples.unlabelled(MAPS, new double[0])),
                wrong(none, () -> Samples.labelled(MAPS, new byte[0], new int[0])),
                wrong("3 labels for 2 samples",
                        () -> Samples.labelled(PAIR, new double[4], new int[3])),
                wrong("1 label for 2 samples",
                        () -> Samples.labelled(PAIR, new byte[4], new int[1])),
                wrong("3 target values for 2 samples; each sample needs the same number, at least 1",
                        () -> Samples.valued(PAIR, new double[4], new double[3])),
                wrong("0 target values for 2 samples; each sample needs the same number, at least 1",
                        () -> Samples.valued(PAIR, new byte[4], new double[0])),
                wrong("samples of 1x1x2 do not fit the network's input 2",
                        () -> Samples.labelled(MAPS, new double[2], new int[1])
                                .requireFit(CLASSES)),
                wrong("sample 1: label 3 is none of the network's 3 classes, 0 to 2",
                        () -> Samples.labelled(PAIR, new double[6], new int[] {2, 3, -1})
                                .requireFit(CLASSES)),
                wrong("sample 2: label -1 is none of the network's 3 classes, 0 to 2",
                        () -> Samples.labelled(PAIR, new double[6], new int[] {2, 0, -1})
                                .requireFit(CLASSES)),
                wrong("softmax_cross_entropy needs one class label a sample; the samples have"
                        + " none",
                        () -> Samples.valued(PAIR, new double[2], new double[3])
                                .requireFit(CLASSES)),
                wrong("mean_squared_error needs target values; the samples have none",
                        () -> Samples.labelled(PAIR, new double[2], new int[1])
                                .requireFit(VALUES)),
                wrong("2 target values a sample, but the network has 3 outputs",
                        () -> Samples.valued(PAIR, new double[4], new double[4])
                                .requireFit(VALUES)));
    }

    @ParameterizedTest
    @MethodSource("wrongSamples")
    void samplesThatDoNotFitAreRefusedInWords(String message, Executable run) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, run).getMessage());
    }

    @Test
    void samplesThatFitAreNotRefused() {
        Samples.labelled(PAIR, new double[4], new int[] {0, 2}).requireFit(CLASSES);
        Samples.valued(PAIR, new byte[4], new double[6]).requireFit(VALUES);
    }

    @Test
    void aByteIsItsUnsignedValueDividedBy255() {
        byte[] pixels = new byte[256];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) i;
        }
        Samples samples = Samples.unlabelled(PAIR, pixels);
        assertEquals(128, samples.size());
        for (int i = 0; i < samples.size(); i++) {
            assertArrayEquals(new double[] {2 * i / 255.0, (2 * i + 1) / 255.0},
                    input(samples, i));
        }
    }

    @Test
    void samplesReportWhatTheyHave() {
        Samples labelled = Samples.labelled(PAIR, new double[] {1, 2, 3, 4}, new int[] {5, 6});
        Samples valued = Samples.valued(PAIR, new double[] {1, 2}, new double[] {5, 6, 7});
        Samples bare = Samples.unlabelled(PAIR, new byte[2]);
        assertTrue(labelled.hasLabels() && valued.hasTargets());
        assertFalse(labelled.hasTargets() || valued.hasLabels());
        assertFalse(bare.hasLabels() || bare.hasTargets());
        assertEquals(2, labelled.size());
        assertEquals(6, labelled.label(1));
        assertEquals(PAIR, labelled.shape());
        assertArrayEquals(new double[] {3, 4}, input(labelled, 1));
        assertArrayEquals(new double[] {5, 6, 7}, targets(valued, 0));
    }

    @Test
    void aSliceKeepsLabelsInArraysOfItsOwn() {
        double[] inputs = {1, 2, 3, 4, 5, 6, 7, 8};
        int[] labels = {10, 11, 12, 13};
        Samples slice = Samples.labelled(PAIR, inputs, labels).slice(1, 3);
        inputs[2] = -1;
        labels[1] = -1;
        assertEquals(2, slice.size());
        assertArrayEquals(new double[] {3, 4}, input(slice, 0));
        assertArrayEquals(new double[] {5, 6}, input(slice, 1));
        assertEquals(11, slice.label(0));
        assertEquals(12, slice.label(1));
        assertFalse(slice.hasTargets());
    }

    @Test
    void aSliceKeepsRowsOfTargetsAndBytes() {
        double[] targets = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        Samples slice = Samples.valued(PAIR, new byte[] {0, 51, 102, -1, 5, 6}, targets)
                .slice(1, 3);
        targets[3] = -1;
        assertEquals(2, slice.size());
        assertEquals(3, slice.targetsPerSample());
        assertArrayEquals(new double[] {102 / 255.0, 1}, input(slice, 0));
        assertArrayEquals(new double[] {4, 5, 6}, targets(slice, 0));
        assertArrayEquals(new double[] {7, 8, 9}, targets(slice, 1));
        assertFalse(slice.hasLabels());
    }

    @Test
    void aSliceOfSamplesToPredictHasNeither() {
        Samples slice = Samples.unlabelled(PAIR, new double[] {1, 2, 3, 4}).slice(1, 2);
        assertFalse(slice.hasLabels() || slice.hasTargets());
        assertArrayEquals(new double[] {3, 4}, input(slice, 0));
    }
}
