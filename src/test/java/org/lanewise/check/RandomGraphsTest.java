package org.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Backend;
import org.lanewise.codec.LayerCodecs;
import org.lanewise.plan.Kernels;
import org.lanewise.spec.Precision;

/** Trainings of random networks against what PyTorch made of them in float64. */
class RandomGraphsTest {
    /** Types of layers without a recording: PyTorch draws other random numbers. */
    private static final Set<String> LEFT_OUT = Set.of("dropout");
    private static final Set<String> LOSSES = Set.of("softmax_cross_entropy",
            "mean_squared_error", "binary_cross_entropy_with_logits", "smooth_l1");
    /** Lion, which PyTorch does not have, is not among them. */
    private static final Set<String> OPTIMIZERS = Set.of("sgd", "adam", "adamw", "nadam",
            "rmsprop");

    @TempDir
    Path written;

    static List<Path> networks() throws IOException, URISyntaxException {
        return RandomGraphs.folders(Path.of(RandomGraphsTest.class
                .getResource("/org/lanewise/random-graphs").toURI()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void scalarAndVectorTrainingsAreThoseOfPyTorch(Path folder) throws IOException {
        RecordedGraph graph = RecordedGraph.read(folder);
        SequencedMap<String, double[]> expected = RandomGraphs.expected(folder);
        assertClose(expected, RandomGraphs.computed(graph, Kernels.SCALAR, Backend.SCALAR));
        assertClose(expected, RandomGraphs.computed(graph, Kernels.DIRECT, Backend.AUTO));
    }

    private static void assertClose(Map<String, double[]> expected, Map<String, double[]> found) {
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((name, array) -> {
            double error = RandomGraphs.error(array, found.get(name));
            assertTrue(error <= RandomGraphs.BOUND, () -> name + ": error " + error);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void aFirstStepInSinglePrecisionIsNearPyTorch(Path folder) throws IOException {
        SequencedMap<String, double[]> expected = RandomGraphs.expected(folder);
        SingleReport.computed(RecordedGraph.read(folder)).forEach((name, array) -> {
            double error = RandomGraphs.error(expected.get(name), array);
            assertTrue(error <= SingleReport.BOUND || SingleReport.vanishes(name, expected),
                    () -> name + ": error " + error);
        });
    }

    /** What is new is recorded; CONTRIBUTING says how. */
    @Test
    void everyLayerLossAndOptimizerIsRecorded() throws Exception {
        Set<String> layers = new TreeSet<>();
        Set<String> losses = new TreeSet<>();
        Set<String> optimizers = new TreeSet<>();
        for (Path folder : networks()) {
            NetworkCase drawn = RecordedGraph.read(folder).drawn();
            drawn.network().layers().forEach(layer -> layers.add(layer.type()));
            losses.add(drawn.network().loss().type());
            optimizers.add(drawn.optimizer().type());
        }
        assertEquals(40, networks().size());
        Set<String> types = new TreeSet<>(LayerCodecs.types());
        types.removeAll(LEFT_OUT);
        assertEquals(types, layers);
        assertTrue(losses.containsAll(LOSSES), losses::toString);
        assertTrue(optimizers.containsAll(OPTIMIZERS), optimizers::toString);
    }

    /** The comparison fails where inputs of the first step and parameters are larger by a millionth. */
    @Test
    void otherNumbersAreNotClose() throws Exception {
        for (Path folder : networks()) {
            RecordedGraph graph = RecordedGraph.read(folder);
            double[] inputs = graph.data().batches().getFirst().inputs();
            Arrays.setAll(inputs, i -> inputs[i] * (1 + 1e-6));
            graph.data().initial().list().forEach(parameter -> Arrays.setAll(parameter.values(),
                    i -> parameter.values()[i] * (1 + 1e-6)));
            Map<String, double[]> other = RandomGraphs.computed(graph, Kernels.DIRECT,
                    Backend.AUTO);
            Map<String, double[]> expected = RandomGraphs.expected(folder);
            assertTrue(expected.entrySet().stream().anyMatch(one -> !(RandomGraphs
                    .error(one.getValue(), other.get(one.getKey())) <= RandomGraphs.BOUND)),
                    graph.drawn().name());
        }
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        for (NetworkCase drawn : RandomNetworks.of(40, 7)) {
            CaseData data = CaseData.of(drawn);
            Path folder = written.resolve(drawn.name());
            new RecordedGraph(drawn, data).write(folder);
            RecordedGraph read = RecordedGraph.read(folder);
            // PyTorch computes them in doubles.
            assertEquals(drawn.seed(0).precision(Precision.DOUBLE), read.drawn());
            for (int step = 0; step < data.batches().size(); step++) {
                CaseData.Batch one = data.batches().get(step);
                CaseData.Batch other = read.data().batches().get(step);
                assertTrue(Arrays.equals(one.inputs(), other.inputs())
                        && Arrays.equals(one.labels(), other.labels())
                        && Arrays.equals(one.targets(), other.targets()), drawn.name());
            }
            data.initial().list().forEach(parameter -> assertTrue(Arrays.equals(parameter.values(),
                    read.data().initial().values(parameter.spec().name()))));
        }
    }

    @Test
    void errorsAreRelativeToTheNorm() {
        assertEquals(0, RandomGraphs.error(new double[] {3, 4}, new double[] {3, 4}));
        assertEquals(0.2, RandomGraphs.error(new double[] {3, 4}, new double[] {3, 5}), 1e-15);
        assertEquals(0.2, RandomGraphs.error(new double[] {3e-200, 4e-200},
                new double[] {3e-200, 5e-200}), 1e-15);
        assertEquals(0, RandomGraphs.error(new double[] {0, -0.0}, new double[] {-0.0, 0}));
        for (double[] wrong : new double[][] {{0, 1e-300}, {0, Double.NaN}, {0}}) {
            assertEquals(Double.POSITIVE_INFINITY, RandomGraphs.error(new double[2], wrong));
        }
        double infinite = Double.POSITIVE_INFINITY;
        assertEquals(infinite, RandomGraphs.error(new double[] {1}, new double[] {Double.NaN}));
        assertEquals(infinite, RandomGraphs.error(new double[] {Double.NaN}, new double[] {1}));
        assertNotEquals(0, RandomGraphs.error(new double[] {1, infinite}, new double[] {1, 1}));
    }
}
