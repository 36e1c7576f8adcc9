package org.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.io.Crafted.gzip;
import static org.lanewise.io.Crafted.idxImages;
import static org.lanewise.io.Crafted.idxLabels;
import static org.lanewise.io.Faults.assertFault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Samples;
import org.lanewise.io.Crafted;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

class IdxFolderTest {
    private static final Network NETWORK = Network.input(1, 2, 2).flatten().linear(10)
            .softmaxCrossEntropy();
    private static final byte[] IMAGES = idxImages(3, 2);
    private static final byte[] LABELS = idxLabels(7, 0, 9);

    @TempDir
    private Path folder;

    private DataSet read() throws IOException {
        return DataSets.read(folder, NETWORK, NonFinite.REFUSE);
    }

    private void write(String name, byte[] content) {
        Crafted.write(folder, name, content);
    }

    @Test
    void mnistsNamesPlainAndGzip() throws IOException {
        write("train-images-idx3-ubyte", IMAGES);
        write("train-labels-idx1-ubyte.gz", gzip(LABELS));
        write("t10k-images-idx3-ubyte.gz", gzip(idxImages(1, 2)));
        write("t10k-labels-idx1-ubyte", idxLabels(5));
        Samples train = read().train();
        assertEquals(new Shape.Image(1, 2, 2), train.shape());
        assertEquals(9, train.label(2));
        double[] input = new double[4];
        train.copyInput(2, input, 0);
        assertArrayEquals(new double[] {8 / 255.0, 9 / 255.0, 10 / 255.0, 11 / 255.0}, input);
        assertEquals(5, read().test().orElseThrow().label(0));
    }

    private void writeClasses(String names) {
        write("classes.txt", names.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aFileNamesTheClasses() throws IOException {
        write("train-images-idx3-ubyte", IMAGES);
        write("train-labels-idx1-ubyte", LABELS);
        writeClasses("\uFEFFzero\r\none\r\n t w o \r\n3\n4\n5\n6\n7\n8\nnéuf\n\n");
        assertEquals(List.of("zero", "one", "t w o", "3", "4", "5", "6", "7", "8", "néuf"),
                read().train().classes().names());
        assertEquals("néuf", read().train().slice(1, 3).classes().name(9));
        Network values = Network.input(1, 2, 2).flatten().linear(1).meanSquaredError();
        assertEquals(ClassNames.UNKNOWN,
                DataSets.read(folder, values, NonFinite.REFUSE).train().classes());
    }

    @Test
    void rejectsEqualNamesOfClasses() {
        write("train-images-idx3-ubyte", IMAGES);
        write("train-labels-idx1-ubyte", LABELS);
        Path file = folder.resolve("classes.txt");
        String nine = "0\n1\n2\n3\n4\n5\n6\n7\n8";
        writeClasses(nine);
        assertFault(file, this::read, "names 9 classes, one a line; the network has 10");
        writeClasses(nine + "\n9\n10\n");
        assertFault(file, this::read, "names 11 classes");
        writeClasses(nine + "\n3\n");
        assertFault(file, this::read, "classes 3 and 9 are both named 3");
        writeClasses(nine.replace('4', ' ') + "\n9\n");
        assertFault(file, this::read, "class 4 has an empty name");
        write("classes.txt", new byte[] {(byte) 0xC3, '\n'});
        assertFault(file, this::read, "is no UTF-8");
    }

    @Test
    void theOtherSpelling() throws IOException {
        write("train-images.idx3-ubyte", IMAGES);
        write("train-labels.idx1-ubyte.gz", gzip(LABELS));
        assertEquals(3, read().train().size());
        assertTrue(read().test().isEmpty());
    }

    @Test
    void missingFiles() throws IOException {
        assertFault(folder, this::read, "holds neither train-images-idx3-ubyte (IDX), nor"
                + " data_batch_1.bin (CIFAR-10), nor a folder of images for each class; there is"
                + " nothing");
        write("train-labels-idx1-ubyte", LABELS);
        assertFault(folder, this::read, "holds none of train-images-idx3-ubyte,",
                "train-images.idx3-ubyte.gz; there is train-labels-idx1-ubyte");
        Files.delete(folder.resolve("train-labels-idx1-ubyte"));
        write("train-images-idx3-ubyte", IMAGES);
        Files.createDirectory(folder.resolve("more"));
        assertFault(folder, this::read, "holds none of train-labels-idx1-ubyte,",
                "there is more, train-images-idx3-ubyte");
    }

    @Test
    void halfATestSet() {
        write("train-images-idx3-ubyte", IMAGES);
        write("train-labels-idx1-ubyte", LABELS);
        write("t10k-labels-idx1-ubyte", LABELS);
        assertFault(folder, this::read, "holds none of t10k-images-idx3-ubyte,");
    }

    @Test
    void labelsAreNamedByFileAndRow() {
        write("train-images-idx3-ubyte", IMAGES);
        write("train-labels-idx1-ubyte", idxLabels(7, 10, 9));
        assertFault(folder.resolve("train-labels-idx1-ubyte"), this::read,
                "row 1: label 10 is none of the network's 10 classes, 0 to 9");
        write("train-labels-idx1-ubyte", idxLabels(7, 1, -1));
        assertFault(folder.resolve("train-labels-idx1-ubyte"), this::read,
                "row 2: label 255 is none");
    }

    @Test
    void imagesAndLabelsDifferInNumber() {
        write("train-images-idx3-ubyte", IMAGES);
        write("train-labels-idx1-ubyte", idxLabels(7, 1));
        assertFault(folder.resolve("train-labels-idx1-ubyte"), this::read,
                "2 rows for the 3 samples", "train-images-idx3-ubyte");
    }

    @Test
    void imagesWhereLabelsShouldBe() {
        write("train-images-idx3-ubyte", IMAGES);
        write("train-labels-idx1-ubyte", IMAGES);
        assertFault(folder.resolve("train-labels-idx1-ubyte"), this::read,
                "has shape (3, 2, 2)", "shape (3,)");
    }

    @Test
    void noRows() {
        write("train-images-idx3-ubyte", idxImages(0, 2));
        write("train-labels-idx1-ubyte", idxLabels());
        assertFault(folder.resolve("train-images-idx3-ubyte"), this::read, "has no rows");
    }

    @Test
    void aFolderWhereAFileShouldBe() throws IOException {
        Path images = Files.createDirectory(folder.resolve("train-images-idx3-ubyte"));
        write("train-labels-idx1-ubyte", LABELS);
        IOException fault = assertThrows(IOException.class,
                this::read);
        assertEquals(images + ": is a folder, expected a file", fault.getMessage());
    }
}
