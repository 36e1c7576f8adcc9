package org.lanewise.cli.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.lanewise.cli.bench.Measurement;
import org.lanewise.cli.format.Report;
import org.lanewise.cli.report.Figure.Axis;
import org.lanewise.cli.report.Figure.Bars;
import org.lanewise.cli.report.Figure.Curve;
import org.lanewise.cli.report.Figure.Measure;
import org.lanewise.cli.report.Figure.Plot;
import org.lanewise.cli.report.Figure.Point;
import org.lanewise.cli.report.Figure.Series;
import org.lanewise.cli.report.Figure.Style;
import org.lanewise.cli.report.ReportFile.PeerTime;
import org.lanewise.spec.Precision;

/**
 * Results of benchmarks: relative to the scalar kernels, to peers and to the peak, and over
 * threads.
 */
public final class BenchSections {
    private static final String SCALAR = "scalar";
    /** The order of figures and series; any other pass comes after these. */
    private static final List<String> PASSES = List.of("step", "forward", "backward_input",
            "backward_weights");

    /** What computes, so that figures of two precisions are never compared as if they were of one. */
    private record Loops(String backend, Precision precision) {
        static Loops of(Measurement one) {
            return new Loops(one.backend(), one.precision());
        }

        @Override
        public String toString() {
            return backend + Report.precision(precision);
        }
    }

    /** What was measured; of two measurements of one thing the last counts. */
    private record Key(String problem, String pass, int threads, Loops loops) {}

    private final Map<Key, Measurement> measured = new LinkedHashMap<>();
    private final List<PeerTime> peers;

    public BenchSections(List<Measurement> measurements, List<PeerTime> peers) {
        for (Measurement one : measurements) {
            measured.put(new Key(one.problem(), one.pass(), one.threads(), Loops.of(one)), one);
        }
        this.peers = peers;
    }

    public List<Section> sections() {
        return Stream.of(overScalar(), overPeers(), shareOfPeak(), shareOfCopy(),
                scaling())
                .filter(section -> !section.figures().isEmpty()).toList();
    }

    private Section overScalar() {
        return new Section("Speed-up over scalar kernels",
                "How many times as fast as the same pass by the scalar kernels on one thread.",
                perExecution(Measure.RATIO, one -> nanos(one.problem(), one.pass(), 1,
                        new Loops(SCALAR, one.precision())) / one.timing().medianNanos()));
    }

    private Section shareOfPeak() {
        return new Section("Share of peak",
                "Operations of the direct algorithm by the median time, as a share of the most"
                        + " fused multiply-adds that any JVM of the run reached." + doubts(),
                perExecution(Measure.SHARE, Measurement::fractionOfPeak));
    }

    private Section shareOfCopy() {
        return new Section("Share of the speed of copying",
                "Bytes of maps, weights and gradients, each once, by the median time, as a share of the"
                        + " speed of copying about as many bytes. Near 1, a pass waits for memory.",
                perExecution(Measure.SHARE, Measurement::fractionOfCopy));
    }

    /** A sentence more where figures are not to be taken as they are. */
    private String doubts() {
        List<String> doubts = measured.values().stream()
                .filter(one -> !one.doubts().isEmpty())
                .map(one -> one.problem() + ", " + words(one.pass()) + ", " + Loops.of(one) + ", "
                        + threads(one.threads()) + " (" + String.join("; ", one.doubts()) + ")")
                .toList();
        return doubts.isEmpty() ? "" : " Not to be trusted: " + String.join("; ", doubts) + ".";
    }

    /** A figure for each backend and number of threads, with a series for each pass. */
    private List<Figure> perExecution(Measure measure, ToDoubleFunction<Measurement> value) {
        List<Figure> figures = new ArrayList<>();
        for (Loops loops : loops()) {
            for (int threads : distinct(of(loops), Measurement::threads)) {
                List<Measurement> rows = of(loops).stream()
                        .filter(one -> one.threads() == threads)
                        .filter(one -> !Double.isNaN(value.applyAsDouble(one))).toList();
                if (!rows.isEmpty()) {
                    figures.add(bars(loops + ", " + threads(threads), measure, rows, value));
                }
            }
        }
        return figures;
    }

    private static Bars bars(String title, Measure measure, List<Measurement> rows,
            ToDoubleFunction<Measurement> value) {
        List<String> problems = distinct(rows, Measurement::problem);
        List<Series> series = new ArrayList<>();
        for (String pass : passes(rows)) {
            series.add(new Series(words(pass), problems.stream().mapToDouble(problem -> rows
                    .stream()
                    .filter(one -> one.problem().equals(problem) && one.pass().equals(pass))
                    .mapToDouble(value).findFirst().orElse(Double.NaN)).toArray()));
        }
        return new Bars(title, measure, problems, series);
    }

    /** A figure for each pass and number of threads, with a series for each peer. */
    private Section overPeers() {
        List<Figure> figures = new ArrayList<>();
        for (Loops loops : loops()) {
            for (String pass : passes(of(loops))) {
                for (int threads : distinct(of(loops), Measurement::threads)) {
                    List<PeerTime> same = peers.stream().filter(peer -> peer.pass().equals(pass)
                            && peer.threads() == threads && measured.containsKey(
                                    new Key(peer.problem(), pass, threads, loops)))
                            .toList();
                    if (!same.isEmpty()) {
                        figures.add(beside(same, words(pass) + ", " + threads(threads)
                                + Report.precision(loops.precision()), loops));
                    }
                }
            }
        }
        return new Section("Against other libraries",
                "Their median time by ours: how many times as fast we are; below 1 they are"
                        + " faster.",
                figures);
    }

    private Bars beside(List<PeerTime> same, String title, Loops loops) {
        List<String> problems = distinct(same, PeerTime::problem);
        List<Series> series = new ArrayList<>();
        for (String peer : distinct(same, PeerTime::peer)) {
            series.add(new Series(peer, problems.stream().mapToDouble(problem -> same.stream()
                    .filter(one -> one.problem().equals(problem) && one.peer().equals(peer))
                    .mapToDouble(one -> one.medianNanos()
                            / nanos(problem, one.pass(), one.threads(), loops))
                    .findFirst().orElse(Double.NaN)).toArray()));
        }
        return new Bars(title, Measure.RATIO, problems, series);
    }

    private Section scaling() {
        List<Figure> figures = new ArrayList<>();
        for (Loops loops : loops()) {
            List<Integer> threads = distinct(of(loops), Measurement::threads).stream().sorted()
                    .toList();
            for (String pass : passes(of(loops))) {
                List<Curve> curves = new ArrayList<>();
                for (String problem : distinct(of(loops), Measurement::problem)) {
                    double one = nanos(problem, pass, 1, loops);
                    List<Point> points = threads.stream()
                            .map(count -> new Point(count,
                                    one / nanos(problem, pass, count, loops), ""))
                            .filter(point -> !Double.isNaN(point.y())).toList();
                    if (points.size() > 1) {
                        curves.add(new Curve(problem, Style.LINE, points));
                    }
                }
                if (!curves.isEmpty()) {
                    curves.add(new Curve("as many times as threads", Style.ROOF,
                            threads.stream().map(n -> new Point(n, n, "")).toList()));
                    figures.add(new Plot(loops + ", " + words(pass), new Axis("threads", false),
                            new Axis("times as fast as on one thread", false), curves));
                }
            }
        }
        return new Section("Scaling over threads", "The same bits, shared by more threads.",
                figures);
    }

    private double nanos(String problem, String pass, int threads, Loops loops) {
        Measurement found = measured.get(new Key(problem, pass, threads, loops));
        return found == null ? Double.NaN : found.timing().medianNanos();
    }

    /** The kernels to show: scalar ones only if there are no others. */
    private List<Loops> loops() {
        List<Loops> all = distinct(measured.values(), Loops::of);
        List<Loops> others = all.stream().filter(one -> !one.backend.equals(SCALAR)).toList();
        return others.isEmpty() ? all : others;
    }

    private static List<String> passes(List<Measurement> rows) {
        List<String> found = distinct(rows, Measurement::pass);
        return Stream.concat(PASSES.stream().filter(found::contains),
                found.stream().filter(pass -> !PASSES.contains(pass))).toList();
    }

    private List<Measurement> of(Loops loops) {
        return measured.values().stream().filter(one -> Loops.of(one).equals(loops)).toList();
    }

    private static <T, V> List<V> distinct(Iterable<T> all,
            Function<T, V> what) {
        LinkedHashSet<V> values = new LinkedHashSet<>();
        all.forEach(one -> values.add(what.apply(one)));
        return List.copyOf(values);
    }

    static String words(String pass) {
        return pass.replace('_', ' ');
    }

    static String threads(int threads) {
        return threads == 1 ? "1 thread" : threads + " threads";
    }
}
