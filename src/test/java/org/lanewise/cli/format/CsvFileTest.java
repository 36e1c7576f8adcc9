package org.lanewise.cli.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.io.Faults.assertFault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.Samples;
import org.lanewise.data.DataSet;
import org.lanewise.io.Crafted;
import org.lanewise.io.FileFormatException;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;

class CsvFileTest {
    private static final Network NETWORK = Network.input(1, 1, 2).flatten().linear(3)
            .softmaxCrossEntropy();
    private static final Network VALUES = Network.input(2).linear(2).meanSquaredError();
    private static final CsvFile.Reading PLAIN = new CsvFile.Reading(false, 1);

    @TempDir
    private Path folder;

    private Path write(String name, String text) {
        return Crafted.write(folder, name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static DataSet read(Path path) throws IOException {
        return CsvFile.dataSet(path, NETWORK, PLAIN);
    }

    private static double[] inputs(Samples samples) {
        double[] all = new double[samples.size() * 2];
        for (int i = 0; i < samples.size(); i++) {
            samples.copyInput(i, all, 2 * i);
        }
        return all;
    }

    @Test
    void theLabelMayBeAnyColumn() throws IOException {
        for (String text : List.of("label,a,b\n2,1.5,-3e2\n0,.5,4.\n",
                "a,label,b\r\n1.5,2,-3e2\r\n.5,0,4.\r\n",
                "\uFEFFa,b,\"Label\"\n\"1.5\", -3E+2 ,2.0\n+0.5,4,0")) {
            Samples samples = read(write("a.csv", text)).train();
            assertArrayEquals(new double[] {1.5, -300, 0.5, 4}, inputs(samples), text);
            assertEquals(2, samples.label(0));
            assertEquals(0, samples.label(1));
        }
    }

    @Test
    void aLabelThatTheLossIgnoresIsNoClass() throws IOException {
        Path file = write("a.csv", "label,a,b\n-1,1,2\n2,3,4\n");
        Network ignoring = NETWORK.loss(Loss.softmaxCrossEntropy().ignoreIndex(-1));
        assertEquals(-1, CsvFile.dataSet(file, ignoring, PLAIN).train().label(0));
        assertFault(file, () -> read(file), "line 2: label -1 is none");
    }

    @Test
    void targetsOfSquaredError() throws IOException {
        Path file = write("a.csv", "target_x,a,target_y,b\n1,2,3,4\n5,6,7,8\n");
        Samples samples = CsvFile.dataSet(file, VALUES, PLAIN).train();
        assertArrayEquals(new double[] {2, 4, 6, 8}, inputs(samples));
        double[] targets = new double[2];
        samples.copyTargets(1, targets, 0);
        assertArrayEquals(new double[] {5, 7}, targets);
    }

    @Test
    void aFolderOfTwoTables() throws IOException {
        write("train.csv", "label,a,b\n1,1,1\n1,2,2\n");
        DataSet alone = read(folder);
        assertTrue(alone.test().isEmpty());
        assertEquals(List.of(folder.resolve("train.csv") + ": all 2 samples are of class 1"),
                alone.warnings());
        write("test.csv", "a,b,label\n5,6,0\n");
        assertArrayEquals(new double[] {5, 6}, inputs(read(folder).test().orElseThrow()));
    }

    @Test
    void inputsAreDividedAndLabelsAreNot() throws IOException {
        Path file = write("a.csv", "label,a,b\n2,255,51\n");
        Samples samples = CsvFile.dataSet(file, NETWORK, new CsvFile.Reading(false, 255)).train();
        assertArrayEquals(new double[] {1, 0.2}, inputs(samples));
        assertEquals(2, samples.label(0));
    }

    @Test
    void inputsAloneNeedNoLabels() throws IOException {
        for (String text : List.of("a,b\n1,2\n", "label,a,b\nunknown,1,2\n")) {
            Samples samples = CsvFile.inputs(write("a.csv", text), NETWORK, PLAIN);
            assertArrayEquals(new double[] {1, 2}, inputs(samples));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^',
            textBlock = """
                    ^^                              | is empty; expected a line that names the columns
                    label,a,b                       | has no rows below its header
                    2,1,1;0,2,2                     | line 1: is of numbers; expected the names
                    label,a,a;1,1,1                 | line 1: names two columns a
                    a,b,c;1,1,1                     | line 1: names 0 columns label, expected 1; there is a, b, c
                    label,a;1,1                     | names 1 columns of inputs, the network's input 1x1x2 has 2
                    label,a,b,c;1,1,1,1             | names 3 columns of inputs
                    label,a,b;1,1,1;2,2             | line 3: has 2 fields, the header has 3
                    label,a,b;1,1,1,1               | line 2: has 4 fields, the header has 3
                    label,a,b;1,1,                  | line 2: column b: is empty
                    label,a,b;1,1,1;1,one,1         | line 3: column a: one is no number
                    label,a,b;1,1d,1                | 1d is no number
                    label,a,b;1,0x1p3,1             | 0x1p3 is no number
                    label,a,b;1,1 2,1               | 1 2 is no number
                    label,a,b;1,"1,5",1             | column a: 1,5 is no number
                    label,a,b;1,nan,1               | line 2: column a: is NaN; every value must be finite
                    label,a,b;1,1,-inf              | line 2: column b: is -Infinity
                    label,a,b;1,1e999,1             | line 2: column a: is Infinity
                    label,a,b;nan,1,1               | line 2: column label: is NaN
                    label,a,b;3,1,1                 | line 2: label 3 is none of the network's 3 classes, 0 to 2
                    label,a,b;-1,1,1                | line 2: label -1 is none
                    label,a,b;0.5,1,1               | line 2: label 0.5 is none
                    label,a,b;4294967296,1,1        | line 2: label 4294967296 is none
                    label,a,b;1,"1"x,1              | is no table of comma-separated values
                    """)
    void faultsNameTheLine(String lines, String said) {
        Path file = write("a.csv", lines.replace(';', '\n'));
        assertFault(file, () -> read(file), said);
    }

    @Test
    void valuesThatAreNotFiniteMayBeAllowed() throws IOException {
        Path file = write("a.csv", "label,a,b\n1,nan,-inf\n");
        Samples samples = CsvFile.dataSet(file, NETWORK, new CsvFile.Reading(true, 1)).train();
        assertArrayEquals(new double[] {Double.NaN, Double.NEGATIVE_INFINITY}, inputs(samples));
    }

    @Test
    void theNumberOfTargets() {
        Path file = write("a.csv", "target,a,b\n1,2,3\n");
        assertFault(file, () -> CsvFile.dataSet(file, VALUES, PLAIN),
                "names 1 columns target..., expected 2");
    }

    @Test
    void whatIsNoText() throws IOException {
        byte[] image = new byte[5000];
        new Random(3).nextBytes(image);
        Path file = Crafted.write(folder, "a.csv", image);
        assertFault(file, () -> read(file));
        Path long1 = Crafted.write(folder, "b.csv", filled(20_000_000, 'x'));
        assertFault(long1, () -> read(long1));
        IOException folderFault = null;
        try {
            read(Files.createDirectory(folder.resolve("c.csv")));
        } catch (IOException e) {
            folderFault = e;
        }
        assertEquals(folder.resolve("c.csv").resolve("train.csv") + ": no such file",
                folderFault.getMessage());
    }

    private static byte[] filled(int length, char with) {
        byte[] content = new byte[length];
        Arrays.fill(content, (byte) with);
        return content;
    }

    @Test
    void onlyTheLibrarysOwnException() throws IOException {
        long seed = 8;
        Random random = new Random(seed);
        byte[] whole = "label,a,b\n2,1.5,-3e2\n0,\"0.5\",4.25\n1,2,3\n"
                .getBytes(StandardCharsets.UTF_8);
        int refused = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] damaged = whole.clone();
            for (int change = 0; change < 1 + round % 3; change++) {
                damaged[random.nextInt(whole.length)] = random.nextBoolean()
                        ? (byte) random.nextInt(256)
                        : (byte) "\",\n\r x-e.9".charAt(random.nextInt(10));
            }
            Path file = Crafted.write(folder, "a.csv", damaged);
            try {
                read(file);
            } catch (FileFormatException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
        assertTrue(refused > 1000, "seed " + seed + ": " + refused);
    }
}
