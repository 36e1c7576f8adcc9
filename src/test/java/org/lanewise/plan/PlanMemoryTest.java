package org.lanewise.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lanewise.kernel.Elements.doubles;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.Backend;
import org.lanewise.Trainer;
import org.lanewise.TrainingOptions;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.RmsProp;
import org.lanewise.spec.Window;

/** A plan allocates what it needs, nothing more, and exactly what it predicts. */
class PlanMemoryTest {
    /** Three threads at most, none of which is started. */
    private static final ForkJoinPool POOL = new ForkJoinPool(3);

    private static final Network NETWORK = Network.input(1, 6, 6)
            .layer(new AvgPool2d(Window.of(2), true)).conv2d(2, 2).maxPool2d(2).flatten().linear(3)
            .softmaxCrossEntropy();
    private static final List<Use> FORWARD = List.of(use(-1, "input", 8 * 5 * 36),
            use(0, "output", 8 * 5 * 25), use(1, "output", 8 * 5 * 2 * 16),
            use(1, "1.weight", 8 * 2 * 4), use(1, "1.bias", 8 * 2),
            use(2, "output", 8 * 5 * 2 * 4), use(2, "argmax", 4 * 5 * 2 * 4),
            use(4, "output", 8 * 5 * 3), use(4, "4.weight", 8 * 3 * 8), use(4, "4.bias", 8 * 3),
            use(-1, "losses", 8 * 5), use(-1, "labels", 4 * 5),
            use(-1, "probabilities", 8 * 5 * 3));
    private static final List<Use> BACKWARD = List.of(
            use(1, "output gradient", 8 * 5 * 2 * 16), use(1, "1.weight gradient", 8 * 2 * 4),
            use(1, "1.bias gradient", 8 * 2), use(2, "output gradient", 8 * 5 * 2 * 4),
            use(4, "output gradient", 8 * 5 * 3), use(4, "4.weight gradient", 8 * 3 * 8),
            use(4, "4.bias gradient", 8 * 3));

    /** An allocated array, except for its kind. */
    private record Use(int layer, String name, long bytes) {}

    private static Use use(int layer, String name, long bytes) {
        return new Use(layer, name, bytes);
    }

    private static List<Use> sorted(Stream<Use> uses) {
        return uses.sorted(Comparator.comparing(Use::layer).thenComparing(Use::name)).toList();
    }

    private static List<Use> sorted(List<MemoryUse> uses) {
        return sorted(uses.stream().map(use -> use(use.layer(), use.name(), use.bytes())));
    }

    private static Plan plan(Purpose purpose) {
        return Plan.compile(NETWORK, PlanOptions.of(purpose, Kernels.SCALAR, 5), Team.alone());
    }

    @Test
    void predictingAllocatesNoGradient() {
        Plan plan = plan(Purpose.PREDICT);
        assertEquals(sorted(FORWARD.stream()), sorted(plan.memory()));
        assertNull(plan.inputGradient());
        for (ParameterBuffer parameter : plan.parameters()) {
            assertNull(parameter.gradient());
        }
    }

    @Test
    void trainingAllocatesGradientsDownToTheFirstLayerThatLearns() {
        Plan plan = plan(Purpose.TRAIN);
        assertEquals(sorted(Stream.of(FORWARD, BACKWARD).flatMap(List::stream)),
                sorted(plan.memory()));
        assertNull(plan.inputGradient());
    }

    @Test
    void allocatesTheInputGradientOnRequest() {
        Plan plan = plan(Purpose.TRAIN_WITH_INPUT_GRADIENT);
        List<Use> below = List.of(use(-1, "input gradient", 8 * 5 * 36),
                use(0, "output gradient", 8 * 5 * 25));
        assertEquals(sorted(Stream.of(FORWARD, BACKWARD, below).flatMap(List::stream)),
                sorted(plan.memory()));
        assertNotNull(doubles(plan.inputGradient()));
        assertEquals(5 * 36, doubles(plan.inputGradient()).length);
    }

    @Test
    void squaredErrorAllocatesTargetsAndNoLabels() {
        Plan plan = Plan.compile(Network.input(4).linear(3).meanSquaredError(),
                PlanOptions.of(Purpose.PREDICT, Kernels.SCALAR, 5), Team.alone());
        assertEquals(sorted(Stream.of(use(-1, "input", 8 * 5 * 4), use(0, "output", 8 * 5 * 3),
                use(0, "0.weight", 8 * 12), use(0, "0.bias", 8 * 3), use(-1, "losses", 8 * 5),
                use(-1, "targets", 8 * 5 * 3))), sorted(plan.memory()));
        assertEquals(15, doubles(plan.targets()).length);
        assertNull(plan.labels());
        assertNull(plan.probabilities());
    }

    @ParameterizedTest
    @EnumSource
    void countsWhatATrainingAllocates(Kernels kernels) {
        for (Optimizer optimizer : List.of(Optimizer.sgd(0.1), Optimizer.sgd(0.1).momentum(0.9),
                Optimizer.adam(0.1), Optimizer.adamW(0.1), Optimizer.nadam(0.1),
                Optimizer.rmsProp(0.1), Optimizer.rmsProp(0.1).centered(true).momentum(0.5),
                Optimizer.lion(0.1))) {
            Team team = Team.of(POOL);
            Plan plan = Plan.compile(NETWORK, PlanOptions.of(Purpose.TRAIN, kernels, 5), team);
            Update.of(plan, optimizer);
            assertEquals(plan.memory(),
                    Plan.memory(NETWORK, PlanOptions.of(Purpose.TRAIN, kernels, 5),
                            team.threads(), counting -> Update.of(counting, optimizer)));
        }
    }

    @Test
    void anOptimizerAllocatesItsStateOfEachParameter() {
        Network network = Network.input(4).linear(3).meanSquaredError();
        assertEquals(List.of(), memories(network, Optimizer.sgd(0.1)));
        assertEquals(List.of(use(0, "0.bias velocity", 8 * 3), use(0, "0.weight velocity", 8 * 12)),
                memories(network, Optimizer.sgd(0.1).momentum(0.9)));
        List<Use> moments = List.of(use(0, "0.bias first moment", 8 * 3),
                use(0, "0.bias second moment", 8 * 3), use(0, "0.weight first moment", 8 * 12),
                use(0, "0.weight second moment", 8 * 12));
        assertEquals(moments, memories(network, Optimizer.adam(0.1)));
        assertEquals(moments, memories(network, Optimizer.adamW(0.1)));
        assertEquals(named("exp avg", "exp avg sq"), memories(network, Optimizer.nadam(0.1)));
        assertEquals(named("exp avg"), memories(network, Optimizer.lion(0.1)));
        RmsProp rms = Optimizer.rmsProp(0.1);
        assertEquals(named("square avg"), memories(network, rms));
        assertEquals(named("grad avg", "square avg"), memories(network, rms.centered(true)));
        assertEquals(named("momentum buffer", "square avg"),
                memories(network, rms.momentum(0.5)));
        assertEquals(named("grad avg", "momentum buffer", "square avg"),
                memories(network, rms.momentum(0.5).centered(true)));
    }

    private static List<Use> named(String... names) {
        return Stream.of("bias", "weight").flatMap(parameter -> Stream.of(names)
                .map(name -> use(0, "0." + parameter + " " + name,
                        8 * (parameter.equals("bias") ? 3 : 12))))
                .toList();
    }

    private static List<Use> memories(Network network, Optimizer optimizer) {
        return sorted(Plan.memory(network, PlanOptions.of(Purpose.TRAIN, Kernels.SCALAR, 5), 1,
                plan -> Update.of(plan, optimizer)).stream()
                .filter(use -> use.kind() == Kind.OPTIMIZER).toList());
    }

    @Test
    void everyArrayIsOfItsKind() {
        Map<Kind, List<String>> names = Plan
                .memory(NETWORK, PlanOptions.of(Purpose.TRAIN, Kernels.SCALAR, 5), 1,
                        plan -> Update.of(plan, Optimizer.sgd(0.1).momentum(0.9)))
                .stream().collect(Collectors.groupingBy(MemoryUse::kind, TreeMap::new,
                        Collectors.mapping(MemoryUse::name, Collectors.toList())));
        assertEquals(Map.of(Kind.MAPS, List.of("input", "output", "output", "output", "output"),
                Kind.MAP_GRADIENTS,
                List.of("output gradient", "output gradient", "output gradient"),
                Kind.PARAMETERS, List.of("1.weight", "1.bias", "4.weight", "4.bias"),
                Kind.PARAMETER_GRADIENTS,
                List.of("1.weight gradient", "1.bias gradient", "4.weight gradient",
                        "4.bias gradient"),
                Kind.OPTIMIZER,
                List.of("1.weight velocity", "1.bias velocity", "4.weight velocity",
                        "4.bias velocity"),
                Kind.LOSS, List.of("losses", "labels", "probabilities"),
                Kind.WORK, List.of("argmax")), names);
    }

    @Test
    void aPlanThatSharesParametersAllocatesNoneAndNoGradients() {
        Plan plan = Plan.compile(NETWORK,
                PlanOptions.of(Purpose.TRAIN, Kernels.SCALAR, 5), Team.alone());
        Plan sharing = plan.sharingParameters();
        assertEquals(plan.parameters().size(), sharing.parameters().size());
        for (int i = 0; i < plan.parameters().size(); i++) {
            assertSame(plan.parameters().get(i).values(), sharing.parameters().get(i).values());
        }
        Plan alone = Plan.compile(NETWORK,
                PlanOptions.of(Purpose.PREDICT, Kernels.SCALAR, 5), Team.alone());
        assertEquals(alone.memory().stream().filter(use -> use.kind() != Kind.PARAMETERS).toList(),
                sharing.memory());
    }

    private static List<MemoryUse> memory(Network network, int batchSize) {
        return Trainer.memory(network, TrainingOptions.of(Optimizer.sgd(0.1))
                .batchSize(batchSize).backend(Backend.SCALAR), 1);
    }

    /** Of 16 GB and more; were they allocated, this would not pass. */
    @Test
    void theLargestArrayIsCountedWithoutBeingAllocated() {
        int most = Integer.MAX_VALUE - 8;
        Network network = Network.input(1).linear(1).meanSquaredError();
        assertEquals(8L * most, memory(network, most).getFirst().bytes());
    }

    @Test
    void anArrayThatNoJvmCanHoldIsRefusedByNameAndLayer() {
        refused("the network needs 2147483640 elements for its input, more than one array can"
                + " hold; a smaller batch size needs fewer",
                () -> memory(Network.input(1).linear(1).meanSquaredError(),
                        Integer.MAX_VALUE - 7));
        refused("the network needs 2147483648 elements for its input, more than one array can"
                + " hold; a smaller batch size needs fewer",
                () -> memory(Network.input(4).linear(1).meanSquaredError(), 1 << 29));
        refused("layer 0 needs 2147483648 elements for its output, more than one array can"
                + " hold; a smaller batch size needs fewer",
                () -> memory(Network.input(1).linear(4).meanSquaredError(), 1 << 29));
    }

    @Test
    void aBatchOfNothingIsRefused() {
        refused("batch size 0 must be at least 1",
                () -> Plan.compile(NETWORK, PlanOptions.of(Purpose.TRAIN, Kernels.SCALAR, 0),
                        Team.alone()));
    }

    private static void refused(String message, Executable book) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, book).getMessage());
    }
}
