import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Generates the kernels that are written as templates, and derives those of floats, and their tests, from all of
 * them: {@code java Generate.java TEMPLATES OUTPUT SOURCES [TESTS OUTPUT_OF_TESTS]}.
 *
 * <p>A template becomes two classes: {@code NameVector} with the Vector API, and {@code Name}, which calls it
 * or, in a JVM without that module, computes the same bits lane by lane. Two runs write the same bytes.
 */
final class Generate {
    private static final String FLOATS = "floats.txt";
    private static final String ENDING = ".java.template";
    private static final String MICRO_KERNEL = "MicroKernel" + ENDING;
    private static final String WINOGRAD = "WinogradTransform" + ENDING;
    private static final List<String> AXES = List.of("a", "b", "begin", "end");
    private static final List<String> LAST_TILES = List.of("padded", "overlap", "single");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
    private static final Pattern TILE = Pattern.compile("(\\d+)x(\\d)");

    private final Path templates;
    private final Map<String, String> sources = new TreeMap<>();
    private final FloatTwin twins = new FloatTwin();

    private Generate(Path templates) {
        this.templates = templates;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 3 && arguments.length != 5) {
            throw new IllegalArgumentException("usage: java Generate.java TEMPLATES OUTPUT SOURCES"
                    + " [TESTS OUTPUT_OF_TESTS]");
        }
        Generate generate = new Generate(Path.of(arguments[0]));
        generate.microKernels();
        generate.winograd("double", generate.sources);
        generate.others();
        Map<String, String> doubles = new TreeMap<>(generate.sources);
        generate.winograd("single", doubles);
        generate.sources.putAll(generate.floats(generate.templates.resolve(FLOATS),
                Path.of(arguments[2]), doubles));
        write(generate.sources, Path.of(arguments[1]));
        // The launchers build from a copy without tests.
        if (arguments.length == 5 && Files.exists(Path.of(arguments[3]))) {
            Path tests = Path.of(arguments[3]);
            write(generate.floats(tests.resolve(FLOATS), tests.resolve("java"), Map.of()),
                    Path.of(arguments[4]));
        }
    }

    /** Micro-kernels: a method a tile with vectors, and one for all tiles of a kernel without. */
    private void microKernels() throws IOException {
        Template template = template(MICRO_KERNEL);
        List<Map<String, String>> kernels = new ArrayList<>();
        List<Map<String, String>> tiles = new ArrayList<>();
        for (String[] words : list("microkernels.txt")) {
            Map<String, String> kernel = new HashMap<>(Map.of("kernel", words[0]));
            for (int i = 0; i < AXES.size(); i++) {
                String axis = AXES.get(i);
                template.option(axis + " " + words[i + 1])
                        .forEach((key, value) -> kernel.put(axis + "." + key, value));
            }
            String parameters = AXES.stream().map(axis -> kernel.get(axis + ".parameters"))
                    .filter(list -> list != null).collect(Collectors.joining(", "));
            kernel.put("parameters", parameters);
            String lastTile = words[AXES.size() + 1];
            if (!LAST_TILES.contains(lastTile)) {
                throw new IllegalArgumentException(
                        lastTile + " is no last tile; there are " + String.join(", ", LAST_TILES));
            }
            kernel.put(lastTile, "yes");
            kernel.put("moved", lastTile.equals("single")
                    ? names(parameters)
                    : moved(names(parameters), kernel));
            kernel.put("last", kernel.containsKey("end.ones")
                    ? "m"
                    : lastTile.equals("padded") ? "Math.min(m, count - r) - 1" : "m - 1");
            List<String> cases = new ArrayList<>();
            for (String tile : List.of(words).subList(AXES.size() + 2, words.length)) {
                Matcher size = TILE.matcher(tile);
                if (!size.matches()) {
                    throw new IllegalArgumentException(tile + " is no tile, such as 5x4");
                }
                tiles.add(with(kernel, Map.of("m", size.group(1), "n", size.group(2))));
                cases.add("case " + size.group(1) + size.group(2) + " -> MicroKernelsVector."
                        + words[0] + tile + "({moved});");
            }
            kernels.add(with(kernel, Map.of("cases", String.join("\n", cases))));
        }
        add("MicroKernelsVector",
                template.source("MicroKernelsVector", Dialect.VECTOR, Map.of(), tiles));
        add("MicroKernels",
                template.source("MicroKernels", Dialect.PLAIN, Map.of(), kernels));
    }

    /** The arguments of a tile that begins r rows later. */
    private static String moved(String arguments, Map<String, String> kernel) {
        String[] list = arguments.split(", ");
        for (String axis : List.of("a", "end")) {
            String moved = kernel.get(axis + ".moved");
            if (moved == null) {
                throw new IllegalArgumentException(kernel.get("kernel")
                        + " cannot have a loop over tiles: its option of " + axis
                        + " does not say what moves");
            } else {
                list[List.of(list).indexOf(moved.split(" ")[0])] = moved;
            }
        }
        return String.join(", ", list);
    }

    private static Map<String, String> with(Map<String, String> values,
            Map<String, String> more) {
        Map<String, String> all = new HashMap<>(values);
        all.putAll(more);
        return all;
    }

    /**
     * Winograd transforms of one precision: five of each tile with vectors, but those that another tile has,
     * and five for all tiles without. Those of floats are derived from doubles too.
     */
    private void winograd(String precision, Map<String, String> to) throws IOException {
        Template template = template(WINOGRAD);
        WinogradPrograms programs = new WinogradPrograms();
        List<Map<String, String>> tiles = new ArrayList<>();
        Map<String, Map<String, String>> transforms = new LinkedHashMap<>();
        Map<String, String> statements = new HashMap<>();
        for (String[] line : list("winograd.txt")) {
            if (!line[0].equals(precision) && !line[0].equals("both")) {
                continue;
            }
            String[] words = Arrays.copyOfRange(line, 1, line.length);
            for (Map<String, String> tile : WinogradTransforms.of(words, programs)) {
                String name = tile.get("transform") + tile.get("size");
                String before = statements.putIfAbsent(name, tile.get("statements"));
                if (before != null) {
                    if (!before.equals(tile.get("statements"))) {
                        throw new IllegalArgumentException(
                                "two transforms are called " + name + "; expected the same points");
                    }
                    continue;
                }
                tiles.add(tile);
                transforms.merge(tile.get("transform"), with(tile, Map.of(
                        "cases", "case {size} -> WinogradTransformsVector.{transform}{size}(lines, "
                                .replace("{size}", tile.get("size"))
                                + "from, x, step, next, to, y, pitch, after);",
                        "programs",
                        "case " + tile.get("size") + " -> " + tile.get("program") + ";")),
                        Generate::joined);
            }
        }
        add(to, "WinogradTransformsVector",
                template.source("WinogradTransformsVector", Dialect.VECTOR, Map.of(), tiles));
        add(to, "WinogradTransforms",
                template.source("WinogradTransforms", Dialect.PLAIN,
                        Map.of("constants", String.join(", ", programs.constants)),
                        List.copyOf(transforms.values())));
    }

    private static Map<String, String> joined(Map<String, String> first, Map<String, String> next) {
        return with(first, Map.of("cases", first.get("cases") + "\n" + next.get("cases"),
                "programs", first.get("programs") + "\n" + next.get("programs")));
    }

    /** {@return the twins of generated sources and of those in a folder that a list names} */
    private Map<String, String> floats(Path list, Path folder, Map<String, String> generated)
            throws IOException {
        Map<String, String> doubles = new TreeMap<>();
        Set<String> shared = new HashSet<>();
        for (String[] words : list(list)) {
            List<String> names = List.of(words).subList(2, words.length);
            Path home = folder.resolve(words[1]);
            switch (words[0]) {
                case "all" -> {
                    shared.addAll(names);
                    try (Stream<Path> files = Files.walk(home)) {
                        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                            doubles.put(path(folder, file), Files.readString(file));
                        }
                    }
                }
                case "some" -> {
                    twins.ofArrays.add(words[1].replace('/', '.'));
                    for (String name : names) {
                        Path file = home.resolve(name + ".java");
                        doubles.put(path(folder, file), Files.readString(file));
                    }
                }
                case "but" -> shared.addAll(names);
                case "same" -> names.forEach(name -> twins.same.add(words[1] + "." + name));
                default -> throw new IllegalArgumentException(
                        list + ": " + words[0] + "; expected all, but, some or same");
            }
        }
        doubles.putAll(generated);
        for (String name : shared) {
            if (!doubles.keySet().removeIf(path -> path.endsWith("/" + name + ".java"))) {
                throw new IllegalArgumentException(list + ": there is no class " + name);
            }
        }
        return twins.of(doubles, list.startsWith(templates));
    }

    private static String path(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    private void others() throws IOException {
        try (Stream<Path> files = Files.list(templates)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(ENDING) && !name.equals(MICRO_KERNEL)
                        && !name.equals(WINOGRAD)) {
                    add(name.substring(0, name.length() - ENDING.length()), template(name),
                            Map.of());
                }
            }
        }
    }

    private void add(String name, Template template, Map<String, String> values) {
        add(name + "Vector",
                template.source(name + "Vector", Dialect.VECTOR, values, List.of()));
        add(name, Choice.of(name, template.source(name, Dialect.PLAIN, values, List.of())));
    }

    /** Adds a class to the folder of the package that its source declares. */
    private void add(String name, String source) {
        add(sources, name, source);
    }

    private static void add(Map<String, String> to, String name, String source) {
        Matcher declared = PACKAGE.matcher(source);
        if (!declared.find()) {
            throw new IllegalArgumentException(name + " declares no package");
        }
        to.put(declared.group(1).replace('.', '/') + "/" + name + ".java", source);
    }

    private Template template(String name) throws IOException {
        return Template.parse(name, Files.readAllLines(templates.resolve(name)));
    }

    /** The words of each line that says something. */
    private List<String[]> list(String name) throws IOException {
        return list(templates.resolve(name));
    }

    private static List<String[]> list(Path file) throws IOException {
        return Files.readAllLines(file).stream()
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
    private static void write(Map<String, String> sources, Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(Files.createDirectories(folder))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!sources.containsKey(path(folder, file))) {
                    Files.delete(file);
                }
            }
        }
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = folder.resolve(source.getKey());
            if (!source.getValue().equals(read(file))) {
                Files.createDirectories(file.getParent());
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
