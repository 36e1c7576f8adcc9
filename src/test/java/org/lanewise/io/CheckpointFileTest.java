package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.io.Faults.assertFault;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Parameters.Parameter;
import org.lanewise.RandomState;
import org.lanewise.Safeguards;
import org.lanewise.Trainer;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingOptions;
import org.lanewise.TrainingState;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Linear;
import org.lanewise.spec.Lion;
import org.lanewise.spec.Loss;
import org.lanewise.spec.NAdam;
import org.lanewise.spec.Network;
import org.lanewise.spec.OneCycle;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.PiecewiseLinear;
import org.lanewise.spec.RmsProp;
import org.lanewise.spec.Schedule;
import org.lanewise.spec.Window;

/** One file holds a training, all of it, and no other file is taken for it. */
class CheckpointFileTest {
    @TempDir
    private Path folder;

    static byte[] checkpoint(Path folder) throws IOException {
        Path file = folder.resolve("whole.npz");
        CheckpointFile.write(Trainings.trained(13).state(), file);
        return Files.readAllBytes(file);
    }

    static Stream<Arguments> trainings() {
        Network every = Network.input(2, 12, 13)
                .layer(new Conv2d(4, Window.of(3, 2).padding(1, 0).stride(1, 2).dilation(2, 1), 2,
                        false))
                .relu().maxPool2d(2).tanh().layer(new AvgPool2d(Window.of(2).padding(1), false))
                .sigmoid().flatten().layer(new Linear(4, false)).softmaxCrossEntropy();
        Network values = Network.input(7).linear(3).meanSquaredError()
                .loss(Loss.meanSquaredError().reduction(Loss.Reduction.SUM));
        Network weighted = Network.input(7).linear(3).loss(Loss.softmaxCrossEntropy()
                .weight(0, 1.0 / 3, 1e300).ignoreIndex(-1).labelSmoothing(0.1));
        return Stream.of(
                Arguments.of(weighted, Optimizer.sgd(0.1)),
                Arguments.of(every, Optimizer.sgd(0.1 / 3)),
                Arguments.of(every, Optimizer.sgd(0.1).momentum(0.9).dampening(0.3)
                        .weightDecay(1e-300)),
                Arguments.of(values, Optimizer.sgd(0.1).momentum(0.9).nesterov(true)),
                Arguments.of(values, Optimizer.adam(1e-3).betas(0.7, 1.0 / 7)),
                Arguments.of(values, Optimizer.adamW(1e-3).weightDecay(0.2)),
                Arguments.of(values, new NAdam(1e-3, 0.7, 1.0 / 7, 1e-6, 1e-300, 0.3)),
                Arguments.of(values, new RmsProp(1e-3, 0.7, 1e-6, 0.1, 1.0 / 7, true)),
                Arguments.of(every, Optimizer.rmsProp(1e-3)),
                Arguments.of(every, new Lion(1e-4, 1.0 / 3, 0.7, 0.2)));
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void everythingComesBack(Network network, Optimizer optimizer) throws IOException {
        TrainingState fresh = new Trainer(network,
                TrainingOptions.of(optimizer).seed(RandomState.MAX_SEED).shuffle(false)
                        .safeguards(Safeguards.NONE.gradientNorm(1.0 / 3)))
                .state();
        RandomState random = new RandomState(5);
        random.nextGaussian();
        for (Parameter memory : fresh.memory().list()) {
            Arrays.setAll(memory.values(), i -> random.nextGaussian());
        }
        TrainingState.Position there = fresh.position();
        assertEquals(OptionalDouble.empty(), there.order().spare());
        TrainingState written = new TrainingState(fresh.setup(), fresh.parameters(),
                fresh.memory(), Long.MAX_VALUE,
                new TrainingState.Position(1L << 40, 3, 7, Double.NaN, 5, 1.0 / 3, 8, 4,
                        Optional.of(new TrainingState.Best(2, 1.0 / 3)),
                        Optional.of(new TrainingState.Data(9, 0xFFFF_FFFFL)),
                        random.state()));
        assertTrue(written.position().order().spare().isPresent());
        for (TrainingState state : List.of(fresh, written)) {
            Path file = folder.resolve("a.npz");
            CheckpointFile.write(state, file);
            TrainingState read = CheckpointFile.read(file);
            assertEquals(state.setup(), read.setup());
            assertEquals(state.updates(), read.updates());
            assertEquals(state.position().order().spare(), read.position().order().spare());
            assertArrayEquals(state.position().order().key(), read.position().order().key());
            assertEquals(withoutOrder(state), withoutOrder(read));
            assertEquals(state.position().divisor(), read.position().divisor());
            assertEquals(state.position().counted(), read.position().counted());
            assertEquals(state.position().earlierEpochs(), read.position().earlierEpochs());
            assertEqualArrays(state.parameters().list(), read.parameters().list());
            assertEqualArrays(state.memory().list(), read.memory().list());
            Path again = folder.resolve("b.npz");
            CheckpointFile.write(read, again);
            assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(again));
        }
    }

    static Stream<Schedule> schedules() {
        Schedule cycle = new OneCycle(1.0 / 3, 1000, 0.4, 20, 1e300, true);
        return Stream.of(new Schedule.Step(3, 1.0 / 3),
                new Schedule.MultiStep(List.of(1, Integer.MAX_VALUE), 0.5),
                new Schedule.Exponential(1 - 1e-9), new Schedule.Cosine(99, Double.MIN_VALUE),
                new Schedule.CosineWarmRestarts(3, 2, 0), cycle, cycle.warmUp(3, 1.0 / 7),
                new Schedule.PerEpoch(cycle, 7), new Schedule.PerEpoch(new PiecewiseLinear(
                        List.of(new PiecewiseLinear.Point(0, 1.0 / 3))), 7).warmUp(1, 1));
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void theScheduleComesBack(Schedule schedule) throws IOException {
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(0.1)).schedule(schedule);
        Trainer trainer = new Trainer(Network.input(7).linear(3).meanSquaredError(), options);
        Path file = folder.resolve("a.npz");
        CheckpointFile.write(trainer.state(), file);
        assertEquals(trainer.state().setup(), CheckpointFile.read(file).setup());
        trainer.restore(CheckpointFile.read(file));
    }

    /** Version 2 had no schedules: its rate was constant. Version 3 had no augmentations. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6})
    void readsFormatsBefore(int format) throws IOException {
        Trainer trainer = Trainings.trained(13);
        Map<String, byte[]> entries = entries(checkpoint(folder));
        byte[] text = entries.get(CheckpointFile.TEXT);
        assertFalse(new String(text, StandardCharsets.UTF_8).contains("schedule"));
        assertFalse(new String(text, StandardCharsets.UTF_8).contains("loading"));
        entries.put(CheckpointFile.TEXT, Crafted.replace(text, "format=9", "format=" + format));
        Path file = Crafted.write(folder, "a.npz", sealed(entries));
        TrainingState read = CheckpointFile.read(file);
        assertEquals(trainer.state().setup(), read.setup());
        assertEquals(Schedule.CONSTANT, read.setup().options().schedule());
        assertEquals(List.of(), read.setup().options().augment());
        Trainings.trainer().restore(read);
    }

    private static List<Object> withoutOrder(TrainingState state) {
        TrainingState.Position at = state.position();
        return List.of(at.steps(), at.epochs(), at.step(), at.lossSum(), at.correct(), at.best(),
                at.data(), at.order().position());
    }

    static void assertEqualArrays(List<Parameter> expected, List<Parameter> found) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).spec(), found.get(i).spec());
            assertArrayEquals(expected.get(i).values(), found.get(i).values());
        }
    }

    @Test
    void parametersAreReadAsParameters() throws IOException {
        Trainer trainer = Trainings.trained(13);
        Path file = folder.resolve("a.npz");
        CheckpointFile.write(trainer.state(), file);
        assertEqualArrays(trainer.parameters().list(), ParameterFile.read(file).list());
        try (NpzFile npz = NpzFile.open(file)) {
            assertTrue(npz.names().containsAll(List.of("0.weight", "0.bias", "4.weight",
                    "optimizer/0.weight/first_moment", "random/key")), npz.names().toString());
        }
    }

    @Test
    void aFlippedBitIsSeenWhereverItIs() throws IOException {
        byte[] whole = checkpoint(folder);
        Random random = new Random(Rounds.seed());
        int rounds = Rounds.of(500);
        System.out.println("seed " + Rounds.seed() + ": " + rounds + " flipped bits");
        for (int i = 0; i < rounds; i++) {
            // The last bytes are the seal itself, and get more than their share.
            int at = i % 10 == 0
                    ? whole.length - 1 - random.nextInt(60)
                    : random.nextInt(whole.length);
            Path file = Crafted.write(folder, "flipped",
                    Crafted.flip(whole, at, random.nextInt(8)));
            assertFault(file, () -> CheckpointFile.read(file), "is ");
            assertFault(file, () -> ParameterFile.read(file), "");
        }
    }

    @Test
    void aCutIsSeenWhereverItIs() throws IOException {
        byte[] whole = checkpoint(folder);
        Random random = new Random(Rounds.seed());
        for (int i = 0; i < Rounds.of(200); i++) {
            int length = i < 20 ? whole.length - 1 - i : random.nextInt(whole.length);
            Path file = Crafted.write(folder, "cut", Arrays.copyOf(whole, length));
            assertFault(file, () -> CheckpointFile.read(file),
                    "is no checkpoint, or is cut: it has "
                            + length
                            + " bytes and does not end in 'lanewise checkpoint, CRC-32C '");
        }
        Path longer = Crafted.write(folder, "longer", Arrays.copyOf(whole, whole.length + 1));
        assertFault(longer, () -> CheckpointFile.read(longer), "is no checkpoint");
    }

    @Test
    void whatIsNoCheckpointIsSaidToBeNone() throws IOException {
        Path parameters = folder.resolve("parameters.npz");
        ParameterFile.write(Trainings.trainer().parameters(), parameters);
        assertFault(parameters, () -> CheckpointFile.read(parameters), "is no checkpoint");
        Path page = Crafted.write(folder, "page", "<html>".getBytes(StandardCharsets.US_ASCII));
        assertFault(page, () -> CheckpointFile.read(page), "is no checkpoint");
        assertEquals(folder + ": is a folder, expected a file",
                assertThrows(IOException.class, () -> CheckpointFile.read(folder)).getMessage());
    }

    /** Puts a right checksum on a file made up from entries. */
    static byte[] sealed(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Seal seal = new Seal(out);
        // The comment's length is in the two bytes before it, which end a zip without one.
        byte[] zip = Crafted.zip(false, entries);
        byte[] comment = (Seal.MARK + Seal.PLACE).getBytes(StandardCharsets.US_ASCII);
        zip[zip.length - 2] = (byte) comment.length;
        seal.write(zip);
        seal.write(comment);
        seal.finish();
        return out.toByteArray();
    }

    /** The entries of a right checkpoint. */
    static Map<String, byte[]> entries(byte[] checkpoint) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (var zip = new ZipInputStream(
                new ByteArrayInputStream(checkpoint))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    static Stream<Arguments> texts() {
        return Stream.of(
                Arguments.of("format=9 ", "format=10 ", "is of format 10, which a newer Lanewise"
                        + " wrote; this one reads formats 1 to 9"),
                Arguments.of("format=9 ", "format=10 more=new ", "is of format 10"),
                Arguments.of("format=9 ", "format=0 ", "format: found '0', expected 1 to 9"),
                Arguments.of("format=9 ", "", "checkpoint has [contract], expected"),
                Arguments.of("softmax_cross", "hard_cross",
                        "network: loss: type: found \"hard_cross"),
                Arguments.of("\"relu\"", "\"prelu\"", "network: layers[1]: type: found \"prelu\""),
                Arguments.of("\"bias\": true", "\"bais\": true", "did you mean bias?"),
                Arguments.of("[1, 6, 6]", "[1, 6, 9]", "4.weight: found shape"),
                Arguments.of("network {", "net {", "expected network and its JSON"),
                Arguments.of("network {", "network [", "network: not valid JSON, line 1"),
                Arguments.of("steps=13", "steps=-13", "steps -13 must be at least 0"),
                Arguments.of("steps=13", "steps=x", "steps: found 'x', expected a whole number"),
                Arguments.of("epochs=1", "epochs=4294967297", "a whole number below 2^31"),
                Arguments.of("steps=13", "steps=13 steps=14", "steps is given twice"),
                Arguments.of("shuffle=true", "shuffle=yes", "found 'yes', expected true or false"),
                Arguments.of("adam ", "lamb ", "found 'lamb', expected one of sgd, adam"),
                Arguments.of("beta1=0.9", "beta1=2", "beta1 2.0 must be at least 0 and below 1"),
                Arguments.of("position steps", "schedule rate=cosin\nposition steps",
                        "schedule 'cosin' is unknown"),
                Arguments.of("position steps", "schedule rate=cosine:t_max=0\nposition steps",
                        "t_max 0 must be at least 1"),
                Arguments.of("position steps", "schedule\nposition steps", "schedule has []"),
                Arguments.of("position steps", "group rule=*:frozen=1\nposition steps",
                        "parameter group *: has no field 'frozen'"),
                Arguments.of("position steps", "group rule=0.*\ngroup\nposition steps",
                        "group has []"),
                Arguments.of("position steps", "average rule=ema:every=0,decay=0.5\nposition steps",
                        "every 0 must be at least 1"),
                Arguments.of("position steps", "average rule=emma:every=1\nposition steps",
                        "average 'emma' is unknown; expected one of lookahead, ema; did you mean ema?"),
                Arguments.of("adam ", "rmsprop ", "rmsprop has ["),
                Arguments.of("random position", "random place", "random has [place]"),
                Arguments.of("random position=", "random position=9", "expected 624 words"));
    }

    private static TrainingState withContract(int contract, TrainingState state) {
        TrainingState.Setup setup = state.setup();
        return new TrainingState(
                new TrainingState.Setup(contract, setup.network(), setup.options(),
                        setup.algorithm()),
                state.parameters(),
                state.memory(), state.updates(), state.position());
    }

    /** A file that the version before wrote, with the network as lines. */
    @Test
    void readsFormat1() throws IOException, URISyntaxException {
        Path file = Path.of(
                CheckpointFileTest.class.getResource("checkpoint/format-1.npz").toURI());
        TrainingState read = CheckpointFile.read(file);
        TrainingState same = Trainings.trained(13).state();
        // Written when networks gave other bits, as version 2 of the contract says.
        assertEquals(withContract(2, same).setup(), read.setup());
        assertEquals(withoutOrder(same), withoutOrder(read));
        assertEqualArrays(same.parameters().list(), read.parameters().list());
        assertEquals(same.setup().network(), ModelFile.read(file).network().orElseThrow());
        Trainer resumed = Trainings.trainer();
        String refused = assertThrows(IllegalArgumentException.class,
                () -> resumed.restore(read)).getMessage();
        assertEquals(
                "the saved training is not this one: version of the numerical contract: found 2,"
                        + " expected "
                        + TrainingState.CONTRACT,
                refused);
        resumed.restore(withContract(TrainingState.CONTRACT, read));

        Map<String, byte[]> entries = entries(Files.readAllBytes(file));
        for (var change : Map.of("loss=softmax", "loss=hard", "relu\n", "prelu\n", "input=1x6x6",
                "input=1x6x9", "kernel_size=3x3", "kernel_size=3y3", "out_features=3",
                "out_features=x", "kernel_size=2x2", "kernal_size=2x2").entrySet()) {
            Map<String, byte[]> changed = new LinkedHashMap<>(entries);
            changed.put(CheckpointFile.TEXT, Crafted.replace(entries.get(CheckpointFile.TEXT),
                    change.getKey(), change.getValue()));
            Path damaged = Crafted.write(folder, "a.npz", sealed(changed));
            assertFault(damaged, () -> CheckpointFile.read(damaged), "checkpoint.txt: ");
        }
    }

    @Test
    void keepsNamesOfClasses() throws IOException {
        ClassNames names = new ClassNames(List.of("cat", "a \"dog\"\n", "Ü\u2028"));
        Trainer trainer = Trainings.trainer();
        trainer.train(Trainings.samples().classes(names), 1, new TrainingListener() {
        });
        Path file = folder.resolve("named.npz");
        CheckpointFile.write(trainer.state(), file);
        assertEquals(names, CheckpointFile.read(file).position().data().orElseThrow().classes());
        assertEquals(names, ModelFile.read(file).classes());
    }

    /** The checksum is right, but what is in the file is not. */
    @ParameterizedTest
    @MethodSource("texts")
    void whatTheTextSaysIsChecked(String there, String instead, String said) throws IOException {
        Map<String, byte[]> entries = entries(checkpoint(folder));
        Path right = Crafted.write(folder, "right.npz", sealed(entries));
        assertEquals(13, CheckpointFile.read(right).position().steps());
        byte[] text = entries.get(CheckpointFile.TEXT);
        entries.put(CheckpointFile.TEXT, Crafted.replace(text, there, instead));
        Path file = Crafted.write(folder, "a.npz", sealed(entries));
        assertFault(file, () -> CheckpointFile.read(file), "checkpoint.txt: ", said);
    }

    @Test
    void aMissingEntryIsNamed() throws IOException {
        for (String name : List.of("checkpoint.txt", "0.weight.npy", "random/key.npy")) {
            Map<String, byte[]> entries = entries(checkpoint(folder));
            entries.remove(name);
            Path file = Crafted.write(folder, "a.npz", sealed(entries));
            assertFault(file, () -> CheckpointFile.read(file), name.equals("random/key.npy")
                    ? "a random state of 0 words"
                    : name.replace(".npy", ""));
        }
    }

    @Test
    void whatIsNotFiniteIsNotSaved() throws IOException {
        TrainingState state = Trainings.trained(3).state();
        state.parameters().values("0.bias")[2] = Double.NaN;
        Path file = Crafted.write(folder, "a.npz", new byte[] {1, 2});
        assertEquals("array 0.bias: element [2] is NaN; parameters are finite",
                assertThrows(IllegalArgumentException.class,
                        () -> CheckpointFile.write(state, file)).getMessage());
        assertArrayEquals(new byte[] {1, 2}, Files.readAllBytes(file));
    }
}
