package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.DivergenceException;

class WorkedExamplesTest {
    /**
     * What may change unnoticed: a pixel that no window meets or a ReLU silences, digits that only
     * widen or narrow, and arguments that fail, which have a test of their own.
     */
    private static final Set<String> UNCHANGED = Set.of("X", "x", "feature_map_decimals",
            "logits_decimals", "output_size_errors");

    @Test
    void everyPublishedFigureIsMet() {
        assertEquals(List.of(),
                WorkedExamples.run().stream().filter(comparison -> !comparison.met()).toList());
    }

    @Test
    void noComparisonIsMissing() {
        Map<String, Long> counts = WorkedExamples.run().stream()
                .collect(Collectors.groupingBy(Comparison::system, Collectors.counting()));
        assertEquals(Map.of("softmax cross-entropy", 12L, "mean squared error", 28L,
                "sigmoid notebook", 6L, "lesson", 29L), counts);
    }

    @Test
    void noTwoComparisonsHaveOneName() {
        Set<String> names = new HashSet<>();
        for (Comparison comparison : WorkedExamples.run()) {
            assertTrue(names.add(comparison.system() + comparison.what()), comparison.what());
        }
    }

    @Test
    void aKeySelectsOneExample() {
        assertEquals(List.of("softmax", "mse", "sigmoid", "lesson"), WorkedExamples.keys());
        assertEquals(6, WorkedExamples.run("sigmoid").size());
        assertEquals("no worked example is called tanh; there are [softmax, mse, sigmoid, lesson]",
                assertThrows(IllegalArgumentException.class, () -> WorkedExamples.run("tanh"))
                        .getMessage());
    }

    /** A figure that is off by little more than its tolerance fails, and no other with it. */
    @ParameterizedTest
    @CsvSource({"softmax, /cases/0/conv_bias/0, 1e-8",
            "softmax, /cases/2/dense_weights/7/1, -1e-8",
            "mse, /training_cases/1/kernel/0/1/2/2, 1e-10",
            "mse, /training_cases/2/returned_loss, 1e-11",
            "mse, /conv_forward_cases/3/out/0/4/5/7, 1e-9",
            "sigmoid, /prediction, 1e-8",
            "sigmoid, /published_update/W/2, -1e-8",
            "sigmoid, /true_gradient_update/b, 1e-8",
            "lesson, /output_size/2/out, 1",
            "lesson, /parameters/0/parameters, -1",
            "lesson, /receptive_field/0/field_jump/3/1, 1",
            "lesson, /feature_map/1/0, 1e-3",
            "lesson, /forward/logits/1, 1e-4",
            "lesson, /mastery/q2_output_shape/0, 1"})
    void aWrongFigureFailsAlone(String key, String pointer, double change) {
        JsonNode figures = WorkedExamples.published(key);
        add(figures, JsonPointer.compile(pointer), change);
        assertEquals(1, WorkedExamples.run(key, figures).stream()
                .filter(comparison -> !comparison.met()).count());
    }

    /** What could change in a file unnoticed would be a figure that nothing is compared with. */
    @ParameterizedTest
    @ValueSource(strings = {"softmax", "mse", "sigmoid", "lesson"})
    void everyNumberOfAFileMatters(String key) {
        List<JsonPointer> places = new ArrayList<>();
        collect(WorkedExamples.published(key), JsonPointer.empty(), places);
        List<JsonPointer> unnoticed = places.stream().filter(place -> !noticed(key, place))
                .toList();
        assertEquals(List.of(), unnoticed);
    }

    private static boolean noticed(String key, JsonPointer place) {
        JsonNode figures = WorkedExamples.published(key);
        // Not 1: the output size at stride 2 may be the same for the next size of kernel.
        add(figures, place, 2);
        try {
            return WorkedExamples.run(key, figures).stream()
                    .anyMatch(comparison -> !comparison.met());
        } catch (IllegalArgumentException | DivergenceException e) {
            return true;
        }
    }

    /** The first and the last number of every array, and every single number. */
    private static void collect(JsonNode node, JsonPointer at, List<JsonPointer> places) {
        if (node.isNumber()) {
            places.add(at);
        } else if (node instanceof ArrayNode && isNumeric(node)) {
            collect(node.get(0), at.appendIndex(0), places);
            if (node.size() > 1) {
                int last = node.size() - 1;
                collect(node.get(last), at.appendIndex(last), places);
            }
        } else if (node instanceof ArrayNode) {
            for (int i = 0; i < node.size(); i++) {
                collect(node.get(i), at.appendIndex(i), places);
            }
        } else {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                if (!UNCHANGED.contains(field.getKey())) {
                    collect(field.getValue(), at.appendProperty(field.getKey()), places);
                }
            }
        }
    }

    private static boolean isNumeric(JsonNode node) {
        return node.isNumber() || node instanceof ArrayNode && isNumeric(node.get(0));
    }

    private static void add(JsonNode root, JsonPointer place, double change) {
        JsonNode old = root.at(place);
        JsonNode changed = old.isInt() && change == Math.rint(change)
                ? IntNode.valueOf(old.intValue() + (int) change)
                : DoubleNode.valueOf(old.doubleValue() + change);
        switch (root.at(place.head())) {
            case ArrayNode array -> array.set(place.last().getMatchingIndex(), changed);
            case ObjectNode object -> object.set(place.last().getMatchingProperty(), changed);
            default -> throw new AssertionError(place);
        }
    }

    @Test
    void argumentsThatShouldFailMustFail() {
        JsonNode figures = WorkedExamples.published("lesson");
        for (JsonNode sizes : figures.get("output_size_errors")) {
            ((ObjectNode) sizes).put("size", 9).put("kernel", 3).put("stride", 1)
                    .put("padding", 0);
        }
        List<Comparison> failed = WorkedExamples.run("lesson", figures).stream()
                .filter(comparison -> !comparison.met()).toList();
        assertEquals(5, failed.size());
        assertEquals("7", failed.getFirst().computed());
    }

    @Test
    void aGradientThatReachesALoserFails() {
        JsonNode figures = WorkedExamples.published("lesson");
        add(figures, JsonPointer.compile("/max_pool/winners/0/0"), -1);
        assertEquals(List.of("max pooling, argmax", "max pooling, backward"),
                WorkedExamples.run("lesson", figures).stream()
                        .filter(comparison -> !comparison.met()).map(Comparison::what).toList());
    }

    @Test
    void nanNeverAgrees() {
        JsonNode expected = JsonNodeFactory.instance.arrayNode().add(1).add(2);
        assertTrue(compare(expected, new double[] {1, 2}).met());
        Comparison failed = compare(expected, new double[] {1, Double.NaN});
        assertFalse(failed.met());
        assertEquals("1 NaN", failed.computed());
        assertFalse(compare(JsonNodeFactory.instance.arrayNode().add(1).add("NaN"),
                new double[] {1, Double.NaN}).met());
    }

    @Test
    void textIsNoNumber() {
        assertFalse(compare(JsonNodeFactory.instance.arrayNode().add(1).add("2"),
                new double[] {1, 2}).met());
    }

    @Test
    void shapesMustAgree() {
        ArrayNode expected = JsonNodeFactory.instance.arrayNode().add(1).add(2);
        assertFalse(compare(expected, new double[] {1}).met());
        assertFalse(compare(expected, new double[] {1, 2, 3}).met());
        assertFalse(compare(expected, new double[][] {{1, 2}}).met());
        assertFalse(compare(expected.get(0), new double[] {1}).met());
        assertFalse(compare(JsonNodeFactory.instance.arrayNode(), new double[0]).met());
    }

    private static Comparison compare(JsonNode expected, Object computed) {
        PublishedFigures figures = new PublishedFigures("system", expected);
        figures.compare("figures", expected, computed, new Tolerance.Decimals(8));
        return figures.comparisons().getFirst();
    }
}
