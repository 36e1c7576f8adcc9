package org.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written as templates is generated, the same every time, and nowhere but in the build. */
class GeneratedKernelsTest {
    private static final Path TEMPLATES = Path.of("src/main/templates");
    private static final Path GENERATED = Path.of("target/generated-sources/kernels");

    @TempDir
    private Path folder;

    private static String generate(Path templates, Path output)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "src/build/java/Generate.java", templates.toString(), output.toString(),
                "src/main/java")
                .redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out;
    }

    private static Map<String, String> files(Path folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }

    private Path copyOfTemplates() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("templates"));
        for (Map.Entry<String, String> file : files(TEMPLATES).entrySet()) {
            Files.writeString(copy.resolve(file.getKey()), file.getValue());
        }
        return copy;
    }

    @Test
    void twoGenerationsAreEqual() throws Exception {
        Path again = folder.resolve("again");
        assertEquals("", generate(TEMPLATES, again));
        Map<String, String> built = files(GENERATED);
        assertEquals(built, files(again));
        assertTrue(built.containsKey("org/lanewise/kernel/gemm/MicroKernelsVector.java"),
                built.keySet().toString());
        built.keySet().forEach(file -> assertFalse(
                Files.exists(Path.of("src/main/java").resolve(file)), file + " is committed"));
    }

    @Test
    void whatIsNotGeneratedAnyMoreGoes() throws Exception {
        Path output = folder.resolve("output");
        Path templates = copyOfTemplates();
        generate(templates, output);
        Files.delete(templates.resolve("Relu.java.template"));
        assertEquals("", generate(templates, output));
        assertFalse(
                Files.exists(output.resolve("org/lanewise/kernel/elementwise/ReluVector.java")));
        assertTrue(Files.exists(output.resolve("org/lanewise/kernel/gemm/SumsVector.java")));
    }

    @Test
    void whatMayDifferInFloatsIsNamed() throws Exception {
        Path templates = copyOfTemplates();
        Path list = templates.resolve("floats.txt");
        String lines = Files.readString(list);
        Files.writeString(list, lines.replace(" BLOCKS", ""));
        assertTrue(generate(templates, folder.resolve("output"))
                .contains("WinogradPanels.BLOCKS may depend on the size of an element"));
        Files.writeString(list, lines.replace(" AdamConstants", " Nothing"));
        assertTrue(generate(templates, folder.resolve("output"))
                .contains("floats.txt: there is no class Nothing"));
        Files.writeString(list, lines);
        Path relu = templates.resolve("Relu.java.template");
        Files.writeString(relu, Files.readString(relu).replace("int L = Lanes.COUNT;",
                "int L = Lanes.COUNT;\n    static Object all = java.util.DoubleSummaryStatistics.class;"));
        assertTrue(generate(templates, folder.resolve("output"))
                .contains("no counterpart for floats"));
    }

    @Test
    void mistakesInTemplatesAreNamed() throws Exception {
        Path templates = copyOfTemplates();
        Path list = templates.resolve("microkernels.txt");
        Files.writeString(list, "indirectGemm taps tubes memory rows padded 5x4\n");
        assertTrue(generate(templates, folder.resolve("output"))
                .contains("MicroKernel.java.template has no option b tubes"));
        Files.writeString(list, "indirectGemm taps panel memory rows padded 5by4\n");
        assertTrue(generate(templates, folder.resolve("output"))
                .contains("5by4 is no tile, such as 5x4"));
        Files.writeString(list, "indirectGemm taps panel memory rows 5x4\n");
        assertTrue(generate(templates, folder.resolve("output"))
                .contains("5x4 is no last tile; there are padded, overlap, single"));
        Files.writeString(list, "nchwRowWeights rowLines lines memory rowsAndOnes padded 9x2\n");
        assertTrue(generate(templates, folder.resolve("output"))
                .contains("nchwRowWeights cannot have a loop over tiles: its option of a"));
        Files.writeString(templates.resolve("winograd.txt"), "both 4 3 +-1\n");
        Files.writeString(list, "indirectGemm taps panel memory rows padded 5x4\n");
        assertTrue(generate(templates, folder.resolve("output"))
                .contains("F(4, 3) needs 6 points with 0 and infinity"));
    }
}
