package org.lanewise.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.measure.Machine;
import org.lanewise.cli.format.Json;

/**
 * Runs a command in JVMs of their own, each with this one's flags: compiled code and the addresses
 * of arrays differ between JVMs, so a figure of one JVM is not representative.
 */
public final class Forks {
    /** Lets a JVM use vectors. */
    public static final String VECTORS = "--add-modules=jdk.incubator.vector";

    private Forks() {}

    /** Runs a command once, with vectors where this JVM has them. */
    public static JsonNode run(Class<?> program, List<String> arguments, Consumer<String> progress)
            throws IOException {
        return run(program, Machine.current().vectorModule() ? List.of(VECTORS) : List.of(),
                arguments, progress);
    }

    /**
     * Runs a command once.
     *
     * @param program the class whose main method runs commands
     * @param flags of its JVM, besides this one's
     * @param arguments of the command; the name of the JSON file to write is appended
     * @param progress receives the lines that the command prints to standard error
     * @throws IOException if it fails; the message holds its last line
     */
    public static JsonNode run(Class<?> program, List<String> flags, List<String> arguments,
            Consumer<String> progress) throws IOException {
        // Standard output would not do: the JVM prints warnings there.
        Path result = Files.createTempFile("lanewise-fork", ".json");
        try {
            List<String> command = command(program, flags, arguments);
            command.add(result.toString());
            wait(new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start(), progress);
            return Json.parse("result of a forked JVM", Files.readAllBytes(result));
        } finally {
            Files.deleteIfExists(result);
        }
    }

    private static void wait(Process process, Consumer<String> progress) throws IOException {
        String last = "it said nothing";
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            process.getOutputStream().close();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("WARNING:")) {
                    last = line;
                    progress.accept(line);
                }
            }
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException("a forked JVM ended with exit code " + code + ": " + last);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a forked JVM ran", e);
        } finally {
            process.destroy();
        }
    }

    private static List<String> command(Class<?> program, List<String> flags,
            List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(Forks::inherited)
                .forEach(command::add);
        command.addAll(flags);
        command.addAll(List.of("-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8", "-cp",
                classPath(), program.getName()));
        command.addAll(arguments);
        return command;
    }

    /** Heap, collector, compiler; no file that both JVMs would write, and no class archive. */
    private static boolean inherited(String flag) {
        return flag.startsWith("-X") && !flag.startsWith("-Xlog")
                && !flag.startsWith("-XX:StartFlightRecording")
                && !flag.startsWith("-XX:ArchiveClassesAtExit")
                && !flag.startsWith("-XX:SharedArchiveFile");
    }

    /**
     * Where this program and its libraries are, on either path. The code source of a class would
     * not do: classes of an archive name the jar it was made from, which may have been moved.
     */
    private static String classPath() {
        return Stream.of("java.class.path", "jdk.module.path")
                .map(path -> System.getProperty(path, "")).filter(path -> !path.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
