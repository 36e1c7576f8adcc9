package org.lanewise.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lanewise.Backend;
import org.lanewise.measure.Execution;
import org.lanewise.cli.bench.Clock;
import org.lanewise.cli.bench.Environment;
import org.lanewise.cli.bench.JvmClock;
import org.lanewise.cli.bench.Peaks;
import org.lanewise.cli.bench.Problem;
import org.lanewise.cli.bench.Profile;
import org.lanewise.cli.bench.ProfileReport;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.Report;
import org.lanewise.cli.option.ExecutionOptions;
import org.lanewise.cli.option.NetworkOptions;
import org.lanewise.cli.option.SuiteOptions;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lanewise profile}: where the time of a step goes. */
@Command(name = "profile", description = {
        "Time each layer and pass of a network's step by itself: time, share, GFLOP/s, share of the"
                + " peak of fused multiply-adds, GB/s, and, with other kernels, the scalar ones,"
                + " of all layers of a row where some are fused.",
        "",
        "A second table has the megabytes that the passes of each layer read and write, each array"
                + " once a pass, and the minimum: what would be left if activations,"
                + " normalizations, poolings and dropout were computed together with the"
                + " convolutions, linear layers, additions and concatenations next to them. What"
                + " is more than the minimum is written only to be read again.",
        "",
        "The scalar kernels are left out where a step is more than 2 GFLOP, which takes them some"
                + " seconds and a profile of them many minutes; --backend vector,scalar measures"
                + " them all the same.",
        "",
        "Parts and whole steps are measured in turns, after a warm-up that ends when both take the"
                + " same time again and again, or after 20 seconds. Where the parts together are"
                + " still more than 15 %% from the whole step, the result is marked.",
        "",
        "Each part is also an event org.lanewise.Pass of Java's Flight Recorder, which JDK Mission"
                + " Control shows under Event Browser, Lanewise:",
        "  LANEWISE_JAVA_OPTS=-XX:StartFlightRecording=filename=lanewise.jfr ./lanewise profile"
                + " --network lenet-5"})
public final class ProfileCommand implements Callable<Integer> {
    /** Scalar kernels take one or two seconds for as many, and a profile takes some hundred steps. */
    private static final long MOST_SCALAR_FLOPS = 2_000_000_000L;

    @Spec
    private CommandSpec spec;

    @Mixin
    private NetworkOptions network;

    @Option(names = "--batch-size", paramLabel = "N", defaultValue = "32",
            description = "Samples of one step (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Mixin
    private SuiteOptions suite;

    @Mixin
    private ExecutionOptions execution;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "1",
            description = "Time for each network, after a warm-up; up to four times as long where"
                    + " parts and whole step do not agree (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--strict",
            description = "Exit with 1 where the parts together are more than 15 %% from the whole"
                    + " step.")
    private boolean strict;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (!(seconds >= 0 && seconds <= Integer.MAX_VALUE)) {
            throw new ParameterException(spec.commandLine(),
                    "--seconds " + seconds + " must be at least 0");
        }
        if (batchSize < 1) {
            throw new ParameterException(spec.commandLine(),
                    "batch size " + batchSize + " must be at least 1");
        }
        Compared compared = compared();
        Execution chosen = compared.chosen();
        List<Problem.Whole> networks = networks();
        Clock clock = new JvmClock();
        Peaks peaks = new Peaks(chosen.precision(), clock);
        peaks.measure(chosen.threads());
        List<ProfileReport> reports = new ArrayList<>();
        for (Problem.Whole one : networks) {
            Profile profile = Profile.of(one, chosen, seconds, clock);
            peaks.measure(chosen.threads());
            String leftOut = compared.scalar() ? "" : leftOut(one);
            Optional<Profile> scalar = chosen.backend() == Backend.SCALAR || !leftOut.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Profile.of(one, chosen.reference(), seconds, clock));
            reports.add(new ProfileReport(Environment.of(peaks), profile, scalar));
            if (!json) {
                reports.getLast().print(spec.commandLine().getOut());
            }
            if (chosen.backend() != Backend.SCALAR && !leftOut.isEmpty()) {
                (json ? spec.commandLine().getErr() : spec.commandLine().getOut())
                        .println(leftOut);
            }
        }
        if (json) {
            print(Environment.of(peaks), reports);
        }
        return exitCode(strict, reports);
    }

    /**
     * What is profiled.
     *
     * @param chosen the kernels
     * @param scalar whether to compare with the scalar ones however long they take
     */
    private record Compared(Execution chosen, boolean scalar) {}

    /** One backend, or one and the scalar kernels by name. */
    private Compared compared() {
        List<Execution> all = execution.executions(spec.commandLine(), Backend.AUTO);
        List<Execution> others = all.stream().filter(one -> one.backend() != Backend.SCALAR)
                .toList();
        return all.size() == 2 && others.size() == 1
                ? new Compared(others.getFirst(), true)
                : new Compared(execution.single(spec.commandLine()), false);
    }

    /** Why the scalar kernels are not measured; empty if they are. */
    static String leftOut(Problem.Whole one) {
        // A backward pass is two forward passes, one for each gradient.
        long flops = 3L * one.batch() * one.network().describe().stream()
                .mapToLong(LayerDescription::forwardFlops).sum();
        return flops <= MOST_SCALAR_FLOPS
                ? ""
                : Report.format("%s: the scalar kernels are left out, because a step is %.1f GFLOP,"
                        + " more than %d; --backend vector,scalar measures them", one.name(),
                        flops / 1e9, MOST_SCALAR_FLOPS / 1_000_000_000);
    }

    static int exitCode(boolean strict, List<ProfileReport> reports) {
        return strict && !reports.stream().allMatch(ProfileReport::consistent) ? 1 : 0;
    }

    /** Prints everything as JSON, with shares of the largest peak of the whole run. */
    private void print(Environment environment, List<ProfileReport> reports) {
        ObjectNode root = Json.object();
        root.set("environment", environment.json());
        ArrayNode profiles = root.putArray("profiles");
        for (ProfileReport report : reports) {
            profiles.add(new ProfileReport(environment, report.profile(), report.scalar())
                    .json());
            report.warnings().forEach(spec.commandLine().getErr()::println);
        }
        spec.commandLine().getOut().println(Json.text(root));
    }

    /** A suite's networks, its layers as networks of one; or the network that was named. */
    private List<Problem.Whole> networks() throws IOException {
        if (!suite.given()) {
            return List.of(new Problem.Whole(network.name(), batchSize, network.read()));
        }
        List<Problem.Whole> list = new ArrayList<>();
        for (Problem problem : suite.problems(spec.commandLine())) {
            list.add(switch (problem) {
                case Problem.Whole whole -> whole;
                case Problem.OneLayer layer -> new Problem.Whole(layer.name(), layer.batch(),
                        new Network(layer.input(), List.of(layer.layer()),
                                Loss.meanSquaredError()));
            });
        }
        return list;
    }
}
