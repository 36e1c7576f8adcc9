package org.lanewise.cli.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.lanewise.codec.DataCodec;
import org.lanewise.codec.Field;
import org.lanewise.codec.JsonFields;
import org.lanewise.codec.JsonValue;
import org.lanewise.codec.Kind;
import org.lanewise.codec.LossCodec;
import org.lanewise.codec.NetworkDocument;
import org.lanewise.spec.Normalization;

/**
 * A whole training as one JSON file: network, data handling, optimizer, schedule, length and seed. It is
 * a list of options of {@code lanewise train}, which check what it says.
 *
 * @param name of the recipe or its file
 * @param text the JSON
 * @param options the arguments of each option, by the option's name
 */
public record Recipe(String name, String text, SequencedMap<String, List<String>> options) {
    /** The recipes that come with the program. */
    public static final List<String> BUILT_IN = List.of("lenet-5", "fashion-94", "resnet-20",
            "cifar-94");

    private static final String NETWORK = "network";
    private static final Field<String> TYPE = Field.of("type", Kind.TEXT);
    private static final Field<String> PATTERN = Field.of("pattern", Kind.TEXT);
    /** Fields of an optimizer and their options, but for those that are not one number. */
    private static final Map<String, String> NUMBERS = Map.of("learning_rate", "--learning-rate",
            "momentum", "--momentum", "dampening", "--dampening", "weight_decay", "--weight-decay",
            "eps", "--epsilon", "momentum_decay", "--momentum-decay", "alpha", "--alpha");

    /** Reads a file, or a recipe that comes with the program where no file has that name. */
    public static Recipe read(String name) throws IOException {
        Path file = Path.of(name);
        if (BUILT_IN.contains(name) && !Files.isRegularFile(file)) {
            return new Reader(name, builtIn(name), Path.of("")).recipe();
        }
        String text = TextFile.utf8(file, "a recipe, or one of " + String.join(", ", BUILT_IN));
        return new Reader(name, text, file.toAbsolutePath().getParent()).recipe();
    }

    private static String builtIn(String name) {
        try (InputStream in = Recipe.class.getResourceAsStream("recipes/" + name + ".json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The arguments, in order. */
    public List<String> arguments() {
        return options.values().stream().flatMap(List::stream).toList();
    }

    /** Turns fields into options, in the order of the command's help. */
    private static final class Reader {
        private final String name;
        private final String text;
        private final Path folder;
        private final JsonFields recipe;
        private final SequencedMap<String, List<String>> options = new LinkedHashMap<>();

        Reader(String name, String text, Path folder) {
            this.name = name;
            this.text = text;
            this.folder = folder;
            this.recipe = JsonFields.parse(name, text);
        }

        Recipe recipe() {
            recipe.allow(List.of(NETWORK, "data", "initialize", "loss", "reduction", "optimizer",
                    "schedule", "average", "epochs", "batch_size", "seed", "precision",
                    "evaluate"));
            recipe.requireNothingElse();
            put("--network", network());
            loss();
            if (recipe.has("data")) {
                data(recipe.child("data"));
            }
            for (String fine : each("initialize", PATTERN)) {
                put("--initialize", fine);
            }
            optimizer();
            if (recipe.has("schedule")) {
                schedule(recipe.child("schedule"));
            }
            if (recipe.has("average")) {
                put("--average", text(recipe.child("average"), TYPE));
            }
            number(recipe, "epochs", "--epochs");
            number(recipe, "batch_size", "--batch-size");
            number(recipe, "seed", "--seed");
            if (recipe.has("precision")) {
                String given = recipe.value(Field.of("precision", Kind.TEXT));
                if (!given.equals("double") && !given.equals("single")) {
                    throw recipe.wrong("precision", "double or single");
                }
                put("--precision", given);
            }
            if (recipe.has("evaluate")) {
                JsonFields evaluate = recipe.child("evaluate");
                number(evaluate, "views", "--views");
                evaluate.requireNothingElse();
            }
            return new Recipe(name, text, options);
        }

        private void put(String option, String value) {
            options.computeIfAbsent(option, _ -> new ArrayList<>()).add(option + "=" + value);
        }

        private void flag(JsonFields object, String field, String option) {
            if (object.value(Field.of(field, Kind.BOOL).or(false))) {
                options.put(option, List.of(option));
            }
        }

        /** The digits are passed on as they are. */
        private void number(JsonFields object, String field, String option) {
            if (object.has(field)) {
                object.value(Field.of(field, Kind.NUMBER));
                put(option, scalar(object.members().byName().get(field)));
            }
        }

        private List<String> each(String field, Field<String> head) {
            return recipe.has(field)
                    ? recipe.objects(field).stream().map(object -> text(object, head)).toList()
                    : List.of();
        }

        /** A name, the file of a network next to the recipe, or a network. */
        private String network() {
            if (recipe.has(NETWORK)
                    && recipe.members().byName().get(NETWORK) instanceof JsonValue.Members) {
                return NetworkDocument.read(recipe.child(NETWORK)).line();
            }
            String given = recipe.value(Field.of(NETWORK, Kind.TEXT));
            return NetworkFile.BUILT_IN.contains(given) ? given : folder.resolve(given).toString();
        }

        /** Instead of that of the network, whichever that is. */
        private void loss() {
            LossCodec.read(recipe);
            if (recipe.has("loss")) {
                put("--loss", recipe.members().byName().get("loss") instanceof JsonValue.Members all
                        ? all.spaced()
                        : recipe.value(Field.of("loss", Kind.TEXT)));
            }
            if (recipe.has("reduction")) {
                put("--loss-reduction", recipe.value(Field.of("reduction", Kind.TEXT)));
            }
        }

        private void data(JsonFields data) {
            Normalization normalization = DataCodec.normalization(data);
            if (normalization.given()) {
                put("--normalize",
                        numbers(normalization.mean()) + ":" + numbers(normalization.std()));
            }
            if (data.has(DataCodec.AUGMENT)) {
                put("--augment", DataCodec.text(DataCodec.augmentations(data)));
            }
            flag(data, "drop_last", "--drop-last");
            data.requireNothingElse();
        }

        private static String numbers(List<Double> numbers) {
            return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
        }

        private void optimizer() {
            if (!recipe.has("optimizer")) {
                return;
            }
            JsonFields optimizer = recipe.child("optimizer");
            put("--optimizer", optimizer.value(TYPE));
            for (var field : NUMBERS.entrySet().stream().sorted(Map.Entry.comparingByKey())
                    .toList()) {
                number(optimizer, field.getKey(), field.getValue());
            }
            if (optimizer.has("betas")) {
                double[] betas = optimizer.numbers("betas");
                if (betas.length != 2) {
                    throw optimizer.wrong("betas", "two numbers");
                }
                put("--beta1", Double.toString(betas[0]));
                put("--beta2", Double.toString(betas[1]));
            }
            flag(optimizer, "nesterov", "--nesterov");
            flag(optimizer, "centered", "--centered");
            if (optimizer.has("groups")) {
                optimizer.objects("groups")
                        .forEach(group -> put("--group", text(group, PATTERN)));
            }
            optimizer.requireNothingElse();
        }

        /** A warm-up has options of its own, so that each of them can be overridden. */
        private void schedule(JsonFields schedule) {
            SequencedMap<String, JsonValue> rest = new LinkedHashMap<>(
                    schedule.members().byName());
            JsonValue warmUp = rest.remove("warm_up");
            JsonValue start = rest.remove("warm_up_start");
            put("--schedule", scheduleText(
                    new JsonFields(name + ": schedule", new JsonValue.Members(rest))));
            if (warmUp != null) {
                put("--warm-up", scalar(warmUp));
            }
            if (start != null) {
                put("--warm-up-start", scalar(start));
            }
        }

        /** Points are pairs of a step and a factor. */
        private static String scheduleText(JsonFields schedule) {
            if (!schedule.has("points")) {
                return text(schedule, TYPE);
            }
            List<String> points = new ArrayList<>();
            if (schedule.members().byName().get("points") instanceof JsonValue.Array array) {
                for (JsonValue point : array.list()) {
                    if (point instanceof JsonValue.Array(List<JsonValue> pair)
                            && pair.size() == 2) {
                        points.add(scalar(pair.getFirst()) + "=" + scalar(pair.getLast()));
                    }
                }
                if (points.size() == array.list().size()) {
                    SequencedMap<String, JsonValue> rest = new LinkedHashMap<>(
                            schedule.members().byName());
                    rest.remove("points");
                    String text = text(new JsonFields("", new JsonValue.Members(rest)), TYPE);
                    return text + (text.contains(":") ? "," : ":") + String.join(",", points);
                }
            }
            throw schedule.wrong("points", "an array of pairs [step, factor]");
        }

        /** An object as options have it: a type or a pattern, a colon, and its other fields. */
        private static String text(JsonFields object, Field<String> head) {
            String first = object.value(head);
            String rest = object.members().byName().entrySet().stream()
                    .filter(member -> !member.getKey().equals(head.name()))
                    .map(member -> member.getKey() + "=" + scalar(member.getValue()))
                    .collect(Collectors.joining(","));
            return rest.isEmpty() ? first : first + ":" + rest;
        }

        private static String scalar(JsonValue value) {
            return switch (value) {
                case JsonValue.Text(String text) -> text;
                case JsonValue.Array(List<JsonValue> list) ->
                    list.stream().map(Reader::scalar).collect(Collectors.joining("/"));
                default -> value.toString();
            };
        }
    }
}
