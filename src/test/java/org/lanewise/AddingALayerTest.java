package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applies the guide literally to a copy of the sources. */
class AddingALayerTest {
    private static final Path GUIDE = Path.of("docs", "adding-a-layer.md");
    /** A file that is named, or a block of code for the file named last. */
    private static final Pattern PART = Pattern.compile(
            "(?:New file|[Ii]n) `(src/main/[^`]+)`:|```(\\w+)\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    private Path sources;
    private Path classes;
    private Path network;

    @BeforeEach
    void followTheGuide() throws IOException, InterruptedException {
        sources = folder.resolve("src/main/java");
        classes = Files.createDirectory(folder.resolve("classes"));
        network = folder.resolve("softsign.json");
        copy(Path.of("src/main/java"), sources);
        copy(Path.of("src/main/resources"), classes);
        Files.delete(sources.resolve("module-info.java"));

        int blocks = 0;
        Set<Path> files = new HashSet<>();
        Path file = null;
        Matcher part = PART.matcher(Files.readString(GUIDE));
        while (part.find()) {
            if (part.group(1) != null) {
                file = folder.resolve(part.group(1));
            } else {
                apply(part.group(2), part.group(3), file);
                blocks++;
                files.add(file);
            }
        }
        assertEquals(9, blocks, "blocks of code in " + GUIDE);
        assertEquals(6, files.size(), () -> "files that a layer touches: " + files);
        compile();
    }

    private void apply(String kind, String block, Path file) throws IOException {
        switch (kind) {
            case "java" -> {
                assertTrue(Files.notExists(file), file + " is there already");
                Files.writeString(file, block);
            }
            case "diff" -> {
                String before = lines(block, ' ', '-');
                String source = Files.readString(file);
                assertEquals(2, source.split(Pattern.quote(before), -1).length,
                        file + " has these lines once:\n" + before);
                Files.writeString(file, source.replace(before, lines(block, ' ', '+')));
            }
            case "json" -> Files.writeString(network, block);
            default -> throw new AssertionError("a block of " + kind);
        }
    }

    private static String lines(String diff, char... wanted) {
        return diff.lines().filter(line -> new String(wanted).indexOf(line.charAt(0)) >= 0)
                .map(line -> line.substring(1)).collect(Collectors.joining("\n"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static String libraries() {
        return Stream.of("jdk.module.path", "java.class.path").map(System::getProperty)
                .flatMap(path -> Arrays.stream(path.split(File.pathSeparator)))
                .filter(path -> path.endsWith(".jar"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The build derives classes of floats from the guide's. */
    private void compile() throws IOException, InterruptedException {
        Path generated = folder.resolve("generated");
        run(List.of("src/build/java/Generate.java", "src/main/templates", generated.toString(),
                sources.toString()));
        List<String> arguments = new ArrayList<>(List.of("-Xlint:all,-incubating,-options",
                "-Werror", "-proc:none", "-parameters", "--release", "25", "--add-modules",
                "jdk.incubator.vector", "-cp", libraries(), "-d", classes.toString()));
        try (Stream<Path> files = Stream.concat(Files.walk(sources), Files.walk(generated))) {
            files.map(Path::toString).filter(file -> file.endsWith(".java"))
                    .forEach(arguments::add);
        }
        assertEquals(0, ToolProvider.findFirst("javac").orElseThrow().run(System.out, System.err,
                arguments.toArray(String[]::new)), "the guide's code does not compile");
    }

    private String lanewise(String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--add-modules", "jdk.incubator.vector",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp", classes + File.pathSeparator + libraries(), "org.lanewise.cli.Main"));
        all.addAll(List.of(command));
        return run(all);
    }

    private static String run(List<String> arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(arguments);
        all.addFirst(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out;
    }

    @Test
    void theLayerIsCheckedTrainedAndExported() throws IOException, InterruptedException {
        String checked = lanewise("gradient-check", "--network", network.toString());
        assertTrue(checked.matches("(?s).*0\\.weight +36 +0 +\\d\\.\\d+e-(0[89]|1\\d).*input .*"),
                checked);
        Path saved = folder.resolve("softsign.npz");
        String trained = lanewise("train", "--network", network.toString(), "--epochs", "10",
                "--save", saved.toString(), "--checkpoint-dir", folder.resolve("run").toString());
        assertTrue(trained.matches("(?s).*test accuracy 0\\.9\\d\\d\\d.*"), trained);
        lanewise("verify", folder.resolve("run").resolve("best.npz").toString());
        assertTrue(lanewise("describe", "--network", network.toString()).contains("softsign"));
        Path model = folder.resolve("softsign.onnx");
        lanewise("export", "--network", network.toString(), "--parameters", saved.toString(),
                "--save", model.toString());
        String content = new String(Files.readAllBytes(model), StandardCharsets.ISO_8859_1);
        assertTrue(content.contains("Softsign"), "no such node");
    }
}
