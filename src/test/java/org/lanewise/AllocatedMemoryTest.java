package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.spec.Average;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Window;

/** The arrays that the JVM holds for a trainer are those that it lists, and no others. */
class AllocatedMemoryTest {
    private static final Window SAME = Window.of(3).padding(1);

    /** What a trainer holds besides: random states, names, the tables of a few small loops. */
    private static final long SMALL = 96 * 1024;

    static Stream<Arguments> networks() {
        return Stream.of(
                Arguments.of("no Winograd", Network.input(3, 40, 40).conv2d(5, 5).relu()
                        .maxPool2d(2).conv2d(70, 1).batchNorm().relu().conv2d(30, 1).flatten()
                        .linear(40).linear(9).softmaxCrossEntropy()),
                Arguments.of("tiles of one block, each layer larger than the one before",
                        Network.input(16, 24, 24).conv2d(16, SAME).relu().conv2d(48, SAME)
                                .tanh().conv2d(96, SAME).relu().conv2d(200, SAME)
                                .globalAvgPool2d().flatten().linear(5).softmaxCrossEntropy()),
                Arguments.of("products of whole groups, larger and smaller",
                        Network.input(256, 16, 16).conv2d(256, SAME).relu().conv2d(320, SAME)
                                .relu().conv2d(264, SAME).globalAvgPool2d().flatten().linear(5)
                                .softmaxCrossEntropy()),
                Arguments.of("joined", Network.input(8, 28, 28).conv2d(32, SAME).batchNorm().relu()
                        .as("a").residual(body -> body.conv2d(32, SAME).groupNorm(4).gelu()
                                .dropout(0.1).conv2d(32, SAME))
                        .as("b").conv2d(16, Window.of(3).stride(2)).as("c").from("b")
                        .layer(new org.lanewise.spec.MaxPool2d(Window.of(3).stride(2))).as("d")
                        .concat("c", "d").layerNorm().globalMaxPool2d().flatten().linear(5)
                        .softmaxCrossEntropy()));
    }

    /** Bytes of all arrays of double, float and int that are reachable. */
    private static long arrays() throws JMException {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer().invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
                new Object[] {new String[0]}, new String[] {String[].class.getName()});
        List<String[]> lines = histogram.lines().map(line -> line.strip().split("\\s+"))
                .filter(line -> line.length > 3 && List.of("[D", "[F", "[I").contains(line[3]))
                .toList();
        assertTrue(lines.size() >= 2, histogram);
        return lines.stream().mapToLong(line -> Long.parseLong(line[2])).sum();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void everyArrayIsListedOnce(String name, Network network) throws JMException {
        TrainingOptions plain = TrainingOptions.of(Optimizer.adam(0.1)).batchSize(8);
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            for (TrainingOptions options : List.of(plain.backend(Backend.SCALAR),
                    plain.backend(Backend.VECTOR), plain.precision(Precision.SINGLE),
                    plain.backend(Backend.VECTOR).algorithm(Algorithm.DIRECT),
                    plain.accumulate(2).average(new Average.Ema(1, 0.5)))) {
                // Classes and their tables are loaded by the first.
                new Trainer(network, options, pool);
                long before = arrays();
                Trainer trainer = new Trainer(network, options, pool);
                long found = arrays() - before;
                List<MemoryUse> uses = trainer.memory();
                Reference.reachabilityFence(trainer);
                long listed = uses.stream().mapToLong(MemoryUse::bytes).sum();
                // An array has a header of at most 16 bytes and is padded to a multiple of 8.
                assertTrue(listed <= found && found <= listed + 24L * uses.size() + SMALL,
                        options.backend() + ": listed " + listed + ", found " + found);
                assertEquals(uses, Trainer.memory(network, options, 3));
                requireOneOfEachName(uses);
            }
        }
    }

    /** Of what layers share, one array has the largest size, and there is no other. */
    private static void requireOneOfEachName(List<MemoryUse> uses) {
        Map<String, Long> shared = uses.stream()
                .filter(use -> use.kind() == Kind.WORK && use.layer() == MemoryUse.WHOLE_NETWORK)
                .collect(Collectors.groupingBy(MemoryUse::name, TreeMap::new,
                        Collectors.counting()));
        assertTrue(shared.values().stream().allMatch(count -> count == 1), shared.toString());
    }

    /** Which layer comes first does not matter to the size. */
    @Test
    void whatLayersShareHasTheSizeOfTheLargest() {
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(0.1)).batchSize(8)
                .backend(Backend.VECTOR);
        Network growing = Network.input(16, 24, 24).conv2d(16, SAME).relu().conv2d(48, SAME).relu()
                .conv2d(96, SAME).relu().globalAvgPool2d().flatten().linear(5)
                .softmaxCrossEntropy();
        Network last = Network.input(48, 24, 24).conv2d(96, SAME).relu().globalAvgPool2d()
                .flatten().linear(5).softmaxCrossEntropy();
        assertEquals(transformed(last, options), transformed(growing, options));
    }

    private static List<MemoryUse> transformed(Network network, TrainingOptions options) {
        List<MemoryUse> uses = Trainer.memory(network, options, 1).stream()
                .filter(use -> use.name().equals("transformed weights")
                        && use.layer() == MemoryUse.WHOLE_NETWORK)
                .toList();
        assertEquals(1, uses.size());
        return uses;
    }
}
