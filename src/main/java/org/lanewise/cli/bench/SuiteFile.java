package org.lanewise.cli.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.cli.format.TextFile;
import org.lanewise.codec.Field;
import org.lanewise.codec.JsonFields;
import org.lanewise.codec.Kind;
import org.lanewise.codec.LayerCodecs;
import org.lanewise.codec.NetworkDocument;
import org.lanewise.spec.Add;
import org.lanewise.spec.Concat;
import org.lanewise.spec.Layer;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.NetworkException;
import org.lanewise.spec.Shape;

/** Lists of problems as JSON; some come with the program. */
public final class SuiteFile {
    /** The suites that come with the program. */
    static final List<String> BUILT_IN = List.of("small", "vgg16", "resnet50", "resnet20",
            "mobilenet", "windows", "networks", "cifar", "awkward");

    private static final String NETWORK = "network";
    private static final Field<String> NAME = Field.of("name", Kind.TEXT);
    private static final Field<Integer> BATCH = Field.of("batch", Kind.INTEGER);
    private static final Field<String> TYPE = Field.of("type", Kind.TEXT);

    private SuiteFile() {}

    /** Reads a file, or a suite that comes with the program where no file has that name. */
    public static List<Problem> read(String name) throws IOException {
        Path file = Path.of(name);
        if (BUILT_IN.contains(name) && !Files.exists(file)) {
            return builtIn(name);
        }
        return parse(name, TextFile.read(file,
                "a suite file, or one of " + String.join(", ", BUILT_IN)));
    }

    static List<Problem> builtIn(String name) {
        try (InputStream in = SuiteFile.class.getResourceAsStream("suites/" + name + ".json")) {
            return parse(name, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Turns JSON into problems; {@code where} begins the message of a failure. */
    static List<Problem> parse(String where, byte[] json) {
        JsonFields root = JsonFields.parse(where, TextFile.utf8(where, json));
        Map<String, Problem> problems = new LinkedHashMap<>();
        for (JsonFields object : root.objects("problems")) {
            Problem problem = problem(object);
            if (problems.putIfAbsent(problem.name(), problem) != null) {
                throw object.wrong("name", "a name that no problem before it has");
            }
        }
        root.requireNothingElse();
        if (problems.isEmpty()) {
            throw root.wrong("problems", "at least one problem");
        }
        return new ArrayList<>(problems.values());
    }

    private static Problem problem(JsonFields object) {
        String name = object.value(NAME);
        int batch = object.value(BATCH);
        if (batch < 1) {
            throw object.wrong(BATCH.name(), "at least 1");
        }
        String type = object.value(TYPE);
        if (type.equals(NETWORK)) {
            Network network = NetworkDocument.read(object.child(NETWORK)).network();
            object.requireNothingElse();
            return new Problem.Whole(name, batch, network);
        }
        // A join has several inputs: it is measured in a problem of type network.
        List<String> types = LayerCodecs.types().stream().filter(
                one -> !one.equals(new Add().type()) && !one.equals(new Concat().type())).toList();
        if (!types.contains(type)) {
            throw object.wrong(TYPE.name(), "network or one of " + String.join(", ", types));
        }
        Shape input = NetworkDocument.input(object);
        Layer layer = LayerCodecs.read(object);
        try {
            // A network checks that the layer fits its input.
            new Network(input, List.of(layer), Loss.meanSquaredError());
        } catch (NetworkException e) {
            throw object.wrong(e);
        }
        return new Problem.OneLayer(name, batch, input, layer);
    }
}
