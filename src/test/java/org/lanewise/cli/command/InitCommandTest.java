package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.Initializer;
import org.lanewise.Parameters;
import org.lanewise.RandomState;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.format.NetworkFile;
import org.lanewise.io.Crafted;
import org.lanewise.io.ModelFile;
import org.lanewise.io.ParameterFile;
import org.lanewise.spec.Network;
import org.lanewise.spec.Normalization;

/** What {@code lanewise train} begins with: rules by name, and parts of a file. */
class InitCommandTest {
    private static final String NETWORK = """
            {"input": [1, 8, 8], "layers": [
              {"type": "conv2d", "out_channels": 8, "kernel_size": 2, "name": "white"},
              {"type": "relu"},
              {"type": "conv2d", "out_channels": 9, "kernel_size": 3, "name": "body.conv"},
              {"type": "flatten"},
              {"type": "linear", "out_features": %d, "name": "%s"}
            ]}""";

    @TempDir
    Path folder;
    private Path network;

    @BeforeEach
    void writeNetwork() throws IOException {
        network = Files.writeString(folder.resolve("net.json"), NETWORK.formatted(10, "fc"));
    }

    /** A learning rate of 0 keeps what a training begins with. */
    private CommandLineRun train(Path save, Object... more) {
        return CommandLineRun.of(Stream.concat(Stream.of("train", "--network", network, "--epochs",
                1, "--learning-rate", 0, "--seed", 4, "--overwrite", "--save", save),
                Stream.of(more)).toArray());
    }

    private Parameters begun(Object... more) throws IOException {
        Path save = folder.resolve("begun.npz");
        CommandLineRun run = train(save, more);
        assertEquals(0, run.code(), run.err());
        return ParameterFile.read(save);
    }

    private static void assertAll(double expected, double[] found) {
        double[] values = new double[found.length];
        Arrays.fill(values, expected);
        assertArrayEquals(values, found);
    }

    @Test
    void rulesByNameApplyInOrder() throws IOException {
        Parameters found = begun("--initialize", "*:type=constant,value=0.5", "--initialize",
                "body.*:type=dirac", "--initialize", "white.weight:type=whitening", "--initialize",
                "fc.b*:type=zeros");
        assertAll(0.5, found.values("white.bias"));
        assertAll(0.5, found.values("fc.weight"));
        assertAll(0.0, found.values("fc.bias"));
        // dirac sets biases to their default, and all 8 of its 9 filters that have a channel.
        assertAll(0.0, found.values("body.conv.bias"));
        double[] body = found.values("body.conv.weight");
        for (int i = 0; i < body.length; i++) {
            double expected = i >= 8 * 72 ? 0.5 : i % 72 == i / 72 * 9 + 4 ? 1.0 : 0.0;
            assertEquals(expected, body[i], "element " + i);
        }
        double[] white = found.values("white.weight");
        for (int i = 0; i < 16; i++) {
            assertEquals(-white[i], white[16 + i]);
        }
        assertTrue(white[0] > 0.1, "pixels are positive, and so is the mean patch: " + white[0]);
    }

    @Test
    void rulesOfWeightsDrawAfterTheDefault() throws IOException {
        Network net = NetworkFile.read(network.toString());
        RandomState random = new RandomState(4);
        Parameters.initial(net, Initializer.xavierNormal(), random);
        double[] expected = new double[10 * 225];
        Initializer.heUniform().fill(net.parameters().get(4), expected, random);
        Parameters found = begun("--weights", "xavier_normal", "--initialize",
                "fc.weight:type=he_uniform");
        assertArrayEquals(expected, found.values("fc.weight"));
        assertArrayEquals(Parameters.initial(net, Initializer.xavierNormal(), new RandomState(4))
                .values("body.conv.weight"), found.values("body.conv.weight"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    *.bias             | --initialize *.bias: expected a pattern of names, a colon and type=RULE, as in *.bias:type=zeros
                    :type=zeros        | --initialize :type=zeros: expected a pattern of names, a colon and type=RULE, as in *.bias:type=zeros
                    *:type=one         | --initialize *:type=one: found type 'one', expected one of pytorch, dirac, whitening, zeros, constant, he_normal, he_uniform, fan_in_uniform, xavier_normal, xavier_uniform
                    *:type=zero        | --initialize *:type=zero: found type 'zero', expected one of pytorch, dirac, whitening, zeros, constant, he_normal, he_uniform, fan_in_uniform, xavier_normal, xavier_uniform; did you mean zeros?
                    *:type=constant    | --initialize *:type=constant: constant needs a value and nothing else, as in type=constant,value=0.5
                    *:type=constant,value=x   | --initialize *:type=constant,value=x: found value=x, expected a number
                    *:type=constant,value=NaN | --initialize *:type=constant,value=NaN: constant NaN must be finite
                    *:type=dirac,value=1      | --initialize *:type=dirac,value=1: dirac has no more fields
                    """)
    void refusesWrongRules(String rule, String message) {
        CommandLineRun run = train(folder.resolve("x.npz"), "--initialize", rule);
        assertEquals(2, run.code());
        assertEquals("lanewise: " + message, run.err().lines().findFirst().orElseThrow());
    }

    @Test
    void refusesPatternsThatMatchNothing() {
        CommandLineRun run = train(folder.resolve("x.npz"), "--initialize", "conv:type=zeros");
        assertEquals(1, run.code());
        assertEquals("lanewise: the pattern 'conv' matches none of the network's parameters, which"
                + " are white.weight, white.bias, body.conv.weight, body.conv.bias, fc.weight,"
                + " fc.bias\n", run.err());
    }

    @Test
    void takesWhatMatchesAndListsTheRest() throws IOException {
        Path others = folder.resolve("others.npz");
        Path first = network;
        network = Files.writeString(folder.resolve("o.json"), NETWORK.formatted(10, "head"));
        assertEquals(0,
                train(others, "--weights=he_uniform", "--initialize",
                        "*.bias:type=constant,value=2")
                        .code());
        network = Files.writeString(first, NETWORK.replace(": 9,", ": 7,").formatted(10, "fc"));
        Path save = folder.resolve("merged.npz");
        CommandLineRun run = train(save, "--init", others, "--partial", "--initialize",
                "fc.bias:type=constant,value=3");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("partial   2 of 6 arrays begin as in " + others + "\n"
                + "          not in the file: fc.weight, fc.bias\n"
                + "          of another shape: body.conv.weight (found [9, 8, 3, 3], expected"
                + " [7, 8, 3, 3]), body.conv.bias (found [9], expected [7])\n"
                + "          not of the network: head.weight, head.bias\n"), run.out());
        Parameters found = ParameterFile.read(save);
        assertArrayEquals(ParameterFile.read(others).values("white.weight"),
                found.values("white.weight"));
        assertAll(2.0, found.values("white.bias"));
        assertAll(0.0, found.values("body.conv.bias"));
        assertAll(3.0, found.values("fc.bias"));
        assertArrayEquals(Parameters.initial(NetworkFile.read(network.toString()),
                Initializer.heNormal(), new RandomState(4)).values("fc.weight"),
                found.values("fc.weight"));
    }

    @Test
    void leavesOutANormalizationForOtherChannels() throws IOException {
        Path data = Crafted.write(folder, "rgb.npz", Crafted.zip(false, Map.of(
                "x_train.npy", Crafted.npy("|u1", "(2, 3, 8, 8)", new byte[384]),
                "y_train.npy", Crafted.npy("|u1", "(2,)", new byte[] {1, 4}))));
        Path colours = folder.resolve("rgb-weights.npz");
        Path gray = network;
        network = Files.writeString(folder.resolve("rgb.json"),
                NETWORK.replace("[1, 8", "[3, 8").formatted(10, "fc"));
        CommandLineRun first = train(colours, "--data", data, "--normalize",
                "0.1,0.2,0.3:0.5,0.6,0.7");
        assertEquals(0, first.code(), first.err());
        network = gray;
        Path save = folder.resolve("merged.npz");
        CommandLineRun run = train(save, "--init", colours, "--partial");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("partial   5 of 6 arrays begin as in " + colours + "\n"
                + "          of another shape: white.weight (found [8, 3, 2, 2], expected"
                + " [8, 1, 2, 2])\n          for other inputs, and left out: the normalization"
                + " 0.1,0.2,0.3:0.5,0.6,0.7\n"), run.out());
        assertEquals(Normalization.NONE, ModelFile.read(save).normalization());
        CommandLineRun whole = train(save, "--init", colours);
        assertEquals(1, whole.code());
        assertEquals("lanewise: " + colours + ": normalization by 3 means, but inputs of 1x8x8 have"
                + " 1 channels; give one for each, or one for all\n", whole.err());
        // One number for all channels fits any.
        network = folder.resolve("rgb.json");
        assertEquals(0, train(colours, "--data", data, "--normalize", "0.25:0.5").code());
        network = gray;
        assertEquals(0, train(save, "--init", colours, "--partial").code());
        assertEquals("0.25:0.5", ModelFile.read(save).normalization().toString());
    }

    @Test
    void refusesFilesOfWhichNothingMatches() throws IOException {
        Path others = folder.resolve("others.npz");
        assertEquals(0, CommandLineRun.of("train", "--epochs", 1, "--save", others).code());
        CommandLineRun run = train(folder.resolve("x.npz"), "--init", others, "--partial");
        assertEquals(1, run.code());
        assertEquals("lanewise: " + others + ": no name and shape of the 6 parameters matches the"
                + " network's: found 0.weight, 0.bias, 2.weight, 2.bias, ..., expected white.weight,"
                + " white.bias, body.conv.weight, body.conv.bias, ...\n", run.err());
    }

    @Test
    void refusesOptionsThatContradict() {
        for (List<String> wrong : List.of(List.of("--partial", "--partial needs --init"),
                List.of("--init=x.npz", "--initialize=*:type=zeros",
                        "--initialize says how parameters begin without --init; give one or the"
                                + " other, or --partial"),
                List.of("--init=x.npz", "--weights=he_normal",
                        "--weights says how weights begin without --init; give one or the"
                                + " other"))) {
            CommandLineRun run = train(folder.resolve("x.npz"),
                    wrong.subList(0, wrong.size() - 1).toArray());
            assertEquals(2, run.code());
            assertEquals("lanewise: " + wrong.getLast(),
                    run.err().lines().findFirst().orElseThrow());
        }
    }
}
