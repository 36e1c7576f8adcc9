import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Generates the kernels that are written as templates: {@code java Generate.java TEMPLATES OUTPUT}.
 *
 * <p>A template becomes two classes: {@code NameVector} with the Vector API, and {@code Name}, which calls it
 * or, in a JVM without that module, computes the same bits lane by lane. Two runs write the same bytes.
 */
final class Generate {
    private static final String ENDING = ".java.template";
    private static final String MICRO_KERNEL = "MicroKernel" + ENDING;
    private static final String WINOGRAD = "WinogradTransform" + ENDING;
    private static final List<String> AXES = List.of("a", "b", "begin", "end");

    private final Path templates;
    private final Map<String, String> sources = new TreeMap<>();

    private Generate(Path templates) {
        this.templates = templates;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("usage: java Generate.java TEMPLATES OUTPUT");
        }
        Generate generate = new Generate(Path.of(arguments[0]));
        generate.microKernels();
        generate.winograd();
        generate.others();
        generate.write(Path.of(arguments[1], "org", "lanewise", "kernel"));
    }

    /** Register tiles: an option of each axis and some sizes a line. */
    private void microKernels() throws IOException {
        Template template = template(MICRO_KERNEL);
        for (String[] words : list("microkernels.txt")) {
            Map<String, String> values = new HashMap<>();
            for (int i = 0; i < AXES.size(); i++) {
                String axis = AXES.get(i);
                template.option(axis + " " + words[i + 1])
                        .forEach((key, value) -> values.put(axis + "." + key, value));
            }
            String parameters = AXES.stream().map(axis -> values.get(axis + ".parameters"))
                    .filter(list -> list != null).collect(Collectors.joining(", "));
            values.put("parameters", parameters);
            values.put("arguments", names(parameters));
            add(words[0], template, values,
                    List.of(words).subList(AXES.size() + 1, words.length));
        }
    }

    /** Winograd transforms: two sizes and points a line. */
    private void winograd() throws IOException {
        Template template = template(WINOGRAD);
        for (String[] words : list("winograd.txt")) {
            add("Winograd" + words[0], template, WinogradTransforms.values(words), List.of());
        }
    }

    private void others() throws IOException {
        try (Stream<Path> files = Files.list(templates)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(ENDING) && !name.equals(MICRO_KERNEL)
                        && !name.equals(WINOGRAD)) {
                    add(name.substring(0, name.length() - ENDING.length()), template(name),
                            Map.of(), List.of());
                }
            }
        }
    }

    private void add(String name, Template template, Map<String, String> values,
            List<String> tiles) {
        sources.put(name + "Vector.java", template.source(name, Dialect.VECTOR, values, tiles));
        sources.put(name + ".java",
                Choice.of(name, template.source(name, Dialect.PLAIN, values, tiles)));
    }

    private Template template(String name) throws IOException {
        return Template.parse(name, Files.readAllLines(templates.resolve(name)));
    }

    /** The words of each line that says something. */
    private List<String[]> list(String name) throws IOException {
        return Files.readAllLines(templates.resolve(name)).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.strip().split("\\s+")).toList();
    }

    /** {@return the names of parameters, without their types} */
    static String names(String parameters) {
        return Stream.of(parameters.split(",")).map(String::strip)
                .map(parameter -> parameter.substring(parameter.lastIndexOf(' ') + 1))
                .collect(Collectors.joining(", "));
    }

    /** Writes what changed, so that nothing is compiled without need; deletes what is not generated any more. */
    private void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (!sources.containsKey(file.getFileName().toString())) {
                    Files.delete(file);
                }
            }
        }
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = folder.resolve(source.getKey());
            if (!source.getValue().equals(read(file))) {
                Files.writeString(file, source.getValue());
            }
        }
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException none) {
            return "";
        }
    }
}
