package org.lanewise.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lanewise.Machine;
import org.lanewise.measure.Peak;

/**
 * Where figures were measured.
 *
 * @param peaks peak of fused multiply-adds in GFLOP/s, by number of threads
 * @param jdk version of the JDK
 * @param cpu name of the processor
 * @param speciesBits bits of the vectors of doubles; 0 without the vector module
 */
record Environment(SequencedMap<Integer, Double> peaks, String jdk, String cpu, int speciesBits) {
    private static final String PEAKS = "fma_peak_gflops";
    private static final double PEAK_SECONDS = 0.4;

    /** Measures the peaks of this machine. */
    static Environment measure(List<Integer> threads) {
        SequencedMap<Integer, Double> peaks = new TreeMap<>();
        try {
            for (int count : threads) {
                peaks.put(count, Peak.gflops(count, PEAK_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring the peak", e);
        }
        Machine machine = Machine.current();
        return new Environment(peaks, machine.jdk(), processor(), machine.vectorBits());
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

    double peak(int threads) {
        return peaks.get(threads);
    }

    /** The same machine seen by several JVMs: the median of each peak. */
    static Environment merge(List<Environment> all) {
        SequencedMap<Integer, Double> peaks = new TreeMap<>();
        for (int threads : all.getFirst().peaks.keySet()) {
            peaks.put(threads, Timing
                    .median(all.stream().mapToDouble(one -> one.peak(threads)).toArray()));
        }
        Environment first = all.getFirst();
        return new Environment(peaks, first.jdk, first.cpu, first.speciesBits);
    }

    ObjectNode json() {
        ObjectNode node = Json.object();
        ObjectNode peak = node.putObject(PEAKS);
        peaks.forEach((threads, gflops) -> peak.put(String.valueOf(threads), gflops));
        node.put("jdk", jdk);
        node.put("cpu", cpu);
        node.put("species_bits", speciesBits);
        return node;
    }

    static Environment of(JsonObject object) {
        SequencedMap<Integer, Double> peaks = new TreeMap<>();
        JsonObject named = object.child(PEAKS);
        for (String threads : named.fields()) {
            try {
                peaks.put(Integer.valueOf(threads), named.number(threads));
            } catch (NumberFormatException e) {
                throw object.wrong(PEAKS, "numbers of threads as names");
            }
        }
        return new Environment(peaks, object.string("jdk", null), object.string("cpu", null),
                object.integer("species_bits"));
    }

    /** One line above a table. */
    String line() {
        StringBuilder line = new StringBuilder(cpu + ", JDK " + jdk + ", "
                + (speciesBits == 0 ? "no vectors" : speciesBits + " bits") + ", peak");
        peaks.forEach((threads, gflops) -> line
                .append(Report.format(" %.1f GFLOP/s (%d thr)", gflops, threads)));
        return line.toString();
    }
}
