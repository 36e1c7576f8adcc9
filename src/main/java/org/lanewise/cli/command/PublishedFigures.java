package org.lanewise.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.lanewise.cli.format.Json;

/** The figures of one source, the computed ones, and whether they agree. */
final class PublishedFigures {
    /** So many numbers are shown in full; of more, the first. */
    private static final int FEW = 8;
    private static final int FIRST = 4;

    private final String system;
    private final JsonNode root;
    private final List<Comparison> comparisons = new ArrayList<>();

    PublishedFigures(String system, JsonNode root) {
        this.system = system;
        this.root = root;
    }

    /** The whole file. */
    JsonNode root() {
        return root;
    }

    /** The tolerance that the file states for all its figures. */
    Tolerance tolerance() {
        return Tolerance.parse(root.required("tolerance").asText());
    }

    /** What was compared so far. */
    List<Comparison> comparisons() {
        return List.copyOf(comparisons);
    }

    /** One argument of a worked example, as {@code double[][]} or another array of numbers. */
    static <T> T argument(JsonNode node, String name, Class<T> type) {
        try {
            return Json.value(node.required(name), type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(name + " is no " + type.getSimpleName(), e);
        }
    }

    /**
     * Compares every number of an array, or a single one.
     *
     * @param what names the figures
     * @param expected numbers, nested as they are published
     * @param computed numbers, nested arrays or lists of them
     * @param tolerance how closely each must agree
     */
    void compare(String what, JsonNode expected, Object computed, Tolerance tolerance) {
        SequencedMap<String, Double> published = numbers(expected);
        SequencedMap<String, Double> found = numbers(Json.tree(computed));
        // Nothing agrees with nothing, but a comparison without a number has compared nothing.
        if (published.isEmpty() || !published.keySet().equals(found.keySet())) {
            report(what, show(published), show(found) + ", of another shape", false);
            return;
        }
        boolean met = true;
        double largest = 0;
        for (String place : published.keySet()) {
            met &= tolerance.met(published.get(place), found.get(place));
            largest = Math.max(largest, Math.abs(found.get(place) - published.get(place)));
        }
        String off = published.size() > FEW ? ", off by at most " + show(largest) : "";
        report(what, show(published), show(found) + off, met);
    }

    /** Adds a comparison that was made elsewhere. */
    void report(String what, String expected, String computed, boolean met) {
        comparisons.add(new Comparison(system, what, expected, computed, met));
    }

    /** Numbers by their place, which is their indices; what is no number becomes NaN. */
    private static SequencedMap<String, Double> numbers(JsonNode node) {
        SequencedMap<String, Double> numbers = new LinkedHashMap<>();
        collect("", node, numbers);
        return numbers;
    }

    private static void collect(String place, JsonNode node, SequencedMap<String, Double> numbers) {
        if (!node.isArray()) {
            numbers.put(place, node.isNumber() ? node.doubleValue() : Double.NaN);
            return;
        }
        for (int i = 0; i < node.size(); i++) {
            collect(place + "/" + i, node.get(i), numbers);
        }
    }

    private static String show(SequencedMap<String, Double> numbers) {
        int shown = numbers.size() > FEW ? FIRST : FEW;
        String first = numbers.sequencedValues().stream().limit(shown).map(PublishedFigures::show)
                .collect(Collectors.joining(" "));
        return numbers.size() > FEW ? first + " ... (" + numbers.size() + " numbers)" : first;
    }

    private static String show(double value) {
        if (!Double.isFinite(value)) {
            return String.valueOf(value);
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(10));
        return rounded.stripTrailingZeros().scale() <= 0
                ? rounded.toBigInteger().toString()
                : rounded.stripTrailingZeros().toString();
    }
}
