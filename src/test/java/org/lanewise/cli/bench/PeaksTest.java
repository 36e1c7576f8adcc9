package org.lanewise.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lanewise.cli.bench.CopySpeeds.Arrays;
import org.lanewise.cli.bench.Peaks.Range;
import org.lanewise.cli.format.JsonObject;
import org.lanewise.spec.Precision;

/** Peaks of a made-up processor. */
class PeaksTest {
    private final FakeClock clock = new FakeClock();
    private final Deque<Double> script = new ArrayDeque<>();
    private final Deque<Double> latencies = new ArrayDeque<>();

    private final Peaks peaks = new Peaks(Precision.DOUBLE, (threads, seconds) -> {
        clock.advance(100_000_000L);
        return threads * script.removeFirst();
    }, () -> latencies.removeFirst(),
            (threads, bytes, seconds) -> script.removeFirst() * threads * bytes, clock);

    @Test
    void theLargestCountsAndTheSpreadIsKept() {
        script.addAll(List.of(60.0, 60.0, 60.0, 55.0, 71.0, 54.0));
        peaks.measure(1);
        assertEquals(55.0, peaks.largest(1));
        peaks.measure(1);
        peaks.measure(1);
        assertEquals(71.0, peaks.largest(1));
        assertEquals(new Range(71.0, 54.0, 3), peaks.ranges().get(1));
        assertTrue(script.isEmpty());
    }

    /** What runs before the code is compiled is no measurement. */
    @Test
    void warmsUpBeforeTheFirstMeasurement() {
        script.addAll(List.of(1.0, 5.0, 60.0, 60.0, 60.0, 58.0));
        peaks.measure(1);
        assertEquals(new Range(58.0, 58.0, 1), peaks.ranges().get(1));
    }

    @Test
    void everyNumberOfThreadsHasItsOwnPeak() {
        script.addAll(List.of(60.0, 60.0, 60.0, 60.0, 50.0, 50.0, 50.0, 50.0));
        latencies.addAll(List.of(900.0, 30.0));
        peaks.measure(List.of(1, 2));
        assertEquals(60.0, peaks.largest(1));
        assertEquals(100.0, peaks.largest(2));
    }

    /** Where cores do not always share a cache, figures of two threads are in two groups. */
    @Test
    void theLatencyBetweenCoresIsShownWithItsSpread() {
        script.addAll(List.of(60.0, 60.0, 60.0, 60.0, 60.0));
        latencies.addAll(List.of(900.0, 30.0, 165.0));
        peaks.measure(2);
        peaks.measure(2);
        assertEquals(Optional.of(new Range(165.0, 30.0, 2)), peaks.latency());
        Environment apart = new Environment(Precision.SINGLE, peaks.ranges(), peaks.copies(),
                peaks.latency(), "25",
                "Abacus", 256);
        assertEquals(
                "Abacus, JDK 25, 256 bits, peak in single precision 120.0 GFLOP/s (2 thr, smallest of 2: 120.0),"
                        + " 30 to 165 ns between cores: they do not always share a cache",
                apart.line());
        assertEquals(apart, Environment.of(new JsonObject("environment", apart.json())));
        Environment near = new Environment(Precision.SINGLE, peaks.ranges(), peaks.copies(),
                Optional.of(new Range(33.0, 30.0, 1)),
                "25", "Abacus", 256);
        assertTrue(near.line().endsWith(", 30 ns between cores"), near.line());
        assertEquals(apart.latency().map(range -> range.plus(near.latency().orElseThrow())),
                Environment.merge(List.of(apart, near)).latency());
    }

    /** The arrays are the power of two nearest to what a pass moves, but neither tiny nor larger than any cache. */
    @Test
    void copiesAreOfArraysOfAboutTheSize() {
        assertEquals(List.of(16L << 10, 32L << 10, 64L << 10, 64L << 10, 128L << 10, 256L << 20),
                Stream.of(1.0, 46e3, 47e3, 92e3, 93e3, 1e10)
                        .map(bytes -> Arrays.near(1, bytes).bytes()).toList());
        script.addAll(List.of(3e-5, 1e-6, 2e-5, 4e-5, 2e-6));
        List<Arrays> sizes = List.of(Arrays.near(1, 6e4), Arrays.near(2, 2e6));
        peaks.measureCopies(sizes);
        peaks.measureCopies(sizes);
        peaks.measureCopies(List.of(Arrays.near(2, 2.1e6)));
        peaks.measureCopies(List.of(new Arrays(1, Long.MAX_VALUE)));
        CopySpeeds copies = peaks.copies();
        assertEquals(2e-5 * (64 << 10), peaks.copies().of(1, 5e4), 2);
        assertEquals(4e-5 * 2 * (2 << 20), copies.of(2, 1.9e6));
        assertTrue(Double.isNaN(copies.of(1, 1.9e6)), "it was measured on two threads");
        assertEquals(List.of("copying in GB/s (1 thr): 64 KiB 2.0 (smallest of 2: 1.3)",
                "copying in GB/s (2 thr): 2 MiB 167.8 (smallest of 3: 4.2)"), copies.lines());
        Environment environment = new Environment(Precision.SINGLE, new TreeMap<>(), copies,
                Optional.empty(), "25", "Abacus", 256);
        assertEquals(environment,
                Environment.of(new JsonObject("environment", environment.json())));
        assertEquals(copies.plus(copies),
                Environment.merge(List.of(environment, environment)).copies());
    }

    @Test
    void theRunsOfSeveralJvmsAreOneRange() {
        Environment merged = Environment.merge(List.of(environment(new Range(54.7, 50.0, 3)),
                environment(new Range(71.4, 60.0, 4))));
        assertEquals(71.4, merged.peak(1));
        assertEquals(
                "Abacus, JDK 25, 256 bits, peak in double precision 71.4 GFLOP/s (1 thr, smallest of 7: 50.0)",
                merged.line());
        assertEquals(merged,
                Environment.of(new JsonObject("environment", merged.json())));
    }

    @Test
    void filesWithoutAPrecisionAreOfDoublePrecision() {
        Environment environment = environment(new Range(54.7, 50.0, 3));
        ObjectNode json = environment.json();
        assertEquals("double", json.remove("precision").textValue());
        assertEquals(environment, Environment.of(new JsonObject("environment", json)));
        json.put("precision", "half");
        assertEquals("environment: precision: found \"half\", expected double or single",
                assertThrows(IllegalArgumentException.class,
                        () -> Environment.of(new JsonObject("environment", json))).getMessage());
    }

    private static Environment environment(Range range) {
        return new Environment(Precision.DOUBLE, new TreeMap<>(Map.of(1, range)),
                CopySpeeds.NONE, Optional.empty(),
                "25", "Abacus",
                256);
    }
}
