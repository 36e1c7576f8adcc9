package org.lanewise.cli.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Initializer;
import org.lanewise.Parameters;
import org.lanewise.RandomState;
import org.lanewise.io.ParameterFile;
import org.lanewise.io.SavedModel;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Network;

/** Writing trained parameters, and where they go when that fails. */
class ParameterOutputTest {
    @TempDir
    Path folder;

    private final Parameters parameters = Parameters.initial(
            Network.input(3).linear(2).softmaxCrossEntropy(), Initializer.heNormal(),
            new RandomState(1));
    private final SavedModel model = new SavedModel(Optional.empty(), ClassNames.UNKNOWN,
            parameters);
    private Path runs;
    private Path data;
    private Path temporary;

    @BeforeEach
    void makeFolders() throws IOException {
        runs = Files.createDirectory(folder.resolve("runs"));
        data = Files.createDirectory(folder.resolve("data"));
        temporary = Files.createDirectory(folder.resolve("tmp"));
    }

    private ParameterOutput output(String name, boolean overwrite) {
        return new ParameterOutput(runs.resolve(name), overwrite, List.of(data, temporary));
    }

    private void assertSaved(Path file) throws IOException {
        assertArrayEquals(parameters.values("0.weight"),
                ParameterFile.read(file).values("0.weight"));
    }

    private String failure(ParameterOutput output) {
        return assertThrows(IOException.class, () -> output.write(model)).getMessage();
    }

    @Test
    void writesTheFileItWasGiven() throws IOException {
        ParameterOutput output = output("a.npz", false);
        output.requireWritable();
        output.write(model);
        assertSaved(runs.resolve("a.npz"));
    }

    @Test
    void writesNextToTheDataWhenTheFolderIsGone() throws IOException {
        ParameterOutput output = output("a.npz", false);
        output.requireWritable();
        Files.delete(runs);
        assertEquals(runs.resolve("a.npz") + ": there is no folder " + runs
                + "; the trained parameters were written to " + data.resolve("rescued-a.npz")
                + " instead", failure(output));
        assertSaved(data.resolve("rescued-a.npz"));
    }

    @Test
    void writesToTheTemporaryFolderWhenBothAreFilesNow() throws IOException {
        ParameterOutput output = output("a.safetensors", true);
        output.requireWritable();
        for (Path gone : List.of(runs, data)) {
            Files.delete(gone);
            Files.writeString(gone, "a file");
        }
        String message = failure(output);
        assertTrue(message.endsWith("; the trained parameters were written to "
                + temporary.resolve("rescued-a.safetensors") + " instead"), message);
        assertSaved(temporary.resolve("rescued-a.safetensors"));
    }

    @Test
    void doesNotReplaceExistingFiles() throws IOException {
        ParameterOutput output = output("a.npz", false);
        output.requireWritable();
        Files.writeString(runs.resolve("a.npz"), "written by another program meanwhile");
        Files.writeString(data.resolve("rescued-a.npz"), "rescued before");
        String message = failure(output);
        assertTrue(message.contains("a.npz: exists already; --overwrite replaces it; the trained"
                + " parameters were written to " + data.resolve("rescued-2-a.npz")), message);
        assertSaved(data.resolve("rescued-2-a.npz"));
        assertEquals("rescued before", Files.readString(data.resolve("rescued-a.npz")));
        assertEquals("written by another program meanwhile",
                Files.readString(runs.resolve("a.npz")));
    }

    @Test
    void neverReplacesRescuedFiles() throws IOException {
        Files.writeString(data.resolve("rescued-a.npz"), "rescued before");
        for (int i = 2; i <= 1000; i++) {
            Files.writeString(data.resolve("rescued-" + i + "-a.npz"), "rescued before");
        }
        Files.delete(runs);
        failure(output("a.npz", false));
        assertEquals("rescued before", Files.readString(data.resolve("rescued-1000-a.npz")));
        assertSaved(data.resolve("rescued-1001-a.npz"));
    }

    @Test
    void reportsEveryFallbackThatFailed() throws IOException {
        ParameterOutput output = output("a.npz", false);
        for (Path gone : List.of(runs, data, temporary)) {
            Files.delete(gone);
        }
        assertEquals(runs.resolve("a.npz") + ": there is no folder " + runs
                + "; the trained parameters are lost, for no other place took them; "
                + data.resolve("rescued-a.npz") + ": there is no folder " + data + "; "
                + temporary.resolve("rescued-a.npz") + ": there is no folder " + temporary,
                failure(output));
    }

    @Test
    void fallsBackNextToTheDataAndNeverInIt() {
        Path here = Path.of("x.npz");
        Path temp = Path.of(System.getProperty("java.io.tmpdir"));
        assertEquals(List.of(folder, temp),
                ParameterOutput.beside(here, false, Optional.of(data)).fallbacks());
        assertEquals(List.of(temp),
                ParameterOutput.beside(here, false, Optional.empty()).fallbacks());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a.npz", "a.NPZ", "b/a.safetensors", "a", ".npz", "model-v1.2", "a.b/c"})
    void acceptsItsFormatsAndNamesWithoutEnding(String name) {
        ParameterOutput.requireFormat(Path.of(name));
    }

    @ParameterizedTest
    @CsvSource({"a.txt, 'and the name must end so, as in a.npz'", "a.b.pt, as in a.b.npz",
            "a.npy, as in a.npz",
            "b/a.onnx, 'train with --save b/a.npz, then: ./lanewise export"
                    + " --parameters b/a.npz --save b/a.onnx'"})
    void refusesOtherEndings(String name, String advice) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> ParameterOutput.requireFormat(Path.of(name))).getMessage();
        assertTrue(message.startsWith("--save " + name + ": train writes .npz or .safetensors"),
                message);
        assertTrue(message.endsWith(advice), message);
    }

    @Test
    void probingLeavesNoFile() throws IOException {
        output("a.npz", false).requireWritable();
        try (var files = Files.list(runs)) {
            assertFalse(files.findAny().isPresent());
        }
    }

    /** Permissions allow the administrator to write there, and the system does not. */
    @Test
    void probesByWriting() {
        Path file = Path.of("/proc/a.npz");
        String message = assertThrows(IOException.class,
                () -> new ParameterOutput(file, false, List.of()).requireWritable()).getMessage();
        assertTrue(message.startsWith("/proc/a.npz: ") && message.contains("cannot be written"),
                message);
    }
}
