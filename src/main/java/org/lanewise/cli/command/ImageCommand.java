package org.lanewise.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.lanewise.cli.format.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lanewise image}: the commands with as much of Java as they need, in one folder. */
@Command(name = "image", description = {
        "Make a folder that runs on machines of this kind without a JDK: the commands, and as much"
                + " of this JDK as they need.",
        "",
        "  ./lanewise image -o lanewise-image",
        "  lanewise-image/bin/lanewise train"})
public final class ImageCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = {"-o", "--output"}, paramLabel = "FOLDER", defaultValue = "lanewise-image",
            description = "The folder to make; there must be none yet (default:"
                    + " ${DEFAULT-VALUE}).")
    private Path output;

    @Override
    public Integer call() throws IOException {
        Path jar = jar();
        ToolProvider jdeps = tool("jdeps");
        ToolProvider jlink = tool("jlink");
        if (Files.exists(output)) {
            throw new IOException(output + ": exists already; name a folder that does not");
        }
        Path parent = output.toAbsolutePath().normalize().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new IOException(output + ": there is no folder " + parent);
        }
        Path room = Files.createTempDirectory(parent, ".lanewise-image");
        try {
            Path image = room.resolve("image");
            String modules = run(jdeps, "--multi-release", release(), "--ignore-missing-deps",
                    "--print-module-deps", jar.toString()).strip();
            run(jlink, "--add-modules", modules + ",jdk.zipfs", "--output", image.toString(),
                    "--compress",
                    "zip-6", "--strip-java-debug-attributes", "--no-header-files",
                    "--no-man-pages");
            Files.copy(jar, image.resolve("lib").resolve("lanewise-cli.jar"));
            copy("image/java.args", image.resolve("lib").resolve("java.args"));
            Path launcher = image.resolve("bin").resolve("lanewise");
            copy("image/lanewise.sh", launcher);
            if (!launcher.toFile().setExecutable(true, false)) {
                throw new IOException(launcher + ": cannot be made executable");
            }
            archiveClasses(launcher, room);
            Files.move(image, output);
        } finally {
            delete(room);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(output + ": " + Report.bytes(size(output)) + "; run "
                + output.resolve("bin").resolve("lanewise"));
        return 0;
    }

    private static void copy(String resource, Path file) throws IOException {
        try (InputStream in = ImageCommand.class.getResourceAsStream(resource)) {
            Files.copy(in, file);
        }
    }

    /** The jar that this program runs from. */
    private static Path jar() throws IOException {
        // As java -jar has it; what classes say is where an archive of them was made.
        Path place = Path.of(System.getProperty("java.class.path"));
        if (!Files.isRegularFile(place)) {
            throw new IOException("an image is made from the packaged commands, which are one jar;"
                    + " these are not; try: ./lanewise image");
        }
        return place;
    }

    private static ToolProvider tool(String name) throws IOException {
        return ToolProvider.findFirst(name).orElseThrow(() -> new IOException("the Java in "
                + System.getProperty("java.home") + " has no " + name
                + ", which an image is made with; run this by a whole JDK"));
    }

    private static String release() {
        return String.valueOf(Runtime.version().feature());
    }

    private static String run(ToolProvider tool, String... arguments) throws IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = tool.run(new PrintWriter(out), new PrintWriter(err), arguments);
        if (code != 0) {
            String said = (out + "\n" + err).strip().lines().findFirst().orElse("it said nothing");
            throw new IOException(tool.name() + " ended with exit code " + code + ": " + said);
        }
        return out.toString();
    }

    /**
     * Stores a class data archive where the JVM searches for it. The launcher makes it, because
     * jlink's own archive does not fit the alignment of arrays that the launcher sets.
     */
    private static void archiveClasses(Path launcher, Path room) throws IOException {
        run(launcher, room, "-XX:DumpLoadedClassList=classes");
        run(launcher, room, "-Xshare:dump -XX:SharedClassListFile=classes");
    }

    private static void run(Path launcher, Path room, String flags) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(launcher.toAbsolutePath().toString(), "--help")
                .directory(room.toFile()).redirectErrorStream(true)
                .redirectOutput(room.resolve("said").toFile());
        builder.environment().put("LANEWISE_JAVA_OPTS", flags);
        Process process = builder.start();
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException(launcher + " " + flags + " ended with exit code " + code);
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while classes were archived", e);
        }
    }

    private static long size(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(folder)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path file : deepestFirst) {
            Files.delete(file);
        }
    }
}
