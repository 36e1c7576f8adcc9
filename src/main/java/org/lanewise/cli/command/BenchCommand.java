package org.lanewise.cli.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.lanewise.Backend;
import org.lanewise.cli.bench.Bench;
import org.lanewise.cli.bench.BenchReport;
import org.lanewise.cli.bench.Forks;
import org.lanewise.cli.bench.Measurement;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.JsonObject;
import org.lanewise.cli.format.OutputFile;
import org.lanewise.cli.format.Report;
import org.lanewise.cli.option.ExecutionOptions;
import org.lanewise.cli.option.SuiteOptions;
import org.lanewise.measure.Pass;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise bench}: how fast the passes of a suite's problems are. */
@Command(name = "bench",
        description = "Time the passes of a suite's problems, in several JVMs, and the peak of"
                + " fused multiply-adds of the same precision, measured several times in between. The table shows the"
                + " median of the JVMs' medians, GFLOP/s by it, the share of the largest peak, GB/s"
                + " of the bytes that the pass must read and write, their share of the largest speed of a"
                + " copy of about as many bytes, and how far apart the JVMs are. Notes after a row say why not to trust it.")
public final class BenchCommand implements Callable<Integer> {
    private static final String STANDARD_OUTPUT = "-";
    private static final String FORKS = "--forks";

    /** What a measurement takes, by its measuring time: the warm-up takes about as long again. */
    private static final double WITH_WARM_UP = 2.0;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SuiteOptions suite;

    @Mixin
    private ExecutionOptions execution;

    @Option(names = "--passes", split = ",", paramLabel = "PASS",
            description = "${COMPLETION-CANDIDATES} (default: all). A network has forward and"
                    + " step.")
    private Set<Pass> passes = EnumSet.allOf(Pass.class);

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "0.3",
            description = "Time for each measurement, after a warm-up that takes about as long and"
                    + " longer while code is still being compiled (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = FORKS, paramLabel = "N", defaultValue = "5",
            description = "JVMs to measure in, one after the other; 0 measures in this one"
                    + " (default: ${DEFAULT-VALUE}).")
    private int forks;

    @Option(names = "--quick", description = "Measure in one JVM alone: --forks 1.")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE",
            description = "Write the result as JSON to a file; - prints it instead of the table.")
    private String json;

    @Option(names = "--errors", negatable = true, defaultValue = "true", fallbackValue = "true",
            description = "Compare results with those of the scalar kernels (default: yes).")
    private boolean errors;

    @Override
    public Integer call() throws IOException {
        if (!(seconds >= 0 && seconds <= Integer.MAX_VALUE)) {
            throw new ParameterException(spec.commandLine(),
                    "--seconds " + seconds + " must be at least 0");
        }
        if (forks < 0) {
            throw new ParameterException(spec.commandLine(),
                    "--forks " + forks + " must not be negative");
        }
        if (quick) {
            if (spec.commandLine().getParseResult().hasMatchedOption(FORKS)) {
                throw new ParameterException(spec.commandLine(),
                        "--quick is --forks 1; leave one of them out");
            }
            forks = 1;
        }
        PrintWriter err = spec.commandLine().getErr();
        Bench bench = new Bench(suite.problems(spec.commandLine()),
                execution.executions(spec.commandLine(), Backend.AUTO), passes,
                seconds, err::println);
        boolean printed = STANDARD_OUTPUT.equals(json);
        if (json != null && !printed) {
            OutputFile.requireWritable(Path.of(json));
        }
        BenchReport report = forks == 0 ? bench.run() : forked(bench, err);
        if (report.results().isEmpty()) {
            throw new IllegalArgumentException("no problem has any of the passes " + passes);
        }
        if (errors) {
            report = bench.withErrors(report);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (printed) {
            out.println(Json.text(report.json()));
            return 0;
        }
        print(out, report);
        if (json != null) {
            OutputFile.write(Path.of(json), report.json());
            out.println("results written to " + json);
        }
        return 0;
    }

    private BenchReport forked(Bench bench, PrintWriter err) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("bench", FORKS, "0", "--no-errors",
                "--seconds", String.valueOf(seconds), "--passes",
                passes.stream().map(Pass::name).collect(Collectors.joining(","))));
        arguments.addAll(suite.arguments());
        arguments.addAll(execution.arguments());
        arguments.add("--json");
        err.println(Report.format("%d measurements in each of %d JVMs, about %s",
                bench.measurements(), forks,
                Report.duration(forks * bench.measurements() * WITH_WARM_UP * seconds)));
        Class<?> program = spec.root().userObject().getClass();
        List<BenchReport> reports = new ArrayList<>();
        long start = System.nanoTime();
        for (int fork = 1; fork <= forks; fork++) {
            String prefix = "fork " + fork + "/" + forks + "  ";
            reports.add(BenchReport.of(new JsonObject("result of a forked JVM",
                    Forks.run(program, arguments, line -> err.println(prefix + line)))));
            double took = (System.nanoTime() - start) / 1e9;
            err.println(prefix + (fork == forks
                    ? "done, " + Report.duration(took) + " in all"
                    : "done, about " + Report.duration(took / fork * (forks - fork)) + " left"));
        }
        return BenchReport.merge(reports);
    }

    private static void print(PrintWriter out, BenchReport report) {
        out.println(report.environment().line());
        report.environment().copies().lines().forEach(out::println);
        out.println();
        out.println(Measurement.head());
        report.results().forEach(result -> out.println(result.row()));
        List<String> legend = report.legend();
        if (!legend.isEmpty()) {
            out.println();
            legend.forEach(out::println);
        }
    }
}
