package org.lanewise.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.Report;
import org.lanewise.spec.LayerDescription;

/**
 * A profile as a table and as JSON.
 *
 * @param environment where it was measured
 * @param profile what was measured
 * @param scalar the same by the scalar kernels, where others were profiled
 */
public record ProfileReport(Environment environment, Profile profile, Optional<Profile> scalar) {
    private static final String ROW = "%5s %-11s %-17s %-10s %11s %7s %9s %8s %8s";
    private static final String SCALAR = " %11s %9s";
    private static final String MEMORY = "%5s %-17s %11s %11s %11s %8s";

    private double peak() {
        return environment.peak(profile.execution().threads());
    }

    private double flops() {
        return profile.parts().stream().mapToLong(part -> part.part().work().flops()).sum();
    }

    private double bytes() {
        return profile.parts().stream().mapToLong(part -> part.part().work().bytes()).sum();
    }

    private double minimumBytes() {
        return profile.parts().stream().mapToLong(part -> part.part().minimumBytes()).sum();
    }

    /** Whether the parts of each profile take the time of its step, within 15 %. */
    public boolean consistent() {
        return profile.consistent() && scalar.map(Profile::consistent).orElse(true);
    }

    /** Says for each profile that is not to be trusted why, a line each. */
    public List<String> warnings() {
        return Stream.concat(Stream.of(profile), scalar.stream())
                .filter(one -> !one.consistent())
                .map(one -> warning(one.problem().name() + ", " + one.execution().backendName(),
                        one.partsOverStep()))
                .toList();
    }

    /** What to say of parts that do not add up to the step, here and in a page. */
    public static String warning(String which, double partsOverStep) {
        return Report.format("%s: the parts together take %.0f %% of the whole step, which are more"
                + " than %.0f %% apart, although they were measured again; do not trust these"
                + " figures. Repeat on an idle machine, or with a larger --seconds.",
                which, 100.0 * partsOverStep, 100.0 * Profile.TOLERANCE);
    }

    public void print(PrintWriter out) {
        out.println(Report.format("%s: %s, batch %d, backend %s, %d thr",
                profile.problem().name(), Report.network(profile.problem().network()),
                profile.problem().batch(), profile.execution().backendName()
                        + Report.precision(profile.execution().precision()),
                profile.execution().threads()));
        out.println(environment.line());
        out.println();
        row(out, "layer", "type", "pass", "algorithm", "ms", "share", "GFLOP/s", "of peak",
                "GB/s", "scalar ms", "speed-up");
        for (Profile.TimedPart part : profile.parts()) {
            double before = scalar.map(other -> other.nanos(part).orElse(Double.NaN))
                    .orElse(Double.NaN);
            row(out, part.part().layer().map(LayerDescription::index).map(String::valueOf)
                    .orElse(""),
                    part.part().layer().map(layer -> layer.layer().type()).orElse(""),
                    part.part().pass(), part.part().algorithm(), milliseconds(part.nanos()),
                    percent(part.nanos() / profile.nanos()), number(part.gflops()),
                    percent(part.gflops() / peak()), number(part.gigabytesPerSecond()),
                    milliseconds(before), number(before / part.nanos()));
        }
        total(out, "parts", profile.nanos(), scalar.map(Profile::nanos));
        total(out, "step", profile.step().medianNanos(),
                scalar.map(other -> other.step().medianNanos()));
        warnings().forEach(out::println);
        out.println();
        memory(out);
        out.println();
    }

    /** A row a layer: what its passes read and write, and what they would at least. */
    private void memory(PrintWriter out) {
        out.println(Report.format(MEMORY, "layer", "type", "MB moved", "minimum", "more", "GB/s"));
        Map<String, List<Profile.TimedPart>> rows = new LinkedHashMap<>();
        for (Profile.TimedPart part : profile.parts()) {
            rows.computeIfAbsent(part.part().layer().map(layer -> Report.format("%5d %s",
                    layer.index(), layer.layer().type())).orElse("      " + part.part().pass()),
                    _ -> new ArrayList<>()).add(part);
        }
        rows.forEach((name, parts) -> memory(out, name.substring(0, 5).strip(), name.substring(6),
                parts));
        memory(out, "all", "", profile.parts());
    }

    private static void memory(PrintWriter out, String layer, String type,
            List<Profile.TimedPart> parts) {
        double bytes = parts.stream().mapToLong(part -> part.part().work().bytes()).sum();
        double least = parts.stream().mapToLong(part -> part.part().minimumBytes()).sum();
        out.println(Report.format(MEMORY, layer, type, megabytes(bytes), megabytes(least),
                megabytes(bytes - least), number(bytes / parts.stream()
                        .mapToDouble(Profile.TimedPart::nanos).sum())));
    }

    private static String megabytes(double bytes) {
        return Report.format("%.3f", bytes / 1e6);
    }

    private void total(PrintWriter out, String name, double nanos, Optional<Double> scalarNanos) {
        double before = scalarNanos.orElse(Double.NaN);
        row(out, "all", "", name, "", milliseconds(nanos), percent(nanos / profile.nanos()),
                number(flops() / nanos), percent(flops() / nanos / peak()),
                number(bytes() / nanos), milliseconds(before), number(before / nanos));
    }

    /** The last two columns only where there is something to compare with. */
    private void row(PrintWriter out, Object... cells) {
        out.println(Report.format(ROW + (scalar.isPresent() ? SCALAR : ""), cells));
    }

    private static String milliseconds(double nanos) {
        return Double.isNaN(nanos) ? "-" : Report.format("%.4f", nanos / 1e6);
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : Report.format("%.2f", value);
    }

    private static String percent(double fraction) {
        return Report.format("%.1f %%", 100.0 * fraction);
    }

    public ObjectNode json() {
        ObjectNode node = Json.object();
        node.put("network", profile.problem().name());
        node.put("batch", profile.problem().batch());
        node.put("backend", profile.execution().backendName());
        node.put("precision", profile.execution().precision().toString());
        node.put("threads", profile.execution().threads());
        ArrayNode parts = node.putArray("parts");
        for (Profile.TimedPart part : profile.parts()) {
            ObjectNode row = parts.addObject();
            row.put("layer", part.part().layer().map(LayerDescription::index).orElse(null));
            row.put("type", part.part().layer().map(layer -> layer.layer().type()).orElse(null));
            row.put("pass", part.part().pass());
            row.put("algorithm", part.part().algorithm());
            figures(row, part.nanos(), part.part().work().flops(), part.part().work().bytes(),
                    part.part().minimumBytes(),
                    scalar.map(other -> other.nanos(part).orElse(Double.NaN)));
        }
        figures(node.putObject("parts_together"), profile.nanos(), flops(), bytes(),
                minimumBytes(), scalar.map(Profile::nanos));
        figures(node.putObject("step"), profile.step().medianNanos(), flops(), bytes(),
                minimumBytes(), scalar.map(other -> other.step().medianNanos()));
        node.put("parts_over_step", profile.partsOverStep());
        node.put("consistent", profile.consistent());
        node.put("settled", profile.step().settled());
        scalar.ifPresent(other -> {
            node.put("scalar_parts_over_step", other.partsOverStep());
            node.put("scalar_consistent", other.consistent());
        });
        return node;
    }

    private void figures(ObjectNode row, double nanos, double flops, double bytes, double minimum,
            Optional<Double> scalarNanos) {
        row.put("median_ns", nanos);
        row.put("share", nanos / profile.nanos());
        row.put("gflops", flops / nanos);
        row.put("fraction_of_peak", flops / nanos / peak());
        row.put("gb_per_s", bytes / nanos);
        row.put("bytes_moved", (long) bytes);
        row.put("bytes_minimum", (long) minimum);
        scalarNanos.ifPresent(before -> {
            row.set("scalar_ns", Json.number(before));
            row.set("speed_up", Json.number(before / nanos));
        });
    }
}
