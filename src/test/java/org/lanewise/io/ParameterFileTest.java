package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.io.Crafted.npy;
import static org.lanewise.io.Faults.assertFault;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Initializer;
import org.lanewise.Parameters;
import org.lanewise.Parameters.Parameter;
import org.lanewise.RandomState;
import org.lanewise.spec.Network;
import org.lanewise.spec.ParameterSpec;

class ParameterFileTest {
    private static final Network NETWORK = Network.input(2, 7, 5).conv2d(3, 2).relu().flatten()
            .linear(4).softmaxCrossEntropy();

    @TempDir
    private Path folder;

    private static Parameters initial() {
        return Parameters.initial(NETWORK, Initializer.heNormal(), new RandomState(1));
    }

    private static Path numpy(String name) throws URISyntaxException {
        return Path.of(ParameterFileTest.class.getResource("numpy/" + name).toURI());
    }

    @Test
    void roundTrip() throws IOException {
        Parameters written = initial();
        Path file = folder.resolve("a.npz");
        ParameterFile.write(written, file);
        Parameters read = ParameterFile.read(file);
        read.requireMatch(NETWORK);
        assertEquals(written.list().stream().map(Parameter::spec).toList(),
                read.list().stream().map(Parameter::spec).toList());
        for (Parameter parameter : written.list()) {
            assertArrayEquals(parameter.values(), read.values(parameter.spec().name()));
        }
    }

    @Test
    void equalParametersGiveEqualBytes() throws IOException {
        ParameterFile.write(initial(), folder.resolve("a.npz"));
        ParameterFile.write(initial(), folder.resolve("b.npz"));
        assertArrayEquals(Files.readAllBytes(folder.resolve("a.npz")),
                Files.readAllBytes(folder.resolve("b.npz")));
    }

    /** What NumPy wrote, compressed or not, and what is written of it, are the same parameters. */
    @Test
    void whatNumpyWroteGoesThroughAFileOfOurs() throws IOException, URISyntaxException {
        for (String name : List.of("stored.npz", "deflated.npz")) {
            Parameters numpy = ParameterFile.read(numpy(name));
            Path file = folder.resolve(name);
            ParameterFile.write(numpy, file);
            Parameters ours = ParameterFile.read(file);
            assertEquals(3, ours.list().size());
            for (Parameter parameter : numpy.list()) {
                assertArrayEquals(parameter.values(), ours.values(parameter.spec().name()));
            }
            assertEquals(List.of(2, 3, 4), ours.list().getLast().spec().shape());
            assertEquals(0.75 * 23 - 3, ours.values("1.weight")[23]);
        }
    }

    @Test
    void valuesThatAreNotFinite() {
        for (double value : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
            Path file = Crafted.write(folder, "a.npz", Crafted.zip(false,
                    Map.of("0.weight.npy", npy("(2, 3)", 0, 1, 2, 3, 4, value))));
            assertFault(file, () -> ParameterFile.read(file),
                    "array 0.weight: element [1, 2] is " + value);
        }
    }

    @Test
    void typesThatAreNoParameters() {
        for (byte[] array : List.of(npy("|u1", "(1,)", new byte[1]),
                Crafted.npyLongs("(1,)", 5))) {
            Path file = Crafted.write(folder, "a.npz",
                    Crafted.zip(false, Map.of("0.bias.npy", array)));
            assertFault(file, () -> ParameterFile.read(file), "array 0.bias: has elements of ",
                    "float64 or float32");
        }
    }

    @Test
    void whatCouldNotBeReadBackIsNotWritten() throws IOException {
        Path file = folder.resolve("a.npz");
        ParameterFile.write(initial(), file);
        byte[] before = Files.readAllBytes(file);
        Parameters diverged = initial();
        diverged.values("0.weight")[4] = Double.POSITIVE_INFINITY;
        IllegalArgumentException fault = assertThrows(IllegalArgumentException.class,
                () -> ParameterFile.write(diverged, file));
        assertTrue(fault.getMessage().contains("0.weight: element [0, 1, 0, 0] is Infinity"),
                fault.getMessage());
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @Test
    void severalFaultsOfNames() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("0.weight.npy", npy("(3,)", 1, 2, 3));
        Path file = Crafted.write(folder, "a.npz", Crafted.zip(false, entries));
        Parameters read = ParameterFile.read(file);
        assertEquals(new ParameterSpec("0.weight", List.of(3)), read.list().getFirst().spec());
        assertThrows(IllegalArgumentException.class, () -> read.requireMatch(NETWORK));
    }

    /** A limit on the size of files simulates a full disk. */
    @Test
    void aFullDiskLeavesTheOldFile() throws IOException, InterruptedException {
        Path file = folder.resolve("a.npz");
        ParameterFile.write(initial(), file);
        byte[] before = Files.readAllBytes(file);
        String said = SmallProcess.run("ulimit -f 8", "32m", LargeWriter.class, file.toString());
        assertEquals(file + ": File too large\n", said);
        assertArrayEquals(before, Files.readAllBytes(file));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    /** Writes parameters of 800 kB and prints the message of the failure. */
    static final class LargeWriter {
        private LargeWriter() {}

        static void main(String[] arguments) {
            Parameter large = new Parameter(new ParameterSpec("0.weight", List.of(100_000)),
                    new double[100_000]);
            try {
                ParameterFile.write(new Parameters(List.of(large)), Path.of(arguments[0]));
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
