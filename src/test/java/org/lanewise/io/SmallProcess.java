package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs a class of the tests in a JVM of its own, where a limit is met without harm. */
public final class SmallProcess {
    private SmallProcess() {}

    /**
     * {@return what the class printed to standard output}
     *
     * @param limits a shell command to run before
     * @param heap the most memory, as {@code 32m}
     * @param type a class whose {@code main} is run; a failure of the JVM fails the test
     * @param arguments what {@code main} gets
     */
    public static String run(String limits, String heap, Class<?> type, String... arguments)
            throws IOException, InterruptedException {
        Process process = start(limits, heap, type, arguments);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    /**
     * {@return the process, running; what it prints is its standard output}
     *
     * @param limits a shell command to run before
     * @param heap the most memory, as {@code 32m}
     * @param type a class whose {@code main} is run
     * @param arguments what {@code main} gets
     */
    public static Process start(String limits, String heap, Class<?> type, String... arguments)
            throws IOException {
        // The command becomes the shell's own arguments, so that limits may put words before it.
        List<String> command = new ArrayList<>(List.of("sh", "-c",
                limits + "; exec \"$@\"", "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + heap,
                "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-cp", classPath(),
                type.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return process;
    }

    /** On the module path the tests are patched in, so each folder is located by a file in it. */
    private static String classPath() {
        return Stream.concat(
                Stream.of("IdxFile.class", "SmallProcess.class").map(SmallProcess::folderOf),
                Stream.of("jdk.module.path", "java.class.path").map(System::getProperty)
                        .filter(path -> path != null && !path.isEmpty()))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String folderOf(String file) {
        try {
            Path path = Path.of(SmallProcess.class.getResource(file).toURI());
            return path.getParent().getParent().getParent().getParent().toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
