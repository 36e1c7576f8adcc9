package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

/** Initializers of parameters by name, and those that only make sense for some layers. */
class PatternInitializerTest {
    private static final long SEED = 7;
    private static final Network NETWORK = Network.input(2, 5, 6)
            .layer(new Conv2d(24, Window.of(3, 2))).as("white").batchNorm().as("norm")
            .conv2d(3, Window.of(3, 3)).as("layer1.conv").relu().flatten().linear(4).as("fc")
            .softmaxCrossEntropy();

    private static Parameters initial(Object... patternsAndInitializers) {
        List<PatternInitializer> list = IntStream.range(0, patternsAndInitializers.length / 2)
                .mapToObj(i -> new PatternInitializer((String) patternsAndInitializers[2 * i],
                        (Initializer) patternsAndInitializers[2 * i + 1]))
                .toList();
        return Parameters.initial(NETWORK, Initializer.heNormal(), list, new RandomState(SEED));
    }

    private static double[] constant(int length, double value) {
        double[] values = new double[length];
        Arrays.fill(values, value);
        return values;
    }

    private static JsonNode recorded() throws IOException {
        try (var in = PatternInitializerTest.class
                .getResourceAsStream("torch-initializers.json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static double[] numbers(JsonNode array) {
        return IntStream.range(0, array.size()).mapToDouble(i -> array.get(i).doubleValue())
                .toArray();
    }

    /** The images of {@code torch_initializers.py}. */
    private static Samples images() {
        RandomState random = new RandomState(3);
        double[] drawn = new double[7 * 2 * 5 * 6];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = random.uniform(-1.0, 1.0);
        }
        double[] images = drawn.clone();
        for (int i = 0; i < drawn.length; i++) {
            images[i] += i % 6 == 0 ? 0.0 : 0.5 * drawn[i - 1];
        }
        return Samples.unlabelled(new Shape.Image(2, 5, 6), images);
    }

    @Test
    void withoutPatternsWeightsAreThoseOfTheInitializer() {
        Parameters plain = Parameters.initial(NETWORK, Initializer.heNormal(),
                new RandomState(SEED));
        Parameters same = initial();
        for (Parameters.Parameter parameter : plain.list()) {
            assertArrayEquals(parameter.values(), same.values(parameter.spec().name()));
        }
    }

    @ParameterizedTest
    @CsvSource({"*, 6", "*.weight, 4", "layer1.*, 2", "layer1.conv.bias, 1", "??.*, 2", "norm.*, 2",
            "f*s, 1"})
    void matchesWholeNamesAndNoStates(String pattern, int count) {
        Parameters parameters = initial(pattern, Initializer.constant(0.375));
        assertEquals(pattern.equals("*") ? 8 : count,
                parameters.list().stream()
                        .filter(parameter -> parameter.values().length > 0
                                && Arrays.stream(parameter.values()).allMatch(x -> x == 0.375))
                        .count());
        assertArrayEquals(new double[24], parameters.values("norm.running_mean"));
    }

    @Test
    void dotsMatchDotsAlone() {
        refused("the pattern 'layer1-conv-bias' matches none of the network's parameters, which are"
                + " white.weight, white.bias, norm.weight, norm.bias, layer1.conv.weight,"
                + " layer1.conv.bias, fc.weight, fc.bias; did you mean layer1.conv.bias?",
                "layer1-conv-bias", Initializer.constant(0));
        refused("the pattern 'layer1conv.bia.' matches none of the network's parameters, which are"
                + " white.weight, white.bias, norm.weight, norm.bias, layer1.conv.weight,"
                + " layer1.conv.bias, fc.weight, fc.bias; did you mean layer1.conv.bias?",
                "layer1conv.bia.", Initializer.constant(0));
    }

    private static void refused(String message, Object... patternsAndInitializers) {
        assertEquals(message, assertThrows(IllegalArgumentException.class,
                () -> initial(patternsAndInitializers)).getMessage());
    }

    /** Draws follow those of the default, array after array. */
    @Test
    void pytorchsWeightsAndBiasesAreUniformWithinTheRootOfOneByFanIn() {
        RandomState random = new RandomState(SEED);
        Parameters.initial(NETWORK, Initializer.heNormal(), random);
        Parameters found = initial("*", Initializer.pytorch());
        assertArrayEquals(uniform(24 * 12, 12, random), found.values("white.weight"));
        assertArrayEquals(uniform(24, 12, random), found.values("white.bias"));
        assertArrayEquals(constant(24, 1.0), found.values("norm.weight"));
        assertArrayEquals(new double[24], found.values("norm.bias"));
        assertArrayEquals(uniform(3 * 24 * 9, 216, random), found.values("layer1.conv.weight"));
        assertArrayEquals(uniform(3, 216, random), found.values("layer1.conv.bias"));
        assertArrayEquals(uniform(4 * 9, 9, random), found.values("fc.weight"));
        assertArrayEquals(uniform(4, 9, random), found.values("fc.bias"));
    }

    private static double[] uniform(int count, int fanIn, RandomState random) {
        double bound = Math.sqrt(1.0 / fanIn);
        return IntStream.range(0, count).mapToDouble(_ -> random.uniform(-bound, bound)).toArray();
    }

    @Test
    void otherInitializersLeaveBiasesAtZeroAndFactorsAtOne() {
        Parameters found = initial("*", Initializer.constant(3), "*", Initializer.xavierUniform());
        assertArrayEquals(new double[24], found.values("white.bias"));
        assertArrayEquals(constant(24, 1.0), found.values("norm.weight"));
        assertTrue(Arrays.stream(found.values("fc.weight")).noneMatch(x -> x == 3.0));
    }

    @Test
    void diracIsPyTorchsOnTheFirstFilters() throws IOException {
        for (JsonNode each : recorded().get("dirac")) {
            List<Integer> shape = IntStream.range(0, 4)
                    .mapToObj(i -> each.get("shape").get(i).intValue()).toList();
            double[] expected = numbers(each.get("values"));
            double[] values = constant(expected.length, 1.0);
            Initializer.dirac().fill(new ParameterSpec("weight", shape), values,
                    new RandomState(0));
            assertArrayEquals(expected, values, shape.toString());
        }
    }

    @Test
    void whiteningIsPyTorchs() throws IOException {
        double[] expected = numbers(recorded().get("whitening"));
        double[] found = initial("white.weight", Initializer.whitening(images()))
                .values("white.weight");
        assertEquals(expected.length, found.length);
        for (int i = 0; i < found.length; i++) {
            double difference = Math.abs(found[i] - expected[i]);
            // Eigenvectors of 7 images' patches: some digits less than the doubles of the sums.
            assertTrue(difference <= 1e-12 * 45.0, "filter " + i / 12 + ": expected " + expected[i]
                    + ", found " + found[i]);
        }
    }

    @Test
    void whiteningTakesFiveThousandImagesSpreadOverTheSet() {
        RandomState random = new RandomState(SEED);
        double[] images = new double[10_001 * 4];
        double[] taken = new double[5_000 * 4];
        for (int i = 0; i < images.length; i++) {
            images[i] = random.uniform(-1.0, 1.0) * (1 + i % 4);
        }
        for (int i = 0; i < 5_000; i++) {
            System.arraycopy(images, 4 * (int) (i * 10_001L / 5_000), taken, 4 * i, 4);
        }
        ParameterSpec spec = new ParameterSpec("weight", List.of(8, 1, 2, 2));
        double[][] filters = new double[2][32];
        Initializer.whitening(Samples.unlabelled(new Shape.Image(1, 2, 2), images)).fill(spec,
                filters[0], random);
        Initializer.whitening(Samples.unlabelled(new Shape.Image(1, 2, 2), taken)).fill(spec,
                filters[1], random);
        assertArrayEquals(filters[1], filters[0]);
    }

    /** One eigenvalue, 0, four times: the filters are those of the identity. */
    @Test
    void whiteningOfBlackImagesIsFinite() {
        double[] filters = new double[32];
        Initializer.whitening(Samples.unlabelled(new Shape.Image(1, 3, 3), new double[27])).fill(
                new ParameterSpec("weight", List.of(8, 1, 2, 2)), filters, new RandomState(0));
        for (int i = 0; i < 32; i++) {
            double expected = i % 4 == i / 4 % 4 ? 1.0 / Math.sqrt(5e-4) : 0.0;
            assertEquals(i < 16 ? expected : -expected + 0.0, filters[i] + 0.0);
        }
    }

    @Test
    void refusesWhatAnInitializerDoesNotFit() {
        refused("fc.weight: dirac needs the weights of a convolution, found shape [4, 9]",
                "f*.weight", Initializer.dirac());
        refused("layer1.conv.weight: whitening needs a convolution of the images, here 2x5x6, with"
                + " two filters for each number of a patch; found weights of shape [3, 24, 3, 3]",
                "layer1.*", Initializer.whitening(images()));
        double[] wrong = new double[60];
        wrong[59] = Double.NaN;
        refused("white.weight: whitening needs finite images, but the sums over their patches are"
                + " not; look for NaN, infinities and huge numbers", "white.*",
                Initializer.whitening(Samples.unlabelled(new Shape.Image(2, 5, 6), wrong)));
        assertEquals("constant NaN must be finite", assertThrows(IllegalArgumentException.class,
                () -> Initializer.constant(Double.NaN)).getMessage());
    }
}
