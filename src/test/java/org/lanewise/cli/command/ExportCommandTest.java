package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.cli.command.Exports.DENSE;
import static org.lanewise.cli.command.Exports.random;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Parameters;
import org.lanewise.Parameters.Parameter;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.NetworkFile;
import org.lanewise.io.Crafted;
import org.lanewise.io.ModelFile;
import org.lanewise.io.ParameterFile;
import org.lanewise.spec.Network;

/** What {@code export} prints, converts and rejects. */
class ExportCommandTest {
    @TempDir
    private Path folder;
    private Exports exports;

    @BeforeEach
    void makeExports() {
        exports = new Exports(folder);
    }

    @Test
    void convertsNpzToSafetensorsAndBack() throws IOException {
        Path npz = exports.parametersFile(NetworkFile.builtIn("digits"));
        Path safetensors = folder.resolve("weights.safetensors");
        Path back = folder.resolve("back.npz");
        CommandLineRun run = CommandLineRun.of("export", "--network", "digits", "--parameters",
                npz, "--save", safetensors);
        assertEquals(0, run.code(), run.err());
        assertEquals(0, CommandLineRun.of("export", "--parameters", safetensors, "--save", back)
                .code());
        Parameters expected = ParameterFile.read(npz);
        Parameters found = ParameterFile.read(back);
        assertEquals(6, expected.list().size());
        for (Parameter parameter : expected.list()) {
            assertArrayEquals(parameter.values(), found.values(parameter.spec().name()));
        }
        assertEquals(NetworkFile.builtIn("digits"), ModelFile.read(back).network().orElseThrow());
    }

    /** Other commands read and write the format too. */
    @Test
    void trainsFromAndToSafetensors() throws IOException {
        Path first = folder.resolve("first.safetensors");
        Path second = folder.resolve("second.safetensors");
        assertEquals(0, CommandLineRun.of("train", "--epochs", 3, "--save", first).code());
        assertEquals('{', Files.readAllBytes(first)[8]);
        assertEquals(0, CommandLineRun.of("train", "--epochs", 1, "--init", first, "--save",
                second).code());
        CommandLineRun judged = CommandLineRun.of("evaluate", "--parameters", second, "--json");
        assertEquals(0, judged.code(), judged.err());
        JsonNode result = Json.parse("output", judged.out().getBytes(StandardCharsets.UTF_8));
        assertTrue(result.get("accuracy").doubleValue() > 0.8, judged.out());
    }

    @Test
    void printsTheResult() throws IOException {
        Path parameters = exports.parametersFile(NetworkFile.builtIn("lenet-5"));
        Path file = folder.resolve("lenet.onnx");
        CommandLineRun run = CommandLineRun.of("export", "--network", "lenet-5", "--parameters",
                parameters, "--save", file);
        assertEquals("", run.err());
        assertTrue(run.out().startsWith("lenet-5: 61,706 parameters written as float32 to " + file
                + " ("), run.out());
        assertTrue(run.out().endsWith("input: (batch, 1, 28, 28), output: (batch, 10)\n"),
                run.out());
        JsonNode json = Json.parse("output", CommandLineRun.of("export", "--network", "lenet-5",
                "--parameters", parameters, "--save", file, "--overwrite", "--json").out()
                .getBytes(StandardCharsets.UTF_8));
        assertEquals("onnx", json.get("format").textValue());
        assertEquals(Files.size(file), json.get("bytes").longValue());
    }

    private void assertRefused(int code, String said, Object... more) {
        Object[] command = Stream.concat(Stream.of("export"), Stream.of(more)).toArray();
        CommandLineRun run = CommandLineRun.of(command);
        assertEquals(code, run.code(), run.err());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("lanewise: " + said), run.err());
        assertTrue(code == 2 || run.err().lines().count() == 1, run.err());
    }

    @Test
    void replacesAFileOnlyWithOverwrite() throws IOException {
        Path parameters = exports.parametersFile(NetworkFile.builtIn("digits"));
        for (String name : List.of("a.onnx", "a.safetensors", "a.npz")) {
            Path file = Crafted.write(folder, name, "precious".getBytes(StandardCharsets.UTF_8));
            assertRefused(1, file + ": exists already; --overwrite replaces it\n", "--parameters",
                    parameters, "--save", file);
            assertEquals("precious", Files.readString(file));
        }
        Path missing = folder.resolve("missing").resolve("a.onnx");
        assertRefused(1, missing + ": there is no folder " + missing.getParent(), "--parameters",
                parameters, "--save", missing);
    }

    @Test
    void rejectsUnknownNamesAndTypes() {
        assertRefused(2, "--save a.bin: the name says what to write; it must end in .onnx,",
                "--parameters", "x", "--save", "a.bin");
        assertRefused(2, "--type is for ONNX; .npz files hold float64", "--parameters", "x",
                "--save", "a.npz", "--type", "float32");
        assertRefused(2, "Invalid value for option '--type': expected one of [FLOAT32, FLOAT64]",
                "--parameters", "x", "--save", "a.onnx", "--type", "bfloat16");
    }

    @Test
    void rejectsValuesThatAFileCannotHold() throws IOException {
        Path file = exports.networkFile(DENSE);
        Network network = NetworkFile.read(file.toString());
        Path model = folder.resolve("model.onnx");
        Parameters large = random(network);
        large.values("2.weight")[8] = -1e39;
        Path parameters = folder.resolve("large.npz");
        ParameterFile.write(large, parameters);
        assertRefused(1, "2.weight: element [1, 3] is -1.0E39, which is no finite float32",
                "--network", file, "--parameters", parameters, "--save", model);
        assertTrue(Files.notExists(model));
        exports.export(file.toString(), parameters, "--type", "float64");

        byte[] nan = Crafted.npy("(4, 5)", new double[20]);
        nan[nan.length - 1] = (byte) 0xFF;
        nan[nan.length - 2] = (byte) 0xFF;
        Path damaged = Crafted.write(folder, "nan.npz",
                Crafted.zip(false, Map.of("2.weight.npy", nan)));
        assertRefused(1, damaged + ": array 2.weight: element [3, 4] is NaN", "--network", file,
                "--parameters", damaged, "--save", folder.resolve("nan.onnx"));
    }

    /** The parameters need not be there: what cannot be written is known before. */
    /** ONNX cannot say everything that pooling layers compute; other files have no operators. */
    @Test
    void rejectsPoolingThatOnnxCannotSay() throws IOException {
        String pool = "{'input':[2,6,7],'layers':[{'type':'avg_pool2d','kernel_size':3,"
                + "'stride':2,%s},{'type':'conv2d','out_channels':2,'kernel_size':1}],"
                + "'loss':'mean_squared_error'}";
        String ceil = "'ceil_mode':true";
        Path file = exports.networkFile(pool.formatted(ceil));
        Path parameters = exports.parametersFile(NetworkFile.read(file.toString()));
        Path model = folder.resolve("a.onnx");
        Object[] command = {"--network", file, "--parameters", parameters, "--save", model};
        assertRefused(1, "layer 0 (avg_pool2d): ceil_mode with count_include_pad cannot be"
                + " exported for an input of 2x6x7, because ONNX runtimes differ on what a window"
                + " beyond the padding is divided by; count_include_pad false can be exported\n",
                command);
        exports.networkFile(pool.formatted("'divisor_override':7"));
        assertRefused(1, "layer 0 (avg_pool2d): divisor_override 7 cannot be exported, because"
                + " ONNX's AveragePool divides by the pixels of a window; leave it out and scale"
                + " the weights of the next layer\n", command);
        assertTrue(Files.notExists(model));
        exports.networkFile(pool.formatted(ceil + ",'count_include_pad':false"));
        exports.export(file.toString(), parameters);
    }

    @Test
    void rejectsMoreThanAProtobufMessageHolds() {
        Path file = exports.networkFile("{'input':[20000],'layers':[{'type':'linear',"
                + "'out_features':20000}]}");
        assertRefused(1, "400,020,000 parameters of 8 bytes are 3,200,160,000 bytes; an ONNX file"
                + " is one protobuf message, which holds less than 2 GB; --type float32 halves"
                + " them", "--network", file, "--parameters", "x", "--save", "a.onnx", "--type",
                "float64");
        assertRefused(1, "x: no such file", "--network", file, "--parameters", "x", "--save",
                folder.resolve("a.onnx"));
    }

    /** A limit on the size of files simulates a full disk. */
    @Test
    void aFullDiskKeepsTheOldFile() throws IOException, InterruptedException {
        Path parameters = exports.parametersFile(NetworkFile.builtIn("lenet-5"));
        Path file = Crafted.write(folder, "lenet.onnx", new byte[] {1, 2, 3});
        String classes = System.getProperty("jdk.module.path") + File.pathSeparator
                + System.getProperty("java.class.path");
        Process process = new ProcessBuilder("sh", "-c", "ulimit -f 64; exec \"$@\"", "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData", "--sun-misc-unsafe-memory-access=allow", "-cp", classes,
                "org.lanewise.cli.Main", "export", "--network", "lenet-5", "--parameters",
                parameters.toString(), "--save", file.toString(), "--overwrite").start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(1, process.waitFor(), err);
        assertEquals("lanewise: " + file + ": File too large\n", err);
        assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(file));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(Set.of(parameters, file), Set.copyOf(files.toList()));
        }
    }
}
