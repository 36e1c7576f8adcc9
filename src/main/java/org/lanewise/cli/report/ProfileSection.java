package org.lanewise.cli.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;
import org.lanewise.cli.bench.Profile;
import org.lanewise.cli.bench.ProfileReport;
import org.lanewise.cli.format.Report;
import org.lanewise.cli.report.Figure.Axis;
import org.lanewise.cli.report.Figure.Bars;
import org.lanewise.cli.report.Figure.Curve;
import org.lanewise.cli.report.Figure.Measure;
import org.lanewise.cli.report.Figure.Plot;
import org.lanewise.cli.report.Figure.Point;
import org.lanewise.cli.report.Figure.Series;
import org.lanewise.cli.report.Figure.Style;
import org.lanewise.cli.report.Figure.Table;
import org.lanewise.cli.report.ReportFile.ProfiledNetwork;
import org.lanewise.cli.report.ReportFile.ProfiledPart;

/** Where the time of a step goes, and how near each part is to what the machine could do. */
public record ProfileSection(ProfiledNetwork network, double peak) {
    public Section section() {
        List<Figure> figures = new ArrayList<>();
        figures.add(bars("Time of one step", Measure.MILLISECONDS, part -> part.nanos() / 1e6));
        figures.add(roofline());
        if (network.parts().stream().anyMatch(part -> !Double.isNaN(part.speedUp()))) {
            figures.add(bars("Speed-up over scalar kernels", Measure.RATIO, ProfiledPart::speedUp));
        }
        boolean counted = network.parts().stream()
                .noneMatch(part -> Double.isNaN(part.bytes() + part.minimumBytes()));
        if (counted) {
            figures.add(memory());
        }
        return new Section(
                Report.format("Profile: %s, batch %d, %s, %s", network.network(), network.batch(),
                        network.backend() + Report.precision(network.precision()),
                        BenchSections.threads(network.threads())),
                "The roofline places a part by its operations for each byte of its arrays and by"
                        + " its speed. The flat roof is the peak of fused multiply-adds of its precision, measured;"
                        + " the slope is the most bytes a second that any part moved."
                        + (counted
                                ? " The table has the bytes that all passes of a layer read and write,"
                                        + " each array once a pass, and the minimum: what would be"
                                        + " left if activations, normalizations, poolings and dropout"
                                        + " were computed together with the layers next to them."
                                : "")
                        + doubt(),
                figures);
    }

    /** A sentence more where the parts are not the whole. */
    private String doubt() {
        return Math.abs(network.partsOverStep() - 1.0) > Profile.TOLERANCE
                ? " " + ProfileReport.warning(network.network(), network.partsOverStep())
                : "";
    }

    private List<String> passes() {
        return network.parts().stream().map(ProfiledPart::pass).distinct().toList();
    }

    private Bars bars(String title, Measure measure, ToDoubleFunction<ProfiledPart> value) {
        List<String> layers = network.parts().stream().map(ProfiledPart::layer).distinct()
                .toList();
        List<Series> series = new ArrayList<>();
        for (String pass : passes()) {
            series.add(new Series(BenchSections.words(pass), layers.stream()
                    .mapToDouble(layer -> network.parts().stream()
                            .filter(part -> part.layer().equals(layer)
                                    && part.pass().equals(pass))
                            .mapToDouble(value).findFirst().orElse(Double.NaN))
                    .toArray()));
        }
        return new Bars(title, measure, layers, series);
    }

    private Plot roofline() {
        List<Curve> curves = new ArrayList<>();
        for (String pass : passes()) {
            List<Point> points = network.parts().stream()
                    .filter(part -> part.pass().equals(pass) && part.gflops() > 0)
                    .map(part -> new Point(intensity(part), part.gflops(), part.layer()))
                    .toList();
            if (!points.isEmpty()) {
                curves.add(new Curve(BenchSections.words(pass), Style.POINTS, points));
            }
        }
        double[] at = network.parts().stream().filter(part -> part.gflops() > 0)
                .mapToDouble(ProfileSection::intensity).sorted().toArray();
        if (at.length > 0) {
            double most = network.parts().stream().mapToDouble(ProfiledPart::gigabytesPerSecond)
                    .max().orElseThrow();
            double from = at[0] / 2;
            double ridge = peak / most;
            double to = 2 * Math.max(at[at.length - 1], ridge);
            curves.add(new Curve(Report.format("peak, %.0f GFLOP/s", peak), Style.ROOF,
                    List.of(new Point(Math.max(from, ridge), peak, ""),
                            new Point(to, peak, ""))));
            if (from < ridge) {
                curves.add(new Curve(Report.format("%.0f GB/s", most), Style.ROOF, List.of(
                        new Point(from, from * most, ""), new Point(ridge, peak, ""))));
            }
        }
        return new Plot("Roofline", new Axis("FLOP per byte", true), new Axis("GFLOP/s", true),
                curves);
    }

    /** A row a layer, and one for each part that has none. */
    private Table memory() {
        SequencedMap<String, List<ProfiledPart>> layers = new LinkedHashMap<>();
        for (ProfiledPart part : network.parts()) {
            layers.computeIfAbsent(part.layer().equals(ReportFile.NO_LAYER)
                    ? BenchSections.words(part.pass())
                    : part.layer(), _ -> new ArrayList<>()).add(part);
        }
        layers.put("all", network.parts());
        List<List<String>> rows = new ArrayList<>();
        layers.forEach((name, parts) -> rows.add(row(name, parts)));
        return new Table("Bytes of one step", List.of("", "MB moved", "minimum", "more", "GB/s"),
                rows);
    }

    private static List<String> row(String name, List<ProfiledPart> parts) {
        double bytes = parts.stream().mapToDouble(ProfiledPart::bytes).sum();
        double least = parts.stream().mapToDouble(ProfiledPart::minimumBytes).sum();
        double nanos = parts.stream().mapToDouble(ProfiledPart::nanos).sum();
        return List.of(name, Report.format("%.3f", bytes / 1e6), Report.format("%.3f", least / 1e6),
                Report.format("%.3f", (bytes - least) / 1e6), Report.format("%.2f", bytes / nanos));
    }

    private static double intensity(ProfiledPart part) {
        return part.gflops() / part.gigabytesPerSecond();
    }
}
