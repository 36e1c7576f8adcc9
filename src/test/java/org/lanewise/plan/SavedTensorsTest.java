package org.lanewise.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernel.Elements.doubles;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.lanewise.Initializer;
import org.lanewise.Parameters;
import org.lanewise.RandomState;
import org.lanewise.check.NetworkCase;
import org.lanewise.check.RandomNetworks;
import org.lanewise.spec.LayerDescription;

/**
 * A pass reads what its step states: in drawn networks, other values in any other array leave what it writes as it
 * is, and other values in a stated one change it.
 */
class SavedTensorsTest {
    private static final long SEED = 20261130;
    private static final long MOST_SCALAR_FLOPS = 500_000;

    private final Set<String> stated = new TreeSet<>();
    private final Set<String> read = new TreeSet<>();

    /** An array that a pass may read: what it is for the step, and where its elements are. */
    private record Candidate(String role, double[] array, int[] places) {}

    @Test
    void passesReadWhatIsStated() throws Exception {
        for (NetworkCase one : RandomNetworks.of(120, SEED)) {
            PlanOptions options = PlanOptions.of(Purpose.TRAIN_WITH_INPUT_GRADIENT, Kernels.ANY,
                    one.capacity());
            check(one, options);
            check(one, options.unfused());
            if (one.network().describe().stream().mapToLong(LayerDescription::forwardFlops)
                    .sum() < MOST_SCALAR_FLOPS) {
                check(one, PlanOptions.of(Purpose.TRAIN_WITH_INPUT_GRADIENT, Kernels.SCALAR,
                        one.capacity()));
            }
        }
        Set<String> never = new TreeSet<>(stated);
        never.removeAll(read);
        // Normalizations read coefficients that were made of their weights.
        assertEquals(Set.of("batch_norm backward_input: weight",
                "group_norm backward_input: weight", "layer_norm backward_input: weight"), never,
                "stated, and read by no step, seed " + SEED);
        assertTrue(read.size() > 60, read.toString());
    }

    private void check(NetworkCase one, PlanOptions options) throws Exception {
        Plan plan = Plan.compile(one.network(), options, Team.alone());
        RandomState random = new RandomState(one.seed());
        int batch = one.capacity();
        Parameters first = Parameters.initial(one.network(), Initializer.heNormal(), random);
        for (ParameterBuffer buffer : plan.arrays()) {
            double[] values = first.values(buffer.spec().name());
            for (int i = 0; i < values.length; i++) {
                doubles(buffer.values())[i] = values[i]
                        + (buffer.spec().state() ? 0 : 0.1 * random.uniform(0.5, 1));
            }
        }
        Arrays.setAll(doubles(plan.inputs()), _ -> random.uniform(-1, 1));
        if (plan.targets() != null) {
            Arrays.setAll(doubles(plan.targets()), _ -> random.uniform(0, 1));
        }
        plan.forward(batch);
        plan.loss(batch);
        plan.backward(batch);
        for (SingleStep single : plan.steps()) {
            check(one, single, batch);
        }
    }

    private void check(NetworkCase one, SingleStep single, int batch) throws Exception {
        Field field = SingleStep.class.getDeclaredField("step");
        field.setAccessible(true);
        Step step = (Step) field.get(single);
        String type = step.arranges()
                ? "copy"
                : one.network().layers().get(step.layer()).type();
        List<Candidate> candidates = new ArrayList<>();
        List<double[]> gradients = new ArrayList<>();
        for (Tensor input : step.inputs().stream().distinct().toList()) {
            candidates.add(new Candidate("input", doubles(input.values()), input.places(batch)));
            if (input.gradient() != null && input.gradient() != step.output().gradient()) {
                candidates.add(
                        new Candidate("input gradient", doubles(input.gradient()),
                                input.places(batch)));
                gradients.add(doubles(input.gradient()));
            }
        }
        int[] places = step.output().places(batch);
        candidates.add(new Candidate("output", doubles(step.output().values()), places));
        if (step.hasGradient()) {
            candidates.add(
                    new Candidate("output gradient", doubles(step.output().gradient()), places));
        }
        List<double[]> learned = new ArrayList<>();
        for (ParameterBuffer parameter : single.parameters()) {
            String name = parameter.spec().name();
            int[] all = new int[doubles(parameter.values()).length];
            Arrays.setAll(all, i -> i);
            candidates.add(new Candidate(name.substring(name.lastIndexOf('.') + 1),
                    doubles(parameter.values()), all));
            learned.add(doubles(parameter.gradient()));
        }
        Set<String> backward = new TreeSet<>(Set.of("output gradient", "weight"));
        // A normalization that computes a function replaces its output's gradient, and may read the output too.
        boolean normalizes = type.equals("batch_norm");
        for (Tensor tensor : step.saved()) {
            if (normalizes && Collections.frequency(step.saved(), step.output()) == 1
                    && tensor == step.output()) {
                continue;
            }
            backward.add(!gradients.isEmpty() && step.inputs().size() > 1
                    ? "input gradient"
                    : tensor.values() == step.output().values() ? "output" : "input");
        }
        if (step.inputs().stream().anyMatch(Tensor::rectified)) {
            backward.add("input");
        }
        pass(type + " forward", Set.of("input", "weight", "bias"), candidates,
                List.of(doubles(step.output().values())), () -> single.forward(batch));
        if (!step.backwardWeights().isEmpty()) {
            Set<String> weights = new TreeSet<>(Set.of("input", "output gradient"));
            if (step.rewritten().size() > 1) {
                weights.add("output");
            }
            pass(type + " backward_weights", weights, candidates,
                    learned, () -> single.backwardWeights(batch));
        }
        if (!step.backwardInput().isEmpty()) {
            pass(type + " backward_input", backward, candidates, gradients,
                    () -> single.contribution(batch));
        }
    }

    /** Runs a pass as it is, and with other values in one array after the other. */
    private void pass(String name, Set<String> expected, List<Candidate> candidates,
            List<double[]> written, Runnable code) {
        Map<double[], double[]> before = new IdentityHashMap<>();
        candidates.forEach(one -> before.put(one.array(), one.array().clone()));
        code.run();
        List<double[]> result = written.stream().map(double[]::clone).toList();
        for (Candidate one : candidates) {
            before.forEach((array, values) -> System.arraycopy(values, 0, array, 0, values.length));
            for (int place : one.places()) {
                one.array()[place] = one.array()[place] < 0 ? 1.25 : -1.25 - one.array()[place];
            }
            code.run();
            boolean same = true;
            for (int i = 0; i < result.size(); i++) {
                same &= Arrays.equals(result.get(i), written.get(i));
            }
            String what = name + ": " + one.role();
            assertTrue(same || expected.contains(one.role()), what + " is read, seed " + SEED);
            if (expected.contains(one.role())) {
                stated.add(what);
            }
            if (!same) {
                read.add(what);
            }
        }
        before.forEach((array, values) -> System.arraycopy(values, 0, array, 0, values.length));
    }
}
