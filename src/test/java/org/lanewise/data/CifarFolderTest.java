package org.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.io.Faults.assertFault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Samples;
import org.lanewise.io.Crafted;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

class CifarFolderTest {
    private static final int PIXELS = 3072;
    private static final Network NETWORK = Network.input(3, 32, 32).flatten().linear(10)
            .softmaxCrossEntropy();

    /** As in the archive, with an empty line at the end. */
    private static final String META = String.join("\n", "airplane", "automobile", "bird", "cat",
            "deer", "dog", "frog", "horse", "ship", "truck", "", "");

    @TempDir
    private Path folder;

    /** Pixel k of the image of a label is label + k, and so red begins with the label. */
    private static byte[] records(int... labels) {
        byte[] content = new byte[labels.length * (1 + PIXELS)];
        for (int i = 0; i < labels.length; i++) {
            content[i * (1 + PIXELS)] = (byte) labels[i];
            for (int k = 0; k < PIXELS; k++) {
                content[i * (1 + PIXELS) + 1 + k] = (byte) (labels[i] + k);
            }
        }
        return content;
    }

    private Path write(String name, byte[] content) {
        return Crafted.write(folder, name, content);
    }

    private DataSet read() throws IOException {
        return DataSets.read(folder, NETWORK, NonFinite.REFUSE);
    }

    @BeforeEach
    void fiveBatches() {
        for (int batch = 1; batch <= 5; batch++) {
            write("data_batch_" + batch + ".bin", records(batch, 9));
        }
        write("readme.html", new byte[5]);
        write("batches.meta.txt", META.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void namesItsClasses() throws IOException {
        assertEquals("truck", read().train().classes().name(9));
        Network twelve = Network.input(3, 32, 32).flatten().linear(12).softmaxCrossEntropy();
        Path meta = folder.resolve("batches.meta.txt");
        assertFault(meta, () -> DataSets.read(folder, twelve, NonFinite.REFUSE),
                "names 10 classes, one a line; the network has 12");
    }

    @Test
    void fiveBatchesAndATest() throws IOException {
        assertTrue(read().test().isEmpty());
        write("test_batch.bin", records(0, 8, 7));
        Samples train = read().train();
        assertEquals(new Shape.Image(3, 32, 32), train.shape());
        assertEquals(10, train.size());
        double[] input = new double[PIXELS];
        for (int i = 0; i < 10; i++) {
            int label = i % 2 == 0 ? i / 2 + 1 : 9;
            assertEquals(label, train.label(i));
            train.copyInput(i, input, 0);
            for (int k = 0; k < PIXELS; k++) {
                assertEquals((label + k) % 256 / 255.0, input[k]);
            }
        }
        assertEquals(3, read().test().orElseThrow().size());
        assertEquals(7, read().test().orElseThrow().label(2));
    }

    @Test
    void aBatchThatIsMissing() throws IOException {
        Files.delete(folder.resolve("data_batch_3.bin"));
        assertFault(folder, this::read, "holds no data_batch_3.bin, which CIFAR-10 has",
                "data_batch_2.bin, data_batch_4.bin");
        Files.delete(folder.resolve("data_batch_1.bin"));
        write("test_batch.bin", records(1));
        assertFault(folder, this::read, "holds no data_batch_1.bin");
    }

    @Test
    void cutsAndTrailingBytes() {
        byte[] whole = records(1, 2);
        for (int length : new int[] {0, 1, 3072, 3074, 6145}) {
            Path file = write("data_batch_2.bin", Arrays.copyOf(whole, length));
            assertFault(file, this::read, "has " + length + " bytes; CIFAR-10 has 3073 an image");
        }
        Path file = write("data_batch_2.bin", Arrays.copyOf(whole, 6147));
        assertFault(file, this::read, "has 6147 bytes");
    }

    @Test
    void labelsThatAreNone() {
        for (int label : new int[] {10, 255, 128}) {
            Path file = write("data_batch_5.bin", records(1, 2, label));
            assertFault(file, this::read,
                    "image 2: label " + label + " is none of CIFAR-10's, 0 to 9");
        }
    }

    @Test
    void aNetworkOfAnotherInput() {
        Network other = Network.input(1, 28, 28).flatten().linear(10).softmaxCrossEntropy();
        assertFault(folder, () -> DataSets.read(folder, other, NonFinite.REFUSE),
                "samples of 3x32x32", "do not fit the network's input 1x28x28");
        Network few = Network.input(3, 32, 32).flatten().linear(9).softmaxCrossEntropy();
        assertFault(folder, () -> DataSets.read(folder, few, NonFinite.REFUSE),
                "row 1: label 9 is none of the network's 9 classes");
    }

    @Test
    void aFolderWhereAFileShouldBe() throws IOException {
        Files.delete(folder.resolve("data_batch_3.bin"));
        Path file = Files.createDirectory(folder.resolve("data_batch_3.bin"));
        try {
            read();
        } catch (IOException e) {
            assertEquals(file + ": is a folder, expected a file", e.getMessage());
            return;
        }
        throw new AssertionError("a folder was read");
    }
}
