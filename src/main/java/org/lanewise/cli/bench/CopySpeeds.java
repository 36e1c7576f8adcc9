package org.lanewise.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.lanewise.cli.bench.Peaks.Range;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.JsonObject;
import org.lanewise.cli.format.Report;

/**
 * How fast threads copy arrays, in GB/s; bytes that are read and written count twice.
 *
 * @param ranges by threads and bytes of their arrays
 */
public record CopySpeeds(SequencedMap<Arrays, Range> ranges) {
    /** Nothing measured. */
    public static final CopySpeeds NONE = new CopySpeeds(new TreeMap<>());

    /** Smaller arrays are in L1 as well, and larger ones are in no cache. */
    private static final long SMALLEST = 16 << 10;
    private static final long LARGEST = 256 << 20;

    /**
     * What is copied.
     *
     * @param threads how many copy
     * @param bytes of all arrays, half of them read and half written: a power of two
     */
    public record Arrays(int threads, long bytes) implements Comparable<Arrays> {
        /** The arrays nearest, as a ratio, to what a pass reads and writes. */
        static Arrays near(int threads, double bytes) {
            return new Arrays(threads, Math.clamp(Long.highestOneBit((long) (Math.sqrt(2) * bytes)),
                    SMALLEST, LARGEST));
        }

        @Override
        public int compareTo(Arrays other) {
            return Comparator.comparingInt(Arrays::threads).thenComparingLong(Arrays::bytes)
                    .compare(this, other);
        }

        @Override
        public String toString() {
            return bytes < 1 << 20 ? (bytes >> 10) + " KiB" : (bytes >> 20) + " MiB";
        }
    }

    /** The largest speed of arrays of about so many bytes; NaN if none was measured. */
    double of(int threads, double bytes) {
        Range range = ranges.get(Arrays.near(threads, bytes));
        return range == null ? Double.NaN : range.largest();
    }

    /** What was measured by both. */
    CopySpeeds plus(CopySpeeds other) {
        SequencedMap<Arrays, Range> all = new TreeMap<>(ranges);
        other.ranges.forEach((arrays, range) -> all.merge(arrays, range, Range::plus));
        return new CopySpeeds(all);
    }

    ArrayNode json() {
        ArrayNode array = Json.array();
        ranges.forEach((arrays, range) -> array.addObject().put("threads", arrays.threads())
                .put("bytes", arrays.bytes()).put("largest_gb_per_s", range.largest())
                .put("smallest_gb_per_s", range.smallest()).put("measurements", range.count()));
        return array;
    }

    static CopySpeeds of(List<JsonObject> objects) {
        SequencedMap<Arrays, Range> ranges = new TreeMap<>();
        for (JsonObject one : objects) {
            ranges.put(new Arrays(one.integer("threads"), one.integer("bytes")),
                    new Range(one.number("largest_gb_per_s"), one.number("smallest_gb_per_s"),
                            one.integer("measurements")));
        }
        return new CopySpeeds(ranges);
    }

    /** A line for each number of threads, below the one of the environment. */
    public List<String> lines() {
        return ranges.entrySet().stream().collect(Collectors.groupingBy(
                one -> Report.format("copying in GB/s (%d thr): ", one.getKey().threads()),
                LinkedHashMap::new,
                Collectors.mapping(one -> Report.format("%s %.1f (smallest of %d: %.1f)",
                        one.getKey(), one.getValue().largest(), one.getValue().count(),
                        one.getValue().smallest()), Collectors.joining(", "))))
                .entrySet().stream().map(line -> line.getKey() + line.getValue()).toList();
    }
}
