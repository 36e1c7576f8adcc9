package org.lanewise.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.TrainingState;
import org.lanewise.cli.bench.Forks;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.JsonObject;
import org.lanewise.cli.format.OutputFile;
import org.lanewise.cli.format.Report;
import org.lanewise.cli.format.TextFile;
import org.lanewise.measure.Machine;
import org.lanewise.spec.Precision;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Short trainings in every mode of this machine, whose bits must be those that are recorded. */
final class GoldenCheck {
    private static final String FILE = "golden.json";
    private static final String CONTRACT = "contract";
    private static final String HASHES = "hashes";
    private static final int THREADS = 2;
    private static final int INDENT = 30;

    @Option(names = "--golden", required = true,
            description = "In place of a checkpoint: train the networks that come with the program for some"
                    + " steps on random samples, in both precisions, with and without Winograd's"
                    + " tiles, on 1, 2 and 7 threads, by the scalar kernels, and in JVMs with"
                    + " narrower vectors, with none, with compact object headers and with"
                    + " interpreted code; compare SHA-256 of all that they compute with those of"
                    + " this version. Ends with exit code 1 where any differs.")
    private boolean given;

    @Option(names = "--only", paramLabel = "REGEX", defaultValue = "",
            description = "Only networks in whose name this is found.")
    private Pattern only;

    @Option(names = "--this-jvm", description = "Start no other JVM.")
    private boolean thisJvm;

    @Option(names = "--record", paramLabel = "FILE",
            description = "Compare nothing, and write the SHA-256 as JSON.")
    private Path record;

    @Option(names = "--against", paramLabel = "FILE",
            description = "Compare with what --record wrote, here or elsewhere.")
    private Path against;

    /** Where some of the hashes can be had from. */
    private interface Source {
        Map<String, String> hashes() throws IOException;
    }

    private record Mode(String name, Source source) {}

    /** Runs all modes or records one, and returns the exit code. */
    int run(CommandLine command, boolean json) throws IOException {
        List<GoldenTraining> cases = new ArrayList<>();
        for (String name : GoldenTraining.names()) {
            if (only.matcher(name).find()) {
                cases.add(new GoldenTraining(name));
            }
        }
        if (cases.isEmpty()) {
            throw new ParameterException(command, "--only " + only + ": found in none of "
                    + String.join(", ", GoldenTraining.names()));
        }
        if (record != null && against != null) {
            throw new ParameterException(command,
                    "--record compares nothing, --against does: give one of them");
        }
        if (record != null) {
            OutputFile.requireWritable(record);
            ObjectNode node = Json.object().put(CONTRACT, TrainingState.CONTRACT);
            node.set(HASHES, Json.tree(hashes(cases, Backend.AUTO, THREADS)));
            OutputFile.write(record, node);
            return 0;
        }
        return compare(cases, modes(cases, command), command, json);
    }

    private int compare(List<GoldenTraining> cases, List<Mode> modes, CommandLine command,
            boolean json) throws IOException {
        Map<String, String> recorded = recorded();
        PrintWriter out = command.getOut();
        PrintWriter info = json ? command.getErr() : out;
        int bits = Machine.current().vectorBits();
        info.println(row("contract " + TrainingState.CONTRACT + ", "
                + (bits == 0 ? "no vectors" : bits + "-bit vectors"),
                cases.stream().map(GoldenTraining::name), cases));
        List<String> failures = new ArrayList<>();
        int equal = 0;
        ArrayNode results = Json.array();
        for (Mode mode : modes) {
            Map<String, String> found = mode.source().hashes();
            SequencedMap<String, List<String>> wrong = new LinkedHashMap<>();
            for (GoldenTraining one : cases) {
                List<String> keys = found.keySet().stream()
                        .filter(key -> key.startsWith(one.name() + " ")).toList();
                keys.stream().filter(key -> !recorded.containsKey(key)).findFirst()
                        .ifPresent(key -> {
                            throw new IllegalArgumentException(source() + " has no hash of "
                                    + key + "; leave the network out by --only, or record it");
                        });
                List<String> differ = keys.stream()
                        .filter(key -> !found.get(key).equals(recorded.get(key))).toList();
                equal += keys.size() - differ.size();
                if (!keys.isEmpty()) {
                    wrong.put(one.name(), differ.stream().map(key -> key + ": " + one
                            .difference(recorded.get(key), found.get(key)))
                            .toList());
                }
                wrong.getOrDefault(one.name(), List.of()).forEach(difference -> failures
                        .add(mode.name() + ", " + difference));
            }
            info.println(row(mode.name(), cases.stream().map(one -> !wrong.containsKey(one.name())
                    ? "-"
                    : wrong.get(one.name()).isEmpty() ? "equal" : "DIFFERS"), cases));
            results.addObject().put("mode", mode.name()).set("differences", Json.tree(wrong));
        }
        failures.forEach(failure -> info.println("DIFFERS  " + failure));
        if (!failures.isEmpty() && !Machine.current().fusedMultiplyAdd()) {
            info.println(
                    "This processor does not fuse multiply-adds, so its results differ from the recorded bits.");
        }
        info.println(Report.format("%d passed, %d failed", equal, failures.size()));
        if (json) {
            ObjectNode node = Json.object().put(CONTRACT, TrainingState.CONTRACT)
                    .put("passed", equal).put("failed", failures.size());
            node.set("modes", results);
            out.println(Json.text(node));
        }
        return failures.isEmpty() ? 0 : 1;
    }

    /** Columns are as wide as the names of the cases. */
    private static String row(String head, Stream<String> cells, List<GoldenTraining> cases) {
        List<String> texts = cells.toList();
        StringBuilder row = new StringBuilder(Report.format("%-" + INDENT + "s", head));
        for (int i = 0; i < texts.size(); i++) {
            row.append(Report.format("  %" + Math.max(cases.get(i).name().length(),
                    "DIFFERS".length()) + "s", texts.get(i)));
        }
        return row.toString();
    }

    private List<Mode> modes(List<GoldenTraining> cases, CommandLine command) {
        List<Mode> modes = new ArrayList<>();
        for (int threads : new int[] {1, 2, 7}) {
            modes.add(new Mode(threads == 1 ? "1 thread" : threads + " threads",
                    () -> hashes(cases, Backend.AUTO, threads)));
        }
        // Only so many that all modes take a minute or two.
        List<GoldenTraining> small = named(cases, "digits", "lenet-5");
        modes.add(new Mode("scalar kernels", () -> hashes(small, Backend.SCALAR, THREADS)));
        if (thisJvm) {
            return modes;
        }
        List<String> vectors = Machine.current().vectorModule()
                ? List.of(Forks.VECTORS)
                : List.of();
        if (!vectors.isEmpty()) {
            for (int bytes = 16; bytes * Byte.SIZE < Machine.current().vectorBits(); bytes *= 2) {
                modes.add(fork(command, named(cases, "digits", "lenet-5", "resnet-20", "cifar-94",
                        "mobilenet-v2-small"), "-XX:MaxVectorSize=" + bytes, vectors));
            }
            modes.add(new Mode("without jdk.incubator.vector",
                    () -> forked(command, named(cases, "digits", "lenet-5", "resnet-20"),
                            List.of())));
        }
        modes.add(fork(command, small, "-XX:+UseCompactObjectHeaders", vectors));
        modes.add(fork(command, named(cases, "digits"), "-Xint", vectors));
        return modes;
    }

    private static List<GoldenTraining> named(List<GoldenTraining> cases, String... names) {
        return cases.stream().filter(one -> List.of(names).contains(one.name())).toList();
    }

    private static Mode fork(CommandLine command, List<GoldenTraining> cases, String flag,
            List<String> more) {
        return new Mode(flag, () -> forked(command, cases,
                Stream.concat(Stream.of(flag), more.stream()).toList()));
    }

    private static Map<String, String> forked(CommandLine command, List<GoldenTraining> cases,
            List<String> flags) throws IOException {
        if (cases.isEmpty()) {
            return Map.of();
        }
        String names = cases.stream().map(GoldenTraining::name)
                .collect(Collectors.joining("|", "^(", ")$"));
        return hashes(new JsonObject("hashes of a forked JVM",
                Forks.run(command.getCommandSpec().root().userObject().getClass(), flags,
                        List.of("verify", "--golden", "--only", names, "--record"), _ -> {
                        })));
    }

    /** Of each case, in either precision by every algorithm, by what was trained. */
    private static Map<String, String> hashes(List<GoldenTraining> cases, Backend backend,
            int threads) {
        Map<String, String> hashes = new LinkedHashMap<>();
        try (ForkJoinPool pool = new ForkJoinPool(threads)) {
            for (GoldenTraining one : cases) {
                for (Precision precision : Precision.values()) {
                    Stream.of(Algorithm.values())
                            .filter(backend == Backend.SCALAR
                                    ? Algorithm.DIRECT::equals
                                    : _ -> true)
                            .forEach(algorithm -> hashes.put(
                                    one.name() + " " + precision + " "
                                            + algorithm.name().toLowerCase(Locale.ROOT),
                                    one.hashes(backend, algorithm, precision, pool)));
                }
            }
        }
        return hashes;
    }

    private static Map<String, String> hashes(JsonObject file) {
        JsonObject hashes = file.child(HASHES);
        return hashes.fields().stream().collect(
                Collectors.toMap(key -> key, key -> hashes.string(key, ""), (_, last) -> last,
                        LinkedHashMap::new));
    }

    /** Where the recorded hashes are. */
    private String source() {
        return against == null ? FILE : against.toString();
    }

    private Map<String, String> recorded() throws IOException {
        String name = source();
        JsonObject file = new JsonObject(name, Json.parse(name, against == null
                ? builtIn()
                : TextFile.utf8(against, "what verify --golden --record wrote")
                        .getBytes(StandardCharsets.UTF_8)));
        if (file.integer(CONTRACT) != TrainingState.CONTRACT) {
            throw new IllegalArgumentException(name + " was recorded under version "
                    + file.integer(CONTRACT) + " of the numerical contract, and this is version "
                    + TrainingState.CONTRACT + "; record it again by verify --golden --record");
        }
        return hashes(file);
    }

    private static byte[] builtIn() throws IOException {
        try (InputStream in = GoldenCheck.class.getResourceAsStream(FILE)) {
            return in.readAllBytes();
        }
    }
}
