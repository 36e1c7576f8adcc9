package org.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.io.Crafted.bytes;
import static org.lanewise.io.Crafted.npy;
import static org.lanewise.io.Crafted.npyLongs;
import static org.lanewise.io.Faults.assertFault;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Samples;
import org.lanewise.io.Crafted;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

/** Sets in .npz archives: what their arrays may be and what a network makes of them. */
class DataSetsTest {
    private static final Network TEN_CLASSES = Network.input(1, 2, 3).flatten().linear(10)
            .softmaxCrossEntropy();
    private static final Network FLAT = Network.input(6).linear(10).softmaxCrossEntropy();
    private static final Network TWO_VALUES = Network.input(6).linear(2).meanSquaredError();
    private static final Network ONE_VALUE = Network.input(6).linear(1).meanSquaredError();

    private static final byte[] IMAGES = npy("|u1", "(2, 2, 3)",
            bytes(0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6));
    private static final byte[] ROWS = npy("(2, 6)", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    private static final byte[] LABELS = npyLongs("(2,)", 3, 9);

    @TempDir
    private Path folder;

    private Path archive(byte[]... arrays) {
        String[] names = {"x_train", "y_train", "x_test", "y_test"};
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (int i = 0; i < arrays.length; i++) {
            entries.put(names[i] + ".npy", arrays[i]);
        }
        return Crafted.write(folder, "data.npz", Crafted.zip(true, entries));
    }

    private DataSet read(Network network, byte[]... arrays) throws IOException {
        return DataSets.read(archive(arrays), network, NonFinite.REFUSE);
    }

    private void assertRefused(Network network, byte[] x, byte[] y, String... said) {
        Path file = archive(x, y);
        assertFault(file, () -> DataSets.read(file, network, NonFinite.REFUSE), said);
    }

    private static double[] input(Samples samples, int index) {
        double[] input = new double[(int) samples.shape().size()];
        samples.copyInput(index, input, 0);
        return input;
    }

    private static double[] targets(Samples samples, int index) {
        double[] targets = new double[samples.targetsPerSample()];
        samples.copyTargets(index, targets, 0);
        return targets;
    }

    @Test
    void bytesAreScaled() throws IOException {
        Samples train = read(TEN_CLASSES, IMAGES, LABELS).train();
        assertEquals(new Shape.Image(1, 2, 3), train.shape());
        assertArrayEquals(new double[] {0, 0.2, 0.4, 0.6, 0.8, 1}, input(train, 0));
        assertEquals(3, train.label(0));
        assertEquals(9, train.label(1));
    }

    @Test
    void otherTypesAreTakenAsTheyAre() throws IOException {
        assertArrayEquals(new double[] {6, 7, 8, 9, 10, 11},
                input(read(FLAT, ROWS, LABELS).train(), 1));
        byte[] signed = npy("|i1", "(2, 2, 3)", bytes(-1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 127));
        assertArrayEquals(new double[] {-1, 2, 3, 4, 5, 6},
                input(read(TEN_CLASSES, signed, LABELS).train(), 0));
    }

    @Test
    void imagesWithChannels() throws IOException {
        Network network = Network.input(3, 1, 2).flatten().linear(10).softmaxCrossEntropy();
        byte[] images = npy("(2, 3, 1, 2)", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        Samples train = read(network, images, LABELS).train();
        assertEquals(new Shape.Image(3, 1, 2), train.shape());
        assertArrayEquals(new double[] {6, 7, 8, 9, 10, 11}, input(train, 1));
    }

    @Test
    void theTestSetIsOptional() throws IOException {
        assertTrue(read(FLAT, ROWS, LABELS).test().isEmpty());
        Samples test = read(FLAT, ROWS, LABELS, ROWS, npyLongs("(2,)", 0, 1)).test().orElseThrow();
        assertEquals(1, test.label(1));
        Path half = archive(ROWS, LABELS, ROWS);
        assertFault(half, () -> DataSets.read(half, FLAT, NonFinite.REFUSE),
                "no array named y_test; there is x_train, y_train, x_test");
    }

    @Test
    void aMissingArray() {
        Path file = archive(ROWS);
        assertFault(file, () -> DataSets.read(file, FLAT, NonFinite.REFUSE),
                "no array named y_train; there is x_train");
    }

    @Test
    void ignoresOtherArrays() throws IOException {
        Path file = Crafted.write(folder, "data.npz", Crafted.zip(false, Map.of("x_train.npy",
                ROWS, "y_train.npy", LABELS, "names.npy", npy("|O", "(1,)", new byte[8]))));
        assertEquals(2, DataSets.read(file, FLAT, NonFinite.REFUSE).train().size());
    }

    @Test
    void aLabelThatTheLossIgnoresIsNoClass() throws IOException {
        Network ignoring = FLAT.loss(Loss.softmaxCrossEntropy().ignoreIndex(-1));
        assertEquals(-1, read(ignoring, ROWS, npyLongs("(2,)", 0, -1)).train().label(1));
        assertRefused(ignoring, ROWS, npyLongs("(2,)", 0, -2), "row 1: label -2 is none");
        // As a whole number of 32 bits that is 0.
        assertRefused(FLAT.loss(Loss.softmaxCrossEntropy().ignoreIndex(Integer.MAX_VALUE)), ROWS,
                npyLongs("(2,)", 0, 1L << 32), "row 1: label 4294967296 is none");
    }

    @ParameterizedTest
    @ValueSource(longs = {10, -1, 255, 1L << 32})
    void labelsThatAreNoClasses(long label) {
        assertRefused(FLAT, ROWS, npyLongs("(2,)", 0, label),
                "array y_train: row 1: label " + label + " is none of the network's 10 classes");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, Double.NaN, -1, Double.POSITIVE_INFINITY, 1e300})
    void floatsThatAreNoClasses(double label) {
        byte[] labels = npy("(2,)", label, 0);
        assertRefused(FLAT, ROWS, labels, "row 0: label " + label + " is none of", "10 classes");
        Path file = archive(ROWS, labels);
        assertFault(file, () -> DataSets.read(file, FLAT, NonFinite.ALLOW), "row 0: label");
    }

    @Test
    void bytesThatAreNoClasses() {
        assertRefused(FLAT, ROWS, npy("|u1", "(2,)", bytes(0, 255)), "row 1: label 255 is none");
        assertRefused(FLAT, ROWS, npy("|i1", "(2,)", bytes(0, 255)), "row 1: label -1 is none");
        assertRefused(FLAT, ROWS, npyLongs("(2,)", 0, Long.MAX_VALUE),
                "array y_train: element [1] is 9223372036854775807");
    }

    @Test
    void wholeFloatsAreLabels() throws IOException {
        assertEquals(9, read(FLAT, ROWS, npy("(2,)", 0, 9)).train().label(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"(2, 1)|2", "(2, 10)|20", "()|1"})
    void labelsOfOtherShapes(String shape, int size) {
        assertRefused(FLAT, ROWS, npy(shape, new double[size]), "array y_train: ");
    }

    @Test
    void imagesAndLabelsDifferInNumber() {
        assertRefused(FLAT, ROWS, npyLongs("(3,)", 1, 2, 3), "array y_train: 3 rows for the 2",
                "x_train");
    }

    @Test
    void noRows() {
        assertRefused(FLAT, npy("(0, 6)"), npyLongs("(0,)"), "array x_train: has no rows: shape");
        assertRefused(FLAT, ROWS, npyLongs("(0,)"), "array y_train: has no rows");
    }

    @Test
    void inputsOfOtherShapes() {
        assertRefused(TEN_CLASSES, npy("(2, 3, 2)", new double[12]), LABELS,
                "array x_train: samples of 1x3x2", "the network's input 1x2x3");
        assertRefused(FLAT, IMAGES, LABELS, "samples of 1x2x3", "input 6");
        assertRefused(TEN_CLASSES, ROWS, LABELS, "samples of 6", "input 1x2x3");
        assertRefused(FLAT, npy("(2,)", 1, 2), LABELS, "has shape (2,); inputs are (samples,");
        assertRefused(FLAT, npy("()", 1), LABELS, "is a single number");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY})
    void inputsThatAreNotFinite(double value) throws IOException {
        byte[] rows = npy("(2, 6)", 0, 1, 2, 3, 4, 5, 6, 7, 8, value, 10, 11);
        assertRefused(FLAT, rows, LABELS, "array x_train: element [1, 3] is " + value);
        Samples allowed = DataSets.read(archive(rows, LABELS), FLAT, NonFinite.ALLOW).train();
        assertEquals(value, input(allowed, 1)[3]);
    }

    @Test
    void targetValues() throws IOException {
        Samples two = read(TWO_VALUES, ROWS, npy("(2, 2)", 1, 2, 3, 4)).train();
        assertArrayEquals(new double[] {3, 4}, targets(two, 1));
        Samples one = read(ONE_VALUE, ROWS, npy("(2,)", 0.5, -0.5)).train();
        assertArrayEquals(new double[] {-0.5}, targets(one, 1));
        Samples bytes = read(ONE_VALUE, ROWS, npy("|u1", "(2, 1)", bytes(7, 255))).train();
        assertArrayEquals(new double[] {255}, targets(bytes, 1));
    }

    @Test
    void targetsThatAreMaps() throws IOException {
        Network maps = Network.input(1, 2, 3).conv2d(2, 2).meanSquaredError();
        byte[] targets = npy("(2, 2, 1, 2)", 0, 1, 2, 3, 4, 5, 6, 7);
        assertArrayEquals(new double[] {4, 5, 6, 7},
                targets(read(maps, IMAGES, targets).train(), 1));
        assertRefused(maps, IMAGES, npy("(2, 1, 2, 2)", new double[8]), "4 target values");
    }

    @Test
    void targetsThatDoNotFit() throws IOException {
        assertRefused(TWO_VALUES, ROWS, npy("(2, 3)", new double[6]),
                "array y_train: has shape (2, 3)", "needs a row of 2 target values");
        assertRefused(TWO_VALUES, ROWS, LABELS, "has shape (2,)");
        byte[] missing = npy("(2, 2)", 1, 2, Double.NaN, 4);
        assertRefused(TWO_VALUES, ROWS, missing, "array y_train: element [1, 0] is NaN");
        DataSet allowed = DataSets.read(archive(ROWS, missing), TWO_VALUES, NonFinite.ALLOW);
        assertEquals(Double.NaN, targets(allowed.train(), 1)[0]);
    }

    @Test
    void oneClassOnlyIsAWarning() throws IOException {
        byte[] same = npyLongs("(2,)", 4, 4);
        Path file = archive(ROWS, same, ROWS, same);
        assertEquals(
                List.of(file + ": array y_train: all 2 samples are of class 4",
                        file + ": array y_test: all 2 samples are of class 4"),
                DataSets.read(file, FLAT, NonFinite.REFUSE).warnings());
        assertEquals(List.of(), read(FLAT, ROWS, LABELS).warnings());
    }

    @Test
    void notAnArchive() {
        Path file = Crafted.write(folder, "data.npz", Crafted.idxImages(2, 3));
        assertFault(file, () -> DataSets.read(file, FLAT, NonFinite.REFUSE), "is no .npz archive");
        IOException missing = assertThrows(IOException.class,
                () -> DataSets.read(folder.resolve("none"), FLAT, NonFinite.REFUSE));
        assertEquals(folder.resolve("none") + ": no such file", missing.getMessage());
    }
}
