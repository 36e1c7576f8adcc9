package org.lanewise.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.lanewise.cli.bench.CopySpeeds.Arrays;
import org.lanewise.cli.bench.Peaks.Range;
import org.lanewise.cli.format.JsonObject;
import org.lanewise.spec.Precision;

/** Figures that cannot be, or that depend on the JVM, are marked wherever they are shown. */
class MeasurementTest {
    /** 40 operations, 80 bytes. */
    private static Measurement of(String algorithm, double nanos) {
        return new Measurement("p", "forward", 1, "vector", Precision.SINGLE, algorithm,
                new Timing(nanos, nanos - 1, true), 40.0 / nanos, Double.NaN, 80, Double.NaN,
                Double.NaN);
    }

    private static BenchReport report(double peak, double nanos) {
        return BenchReport.of(
                new Environment(Precision.SINGLE, new TreeMap<>(Map.of(1, Range.of(peak))),
                        new CopySpeeds(new TreeMap<>(
                                Map.of(Arrays.near(1, 80), Range.of(2 * peak)))),
                        Optional.empty(), "25",
                        "Abacus", 256),
                List.of(of("direct", nanos)));
    }

    /** 40 operations in 10 ns are 4 GFLOP/s. */
    @Test
    void directAlgorithmsAboveThePeakAreMarked() {
        assertTrue(of("direct", 10).ofPeak(3.9).abovePeak());
        assertFalse(of("direct", 10).ofPeak(4.0).abovePeak());
        assertFalse(of("winograd", 10).ofPeak(3.9).abovePeak(), "it needs fewer operations");
        assertFalse(of("direct", 10).abovePeak(), "no peak is known yet");
        assertTrue(of("direct", 10).ofPeak(3.9).row().endsWith("  above the peak"));
        assertTrue(of("direct", 10).ofPeak(3.9).json().get("above_peak").booleanValue());
    }

    @Test
    void sharesAreOfTheLargestPeakOfAllForks() {
        BenchReport merged = BenchReport.merge(List.of(report(1.0, 40), report(8.0, 10),
                report(4.0, 20)));
        Measurement result = merged.results().getFirst();
        assertEquals(new Timing(20, 9, true, List.of(40.0, 10.0, 20.0)), result.timing());
        assertEquals(2.0, result.gflops());
        assertEquals(0.25, result.fractionOfPeak());
        assertEquals(8.0, merged.environment().peak(1));
        // 80 bytes in 20 ns, of 16 GB/s.
        assertEquals(0.25, result.fractionOfCopy());
        assertEquals(4.0, result.json().get("gb_per_s").doubleValue());
        assertTrue(result.row().contains(" 2.00   25.0 %    4.00   25.0 % "), result.row());
    }

    @Test
    void forksInTwoGroupsAreMarked() {
        BenchReport merged = BenchReport.merge(List.of(report(9, 40e6), report(9, 10e6),
                report(9, 40e6), report(9, 10e6), report(9, 40e6)));
        Measurement result = merged.results().getFirst();
        assertEquals(List.of("two groups: 2 at 10.0000 ms, 3 at 40.0000 ms"), result.doubts());
        assertTrue(result.row().contains(" 75.0 %  two groups: 2 at"), result.row());
        JsonNode groups = result.json().get("fork_groups");
        assertEquals("[{\"forks\":2,\"median_ns\":1.0E7},{\"forks\":3,\"median_ns\":4.0E7}]",
                groups.toString());
        assertEquals(1, merged.legend().size());
        assertTrue(merged.legend().getFirst().startsWith("two groups: "));
    }

    @Test
    void whatNeverSettledIsMarked() {
        Measurement result = new Measurement("p", "forward", 1, "vector", Precision.DOUBLE,
                "direct",
                new Timing(10, 9, false), 4.0, 0.5, Double.NaN, Double.NaN, Double.NaN);
        assertEquals(List.of("not settled"), result.doubts());
        assertFalse(result.json().get("settled").booleanValue());
    }

    @Test
    void anOrdinaryRowHasNoRemark() {
        BenchReport merged = BenchReport.merge(List.of(report(9, 10), report(9, 10.1)));
        assertTrue(merged.results().getFirst().row().endsWith(" 1.0 %"),
                merged.results().getFirst().row());
        assertEquals(List.of(), merged.legend());
    }

    @Test
    void theJsonHoldsEverything() {
        Measurement result = BenchReport.merge(List.of(report(9, 10), report(9, 12)))
                .results().getFirst();
        ObjectNode json = result.json();
        assertEquals(result, Measurement.of(new JsonObject("result", json)));
        assertEquals(7.27, json.get("gb_per_s").doubleValue(), 0.01);
        assertEquals("single", json.remove("precision").textValue());
        json.remove("bytes");
        json.remove("fraction_of_copy");
        assertTrue(Measurement.of(new JsonObject("from before bytes were counted", json)).row()
                .matches(".* %       -        -         - .*"), result.row());
        assertEquals(Precision.DOUBLE,
                Measurement.of(new JsonObject("from before there were two", json)).precision());
    }

    @Test
    void aRowAboveThePeakIsMeasuredAgainBeforeItIsMarked() {
        // The peak was measured in a bad moment.
        assertEquals("1 timing, 2 peaks, share 0.8", remeasured(List.of(3.0, 5.0), 10.0));
        // The time was.
        assertEquals("2 timings, 3 peaks, share 0.5",
                remeasured(List.of(4.0, 4.0, 4.0), 5.0, 20.0));
        // It stays above.
        assertEquals("2 timings, 3 peaks, share 2.0",
                remeasured(List.of(4.0, 4.0, 4.0), 5.0, 5.0));
        assertEquals("1 timing, 1 peak, share 1.0", remeasured(List.of(4.0), 10.0));
    }

    private static String remeasured(List<Double> peakScript, double... nanos) {
        FakeClock clock = new FakeClock();
        Deque<Double> script = new ArrayDeque<>(peakScript);
        // Three more warm up.
        script.addFirst(1.0);
        script.addFirst(1.0);
        script.addFirst(1.0);
        Peaks peaks = new Peaks(Precision.DOUBLE, (threads, seconds) -> script.removeFirst(),
                () -> 30.0, (threads, bytes, seconds) -> 1.0, clock);
        peaks.measure(1);
        List<Measurement> taken = new ArrayList<>();
        Measurement result = Bench.believable(1, peaks, () -> {
            taken.add(of("direct", nanos[taken.size()]));
            return taken.getLast();
        });
        int count = peaks.ranges().get(1).count();
        return taken.size() + (taken.size() == 1 ? " timing, " : " timings, ") + count
                + (count == 1 ? " peak" : " peaks") + ", share " + result.fractionOfPeak();
    }
}
