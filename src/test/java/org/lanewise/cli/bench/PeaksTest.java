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
import org.junit.jupiter.api.Test;
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
    }, () -> latencies.removeFirst(), clock);

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
        Environment apart = new Environment(Precision.SINGLE, peaks.ranges(), peaks.latency(), "25",
                "Abacus", 256);
        assertEquals(
                "Abacus, JDK 25, 256 bits, peak in single precision 120.0 GFLOP/s (2 thr, smallest of 2: 120.0),"
                        + " 30 to 165 ns between cores: they do not always share a cache",
                apart.line());
        assertEquals(apart, Environment.of(new JsonObject("environment", apart.json())));
        Environment near = new Environment(Precision.SINGLE, peaks.ranges(),
                Optional.of(new Range(33.0, 30.0, 1)),
                "25", "Abacus", 256);
        assertTrue(near.line().endsWith(", 30 ns between cores"), near.line());
        assertEquals(apart.latency().map(range -> range.plus(near.latency().orElseThrow())),
                Environment.merge(List.of(apart, near)).latency());
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
        return new Environment(Precision.DOUBLE, new TreeMap<>(Map.of(1, range)), Optional.empty(),
                "25", "Abacus",
                256);
    }
}
