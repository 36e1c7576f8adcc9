package org.lanewise.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lanewise.Backend;
import org.lanewise.Execution;
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
                + " peak of fused multiply-adds, GB/s (every array once), and beside other loops"
                + " the scalar ones.",
        "",
        "Each part is also an event org.lanewise.Pass of Java's Flight Recorder, which JDK Mission"
                + " Control shows under Event Browser, Lanewise:",
        "  LANEWISE_JAVA_OPTS=-XX:StartFlightRecording=filename=lanewise.jfr ./lanewise profile"
                + " --network lenet-5"})
final class ProfileCommand implements Callable<Integer> {
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
            description = "Time for each network, after as long a warm-up (default:"
                    + " ${DEFAULT-VALUE}).")
    private double seconds;

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
        Execution chosen = execution.single(spec.commandLine());
        List<Problem.Whole> networks = networks();
        Environment environment = Environment.measure(List.of(chosen.threads()));
        ObjectNode root = Json.object();
        root.set("environment", environment.json());
        ArrayNode profiles = root.putArray("profiles");
        for (Problem.Whole one : networks) {
            Profile profile = Profile.of(one, chosen, seconds);
            Optional<Profile> scalar = chosen.backend() == Backend.SCALAR
                    ? Optional.empty()
                    : Optional.of(Profile.of(one, Execution.REFERENCE, seconds));
            ProfileReport report = new ProfileReport(environment, profile, scalar);
            if (json) {
                profiles.add(report.json());
            } else {
                report.print(spec.commandLine().getOut());
            }
        }
        if (json) {
            spec.commandLine().getOut().println(Json.text(root));
        }
        return 0;
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
