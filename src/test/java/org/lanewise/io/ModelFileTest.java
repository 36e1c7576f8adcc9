package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.io.Faults.assertFault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Initializer;
import org.lanewise.Model;
import org.lanewise.Parameters;
import org.lanewise.RandomState;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Normalization;

/** A file of weights holds all that a model is. */
class ModelFileTest {
    private static final Network NETWORK = Network.input(2, 7, 5).conv2d(3, 2).relu().flatten()
            .linear(4).softmaxCrossEntropy();
    private static final ClassNames NAMES = new ClassNames(List.of("cat", "\"ü\n\\", "dog", "4"));

    @TempDir
    private Path folder;

    private static Parameters parameters(Network network) {
        return Parameters.initial(network, Initializer.heNormal(), new RandomState(1));
    }

    private static Model model() {
        return new Model(NETWORK, parameters(NETWORK), 5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.npz", "a.safetensors"})
    void aModelComesBack(String name) throws IOException {
        Path file = folder.resolve(name);
        ModelFile.save(model(), NAMES, file);
        byte[] first = Files.readAllBytes(file);
        SavedModel saved = ModelFile.read(file);
        assertEquals(NETWORK, saved.network().orElseThrow());
        assertEquals(NAMES, saved.classes());
        double[] inputs = new RandomState(2).randn(7 * 70);
        double[] expected = model().outputs(inputs);
        assertArrayEquals(expected, ModelFile.load(file).outputs(inputs));
        assertArrayEquals(expected, ModelFile.load(file, 2).outputs(inputs));
        assertArrayEquals(model().parameters().values("3.weight"),
                ParameterFile.read(file).values("3.weight"));
        ParameterFile.read(file).requireMatch(NETWORK);
        ModelFile.write(saved, file);
        assertArrayEquals(first, Files.readAllBytes(file));

        ModelFile.save(model(), file);
        assertEquals(ClassNames.UNKNOWN, ModelFile.read(file).classes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.npz", "a.safetensors"})
    void aModelKeepsTheNormalizationOfItsInputs(String name) throws IOException {
        Path file = folder.resolve(name);
        Normalization learned = Normalization.of(new double[] {0.1, 1e-300},
                new double[] {1.0 / 3, 2});
        ModelFile.save(model().normalization(learned), file);
        assertEquals(learned, ModelFile.read(file).normalization());
        assertEquals(learned, ModelFile.load(file).normalization());
        assertEquals(learned, ModelFile.load(file).copy().normalization());
        ModelFile.save(model(), file);
        assertEquals(Normalization.NONE, ModelFile.load(file).normalization());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.npz", "a.safetensors"})
    void parametersAloneHaveNoNetwork(String name) throws IOException {
        Path file = folder.resolve(name);
        ParameterFile.write(parameters(NETWORK), file);
        SavedModel saved = ModelFile.read(file);
        assertEquals(Optional.empty(), saved.network());
        saved.parameters().requireMatch(NETWORK);
        assertFault(file, () -> ModelFile.load(file), "holds parameters alone, without a network");
        assertThrows(IllegalArgumentException.class, () -> saved.model(1));
    }

    /** Other programs may keep anything of their own under a name as plain as this. */
    @Test
    void metadataOfOthersIsNoNetwork() throws IOException {
        Path file = folder.resolve("a.safetensors");
        SequencedMap<String, NumericArray.Doubles> arrays = new LinkedHashMap<>();
        arrays.put("weight",
                new NumericArray.Doubles(ElementType.FLOAT64, new ArrayShape(List.of(1)),
                        new double[] {7}));
        SafetensorsFile.write(file, arrays, Map.of("network", "lenet"));
        assertEquals(Optional.empty(), ModelFile.read(file).network());
    }

    /** Bytes, which {@code numpy.load} reads without pickle, after the parameters. */
    @Test
    void theNetworkIsAnArrayOfBytes() throws IOException {
        Path file = folder.resolve("a.npz");
        Network summed = NETWORK.loss(NETWORK.loss().reduction(Loss.Reduction.SUM));
        ModelFile.write(new SavedModel(Optional.of(summed), ClassNames.UNKNOWN,
                parameters(NETWORK)), file);
        try (NpzFile npz = NpzFile.open(file)) {
            assertEquals(List.of("0.weight", "0.bias", "3.weight", "3.bias", "network.json"),
                    npz.names());
            NumericArray json = npz.read("network.json");
            assertEquals(ElementType.UINT8, json.type());
            assertEquals(1, json.shape().rank());
            String text = new String(((NumericArray.Bytes) json).values(), StandardCharsets.UTF_8);
            assertEquals(NetworkJson.write(summed), text);
            assertEquals(summed, NetworkJson.read(text));
        }
        assertEquals(summed, ModelFile.read(file).network().orElseThrow());
    }

    @Test
    void aCheckpointIsAModel() throws IOException {
        Path file = folder.resolve("a.npz");
        CheckpointFile.write(Trainings.trained(3).state(), file);
        double[] inputs = Trainings.inputs();
        assertArrayEquals(Trainings.trained(3).model().outputs(inputs),
                ModelFile.load(file).outputs(inputs));
    }

    private Path changed(String there, String instead) throws IOException {
        Path whole = folder.resolve("whole.npz");
        ModelFile.save(model(), NAMES, whole);
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (NpzFile npz = NpzFile.open(whole)) {
            for (String name : npz.names()) {
                entries.put(name + ".npy", npz.bytes(name, 1 << 16));
            }
        }
        entries.computeIfPresent("network.json.npy",
                (_, json) -> Crafted.replace(json, there, instead));
        return Crafted.write(folder, "changed.npz", Crafted.zip(false, entries));
    }

    /** Text of equal length, so that the header of the array stays right. */
    @Test
    void whatTheNetworkSaysIsChecked() throws IOException {
        for (var change : Map.of("\"conv2d\"", "\"conv3d\"", "{\"input\"", "[\"input\"",
                "[2, 7, 5]", "[2, 7, 6]", "cat", "dog", "out_features\": 4", "out_features\": 3",
                "cat\"", "cat\u00FF").entrySet()) {
            Path file = changed(change.getKey(), change.getValue());
            assertFault(file, () -> ModelFile.read(file));
            // The parameters can be read alone.
            assertEquals(4, ParameterFile.read(file).list().size());
        }
        Path conv3d = changed("\"conv2d\"", "\"conv3d\"");
        assertFault(conv3d, () -> ModelFile.read(conv3d),
                "network.json: layers[0]: type: found \"conv3d\"", "did you mean conv2d?");
        Path larger = changed("[2, 7, 5]", "[2, 7, 6]");
        assertFault(larger, () -> ModelFile.read(larger), "3.weight: found shape [4, 72]");
        Path floats = Crafted.write(folder, "floats.npz", Crafted.zip(false,
                Map.of("network.json.npy", Crafted.npy("(2,)", 1, 2))));
        assertFault(floats, () -> ModelFile.read(floats),
                "network.json: has elements of float64; expected the bytes (uint8)");
    }

    @Test
    void partsThatDoNotBelongTogether() throws IOException {
        Path file = Crafted.write(folder, "a.npz", new byte[] {1, 2});
        Network other = Network.input(3).linear(4).softmaxCrossEntropy();
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new SavedModel(
                Optional.of(other), ClassNames.UNKNOWN, parameters(NETWORK))).getMessage()
                .contains("0.weight: found shape"));
        ClassNames five = new ClassNames(List.of("a", "b", "c", "d", "e"));
        assertEquals("5 class names, but the network has 4 classes",
                assertThrows(IllegalArgumentException.class,
                        () -> ModelFile.save(model(), five, file)).getMessage());
        assertArrayEquals(new byte[] {1, 2}, Files.readAllBytes(file));
    }
}
