package org.lanewise.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lanewise.measure.Machine;
import org.lanewise.cli.bench.Peaks.Range;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.JsonObject;
import org.lanewise.cli.format.Report;
import org.lanewise.spec.Precision;

/**
 * Where figures were measured.
 *
 * @param precision of all that was measured, and of the peaks
 * @param peaks peak of fused multiply-adds, by number of threads
 * @param copies speed of copying, where it was measured
 * @param latency nanoseconds that a cache line takes between cores, where several threads compute
 * @param jdk version of the JDK
 * @param cpu name of the processor
 * @param speciesBits bits of the vectors of doubles; 0 without the vector module
 */
public record Environment(Precision precision, SequencedMap<Integer, Range> peaks,
        CopySpeeds copies, Optional<Range> latency, String jdk, String cpu, int speciesBits) {
    private static final String PEAKS = "fma_peak_gflops";
    private static final String SMALLEST = "fma_peak_smallest_gflops";
    private static final String COUNT = "fma_peak_measurements";
    private static final String LATENCY = "core_latency_nanos";
    private static final String COPIES = "copy_speeds";
    private static final String LARGEST_FIELD = "largest";
    private static final String SMALLEST_FIELD = "smallest";
    private static final String COUNT_FIELD = "measurements";

    /** How many times the smallest latency cannot be noise: the cores share no cache then. */
    private static final double APART = 2.0;

    /** This machine, with the peaks that were measured so far. */
    public static Environment of(Peaks peaks) {
        Machine machine = Machine.current();
        return new Environment(peaks.precision(), peaks.ranges(), peaks.copies(), peaks.latency(),
                machine.jdk(), processor(), machine.vectorBits());
    }

    /** Linux names it; elsewhere its kind has to do. */
    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    /** The largest peak of some threads that was measured, in GFLOP/s. */
    public double peak(int threads) {
        return peaks.get(threads).largest();
    }

    /** The same machine seen by several JVMs: the largest peak of all counts. */
    static Environment merge(List<Environment> all) {
        SequencedMap<Integer, Range> peaks = new TreeMap<>();
        for (Environment one : all) {
            one.peaks.forEach((threads, range) -> peaks.merge(threads, range, Range::plus));
        }
        Optional<Range> latency = all.stream().flatMap(one -> one.latency.stream())
                .reduce(Range::plus);
        Environment first = all.getFirst();
        return new Environment(first.precision, peaks,
                all.stream().map(Environment::copies).reduce(CopySpeeds.NONE, CopySpeeds::plus),
                latency, first.jdk, first.cpu,
                first.speciesBits);
    }

    public ObjectNode json() {
        ObjectNode node = Json.object();
        ObjectNode peak = node.putObject(PEAKS);
        node.put("precision", precision.toString());
        node.put("jdk", jdk);
        node.put("cpu", cpu);
        node.put("species_bits", speciesBits);
        ObjectNode smallest = node.putObject(SMALLEST);
        ObjectNode count = node.putObject(COUNT);
        peaks.forEach((threads, range) -> {
            String name = String.valueOf(threads);
            peak.put(name, range.largest());
            smallest.put(name, range.smallest());
            count.put(name, range.count());
        });
        latency.ifPresent(range -> node.putObject(LATENCY).put(SMALLEST_FIELD, range.smallest())
                .put(LARGEST_FIELD, range.largest()).put(COUNT_FIELD, range.count()));
        if (!copies.ranges().isEmpty()) {
            node.set(COPIES, copies.json());
        }
        return node;
    }

    /** Files from before peaks were measured several times hold one measurement of each. */
    public static Environment of(JsonObject object) {
        SequencedMap<Integer, Range> peaks = new TreeMap<>();
        JsonObject named = object.child(PEAKS);
        for (String threads : named.fields()) {
            double largest = named.number(threads);
            Range range = object.has(SMALLEST) && object.has(COUNT)
                    ? new Range(largest, object.child(SMALLEST).number(threads),
                            object.child(COUNT).integer(threads))
                    : Range.of(largest);
            try {
                peaks.put(Integer.valueOf(threads), range);
            } catch (NumberFormatException e) {
                throw object.wrong(PEAKS, "numbers of threads as names");
            }
        }
        Optional<Range> latency = Optional.empty();
        if (object.has(LATENCY)) {
            JsonObject nanos = object.child(LATENCY);
            latency = Optional.of(new Range(nanos.number(LARGEST_FIELD),
                    nanos.number(SMALLEST_FIELD), nanos.integer(COUNT_FIELD)));
        }
        return new Environment(object.precision(), peaks,
                object.has(COPIES) ? CopySpeeds.of(object.objects(COPIES)) : CopySpeeds.NONE,
                latency,
                object.string("jdk", null), object.string("cpu", null),
                object.integer("species_bits"));
    }

    /** One line above a table. */
    public String line() {
        StringBuilder line = new StringBuilder(cpu + ", JDK " + jdk + ", "
                + (speciesBits == 0 ? "no vectors" : speciesBits + " bits") + ", peak in "
                + precision + " precision");
        peaks.forEach((threads, range) -> line.append(range.count() == 1
                ? Report.format(" %.1f GFLOP/s (%d thr)", range.largest(), threads)
                : Report.format(" %.1f GFLOP/s (%d thr, smallest of %d: %.1f)", range.largest(),
                        threads, range.count(), range.smallest())));
        latency.ifPresent(range -> line.append(range.largest() < APART * range.smallest()
                ? Report.format(", %.0f ns between cores", range.smallest())
                : Report.format(", %.0f to %.0f ns between cores: they do not always share a cache",
                        range.smallest(), range.largest())));
        return line.toString();
    }
}
