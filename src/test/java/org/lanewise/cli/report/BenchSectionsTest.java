package org.lanewise.cli.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.cli.bench.Measurement;
import org.lanewise.cli.bench.Timing;
import org.lanewise.cli.report.Figure.Bars;
import org.lanewise.cli.report.Figure.Plot;
import org.lanewise.cli.report.ReportFile.PeerTime;
import org.lanewise.spec.Precision;

/** Figures of two precisions are on one page, but never in one series. */
class BenchSectionsTest {
    private static final List<PeerTime> PEERS = List
            .of(new PeerTime("PyTorch float32", "a", "step", 1, 40));

    private static Measurement of(Precision precision, String backend, int threads, double nanos) {
        return new Measurement("a", "step", threads, backend, precision, "direct",
                new Timing(nanos, nanos, true), 10, nanos / 1000, 80,
                nanos / 2000, 0);
    }

    private static List<Measurement> measurements(Precision precision, double scalar, double one,
            double two) {
        return List.of(of(precision, "vector", 1, one), of(precision, "vector", 2, two),
                of(precision, "scalar", 1, scalar));
    }

    private static Figure figure(List<Section> sections, String section, String title) {
        return sections.stream().filter(one -> one.title().startsWith(section))
                .flatMap(one -> one.figures().stream())
                .filter(figure -> figure.json().get("title").textValue().equals(title)).findFirst()
                .orElseThrow();
    }

    @Test
    void precisionsAreComparedWithThemselves() {
        List<Measurement> all = new ArrayList<>(measurements(Precision.DOUBLE, 600, 100, 50));
        all.addAll(measurements(Precision.SINGLE, 400, 80, 20));
        List<Section> sections = new BenchSections(all, PEERS).sections();
        for (Precision precision : Precision.values()) {
            String loops = precision == Precision.DOUBLE ? "vector" : "vector in single precision";
            String ours = precision == Precision.DOUBLE ? "" : " in single precision";
            double[] expected = precision == Precision.DOUBLE
                    ? new double[] {6, 0.4, 0.1, 0.05, 2}
                    : new double[] {5, 0.5, 0.08, 0.04, 4};
            Bars scalar = (Bars) figure(sections, "Speed-up", loops + ", 1 thread");
            Bars against = (Bars) figure(sections, "Against", "step, 1 thread" + ours);
            Bars peak = (Bars) figure(sections, "Share of peak", loops + ", 1 thread");
            Bars copy = (Bars) figure(sections, "Share of the", loops + ", 1 thread");
            Plot scaling = (Plot) figure(sections, "Scaling", loops + ", step");
            assertEquals(2, scaling.curves().size());
            assertArrayEquals(expected, new double[] {scalar.series().getFirst().values()[0],
                    against.series().getFirst().values()[0], peak.series().getFirst().values()[0],
                    copy.series().getFirst().values()[0],
                    scaling.curves().getFirst().points().getLast().y()}, 1e-12);
        }
    }

    /** Without scalar kernels of floats there is nothing to compare floats with. */
    @Test
    void floatsAreNotComparedWithScalarKernelsOfDoubles() {
        List<Section> sections = new BenchSections(
                List.of(of(Precision.SINGLE, "vector", 1, 80),
                        of(Precision.DOUBLE, "scalar", 1, 600)),
                List.of()).sections();
        assertEquals(List.of("Share of peak", "Share of the speed of copying"),
                sections.stream().map(Section::title).toList());
    }
}
