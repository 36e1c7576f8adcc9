package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds {@link RandomState} to numbers that NumPy gave, bit for bit. */
class RandomStateTest {
    /** What NumPy gave for one seed. */
    record Recorded(JsonNode state, int many) {
        RandomState fresh() {
            return new RandomState(state.get("seed").longValue());
        }

        double[] doubles(String name) {
            return values(state.get(name));
        }

        @Override
        public String toString() {
            return "seed " + state.get("seed");
        }
    }

    static List<Recorded> recorded() throws IOException {
        try (InputStream in = RandomStateTest.class.getResourceAsStream("random-state.json")) {
            JsonNode file = new ObjectMapper().readTree(in);
            List<Recorded> list = new ArrayList<>();
            for (JsonNode state : file.get("states")) {
                list.add(new Recorded(state, file.get("many").intValue()));
            }
            assertEquals(5, list.size());
            return list;
        }
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void drawsUniformNumbersAsNumPyDoes(Recorded recorded) {
        assertSameBits(recorded.doubles("random_sample"), recorded.fresh(),
                RandomState::nextDouble);
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void drawsNormalNumbersAsNumPyDoes(Recorded recorded) {
        assertSameBits(recorded.doubles("randn"), recorded.fresh(), RandomState::nextGaussian);
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void continuesAfterAllWordsOfTheTwister(Recorded recorded) {
        double[] uniform = recorded.doubles("random_sample_last_of_many");
        assertSameBits(uniform, skip(recorded, uniform, RandomState::nextDouble),
                RandomState::nextDouble);
        double[] normal = recorded.doubles("randn_last_of_many");
        assertSameBits(normal, skip(recorded, normal, RandomState::nextGaussian),
                RandomState::nextGaussian);
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void randnIsManyNormalNumbers(Recorded recorded) {
        double[] all = recorded.fresh().randn(recorded.many());
        double[] last = recorded.doubles("randn_last_of_many");
        assertEquals(recorded.many(), all.length);
        assertArrayEquals(last, Arrays.copyOfRange(all, all.length - last.length, all.length));
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void shufflesAsNumPyDoes(Recorded recorded) {
        JsonNode shuffles = recorded.state().get("shuffles");
        int[] order = IntStream.range(0, shuffles.get(0).size()).toArray();
        RandomState random = recorded.fresh();
        for (JsonNode shuffle : shuffles) {
            random.shuffle(order);
            assertArrayEquals(Arrays.stream(values(shuffle)).mapToInt(v -> (int) v).toArray(),
                    order);
        }
        assertEquals(2, shuffles.size());
    }

    @Test
    void uniformStretchesTheNumbersBetweenItsBounds() {
        RandomState random = new RandomState(42);
        RandomState twin = new RandomState(42);
        for (int i = 0; i < 100; i++) {
            assertEquals(-3 + 5 * twin.nextDouble(), random.uniform(-3, 2));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, RandomState.MAX_SEED + 1, Long.MIN_VALUE})
    void refusesSeedsThatNumPyRefuses(long seed) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> new RandomState(seed));
        assertTrue(e.getMessage().contains(Long.toString(seed)), e.getMessage());
    }

    private static RandomState skip(Recorded recorded, double[] last,
            ToDoubleFunction<RandomState> draw) {
        RandomState random = recorded.fresh();
        for (int i = last.length; i < recorded.many(); i++) {
            draw.applyAsDouble(random);
        }
        return random;
    }

    private static void assertSameBits(double[] expected, RandomState random,
            ToDoubleFunction<RandomState> draw) {
        assertTrue(expected.length > 0);
        for (int i = 0; i < expected.length; i++) {
            double found = draw.applyAsDouble(random);
            int index = i;
            assertTrue(expected[i] == found,
                    () -> "number " + index + ": expected " + expected[index] + ", found " + found);
        }
    }

    private static double[] values(JsonNode array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).doubleValue();
        }
        return values;
    }
}
