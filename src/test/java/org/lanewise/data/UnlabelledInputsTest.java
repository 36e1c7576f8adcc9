package org.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.lanewise.io.Faults.assertFault;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Samples;
import org.lanewise.io.Crafted;
import org.lanewise.spec.Network;

class UnlabelledInputsTest {
    private static final Network NETWORK = Network.input(1, 2, 2).flatten().linear(3)
            .softmaxCrossEntropy();
    private static final byte[] ARRAY = Crafted.npy("(2, 2, 2)", 0, 1, 2, 3, 4, 5, 6, 7);

    @TempDir
    private Path folder;

    private static Samples read(Path file) throws IOException {
        return DataSets.readInputs(file, NETWORK, NonFinite.REFUSE);
    }

    private static void assertSecond(Path file, double... expected) throws IOException {
        Samples samples = read(file);
        double[] input = new double[4];
        samples.copyInput(1, input, 0);
        assertArrayEquals(expected, input);
        assertEquals(2, samples.size());
        assertFalse(samples.hasLabels() || samples.hasTargets());
    }

    @Test
    void everyFormat() throws IOException {
        assertSecond(Crafted.write(folder, "a.npy", ARRAY), 4, 5, 6, 7);
        assertSecond(Crafted.write(folder, "A.NPY", ARRAY), 4, 5, 6, 7);
        assertSecond(Crafted.write(folder, "a.npy.gz", Crafted.gzip(ARRAY)), 4, 5, 6, 7);
        byte[] archive = Crafted.zip(true, Map.of("x.npy", ARRAY));
        assertSecond(Crafted.write(folder, "a.npz", archive), 4, 5, 6, 7);
        double[] scaled = {4 / 255.0, 5 / 255.0, 6 / 255.0, 7 / 255.0};
        byte[] idx = Crafted.idxImages(2, 2);
        assertSecond(Crafted.write(folder, "images-idx3-ubyte", idx), scaled);
        assertSecond(Crafted.write(folder, "images.gz", Crafted.gzip(idx)), scaled);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.npy", "a.npz", "a"})
    void eachFormatSaysWhatItExpected(String name) {
        Path file = Crafted.write(folder, name, "something else".getBytes());
        assertFault(file, () -> read(file));
    }

    @Test
    void whatDoesNotFit() {
        byte[] large = Crafted.idxImages(2, 3);
        Path file = Crafted.write(folder, "images", large);
        assertFault(file, () -> read(file), "samples of 1x3x3", "the network's input 1x2x2");
        Path archive = Crafted.write(folder, "a.npz", Crafted.zip(true, Map.of("y.npy", ARRAY)));
        assertFault(archive, () -> read(archive), "holds no array named x; there is y");
        Path missing = Crafted.write(folder, "a.npy",
                Crafted.npy("(1, 2, 2)", 0, 1, Double.NaN, 3));
        assertFault(missing, () -> read(missing), "element [0, 1, 0] is NaN");
    }
}
