package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's program is compiled and run as a reader would. */
class ReadmeTest {
    private static final String LIBRARY = Path.of("target", "classes").toAbsolutePath().toString();

    @TempDir
    Path folder;

    private String program() throws IOException {
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")));
        assertTrue(block.find(), "README.md has no java block");
        return block.group(1);
    }

    private void compile(String... arguments) {
        List<String> all = new ArrayList<>(List.of("-Xlint:all,-incubating", "-Werror", "-d",
                folder.resolve("out").toString()));
        all.addAll(List.of(arguments));
        assertEquals(0, ToolProvider.findFirst("javac").orElseThrow().run(System.out, System.err,
                all.toArray(String[]::new)));
    }

    private static String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        return out;
    }

    private static void assertLearned(String out) {
        assertTrue(out.matches("(?s)(epoch \\d+: loss \\d\\.\\d{4}, [\\d,]+ samples/s\\R){10}"
                + "test accuracy 0\\.9[789]\\d\\d\\Rthe first test image shows a \\d\\R"), out);
    }

    @Test
    void theProgramLearnsOnTheClassPath() throws Exception {
        Path source = folder.resolve("Embed.java");
        Files.writeString(source, program());
        compile("-cp", LIBRARY, source.toString());
        assertLearned(run("-cp", LIBRARY + File.pathSeparator + folder.resolve("out"), "Embed"));
    }

    @Test
    void theProgramLearnsOnTheModulePath() throws Exception {
        Path module = Files.writeString(folder.resolve("module-info.java"),
                "module reader { requires org.lanewise; }");
        Path source = Files.createDirectories(folder.resolve("reader")).resolve("Embed.java");
        Files.writeString(source, "package reader;\n" + program());
        compile("-p", LIBRARY, module.toString(), source.toString());
        assertLearned(run("-p", LIBRARY + File.pathSeparator + folder.resolve("out"), "-m",
                "reader/reader.Embed"));
    }
}
