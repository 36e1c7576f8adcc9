package org.lanewise.cli.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lanewise.measure.Pass;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Dropout;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.Shape;

/**
 * How a training or an inference would be computed: algorithms, kernels, layouts of maps, what is fused or
 * left out, and the memory of all arrays.
 *
 * @param network what is computed
 * @param batch samples of a step
 * @param training whether there are backward passes
 * @param layers how each layer is computed, in order
 * @param memory every array
 */
public record PlanReport(List<LayerDescription> network, int batch, boolean training,
        List<LayerPlan> layers, List<MemoryUse> memory) {
    private static final String ROW = "    %-16s  %s";
    private static final String PASS = "    %-16s  %-52s  %,15d FLOPs";

    private static final String KIND = "    %-20s  %9s";

    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        // A flatten layer has no kernel where its input already has its order.
        List<Integer> views = new ArrayList<>(IntStream.range(0, network.size()).boxed()
                .filter(index -> layers.stream()
                        .noneMatch(plan -> members(plan.layer(), plan.lastLayer()).contains(index)))
                .toList());
        for (LayerPlan plan : layers) {
            while (!views.isEmpty() && views.getFirst() < plan.layer()) {
                int view = views.removeFirst();
                lines.addAll(List.of("", head(view, view), Report.format(ROW, "output",
                        "the same array")));
            }
            lines.add("");
            lines.addAll(lines(plan));
        }
        views.forEach(view -> lines.addAll(List.of("", head(view, view),
                Report.format(ROW, "output", "the same array"))));
        lines.addAll(List.of("", "memory"));
        kinds(use -> true).forEach((kind, bytes) -> lines
                .add(Report.format(KIND, name(kind), Report.bytes(bytes))));
        lines.add(Report.format(KIND, "all",
                Report.bytes(memory.stream().mapToLong(MemoryUse::bytes).sum())));
        lines.addAll(List.of("", Report.format("FLOPs are those of the direct algorithm for %d"
                + " samples; memory is that of the whole %s.", batch,
                training ? "training" : "inference")));
        return lines;
    }

    private List<String> lines(LayerPlan plan) {
        List<String> lines = new ArrayList<>();
        lines.add(plan.layer() == MemoryUse.WHOLE_NETWORK
                ? "reorder"
                : head(plan.layer(), plan.lastLayer()));
        if (!plan.reason().isEmpty()) {
            lines.add(Report.format(ROW, plan.algorithm(), plan.reason()));
        }
        lines.add(Report.format(PASS, Pass.FORWARD, plan.forward(), flops(plan, Pass.FORWARD)));
        lines.addAll(considered(plan, Pass.FORWARD));
        if (training && plan.layer() != MemoryUse.WHOLE_NETWORK) {
            lines.add(plan.backwardInput().map(loops -> Report.format(PASS, Pass.BACKWARD_INPUT,
                    loops, flops(plan, Pass.BACKWARD_INPUT))).orElse(Report.format(ROW,
                            Pass.BACKWARD_INPUT, "left out: nothing before it learns")));
            lines.addAll(considered(plan, Pass.BACKWARD_INPUT));
        }
        plan.backwardWeights().ifPresent(loops -> lines.add(Report.format(PASS,
                Pass.BACKWARD_WEIGHTS, loops, flops(plan, Pass.BACKWARD_WEIGHTS))));
        lines.addAll(considered(plan, Pass.BACKWARD_WEIGHTS));
        lines.add(Report.format(ROW, "output", plan.layout()));
        String used = kinds(use -> use.layer() == plan.layer()).entrySet().stream()
                .map(use -> name(use.getKey()) + " " + Report.bytes(use.getValue()))
                .collect(Collectors.joining(", "));
        lines.add(Report.format(ROW, "memory", used.isEmpty() ? "none of its own" : used));
        return lines;
    }

    /** What was considered for a pass, in order, down to what computes it. */
    private static List<LayerPlan.Candidate> candidates(LayerPlan plan, Pass pass) {
        return plan.candidates().stream()
                .filter(candidate -> candidate.pass().equals(pass.toString())).toList();
    }

    private static List<String> considered(LayerPlan plan, Pass pass) {
        return candidates(plan, pass).stream().map(candidate -> "      " + candidate.refusal()
                .map(reason -> "not by " + candidate.implementation() + ": " + reason)
                .orElse("by " + candidate.implementation())).toList();
    }

    private String head(int first, int last) {
        String names = network.get(first).name()
                + (first == last
                        ? ""
                        : (last - first + 1 == members(first, last).size() ? " to " : " and ")
                                + network.get(last).name());
        return Report.format("layer %s  %s  %s -> %s", names,
                String.join(" + ", types(first, last)),
                network.get(first).inputs().stream().map(Shape::toString)
                        .collect(Collectors.joining(", ")),
                network.get(last).output());
    }

    private List<String> types(int first, int last) {
        return members(first, last).stream().map(index -> network.get(index).layer().type())
                .toList();
    }

    /** The layers of a step, of which each reads the one before it. */
    private List<Integer> members(int first, int last) {
        List<Integer> members = new ArrayList<>(List.of(last));
        while (members.getFirst() > first) {
            members.addFirst(network.get(members.getFirst()).source());
        }
        return members;
    }

    /**
     * Work that is fused counts in the forward pass, unless inference leaves it out; a backward pass counts as much
     * as its layer.
     */
    private long flops(LayerPlan plan, Pass pass) {
        return batch * network.stream()
                .filter(layer -> layer.index() == plan.layer() || pass == Pass.FORWARD
                        && (training || !(layer.layer() instanceof BatchNorm
                                || layer.layer() instanceof Dropout))
                        && members(plan.layer(), plan.lastLayer()).contains(layer.index()))
                .mapToLong(LayerDescription::forwardFlops).sum();
    }

    private Map<Kind, Long> kinds(Predicate<MemoryUse> which) {
        return memory.stream().filter(which).collect(Collectors.groupingBy(MemoryUse::kind,
                () -> new EnumMap<>(Kind.class), Collectors.summingLong(MemoryUse::bytes)));
    }

    private static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Adds the same to a description. */
    public void addTo(ObjectNode root) {
        ArrayNode list = root.putArray("plan");
        for (LayerPlan plan : layers) {
            ObjectNode node = list.addObject();
            node.put("layer", plan.layer());
            node.put("last_layer", plan.lastLayer());
            node.put("name", plan.layer() == MemoryUse.WHOLE_NETWORK
                    ? null
                    : network.get(plan.layer()).name());
            node.set("types", Json.tree(plan.layer() == MemoryUse.WHOLE_NETWORK
                    ? List.of("reorder")
                    : types(plan.layer(), plan.lastLayer())));
            node.put("algorithm", plan.algorithm());
            node.put("reason", plan.reason());
            node.put("layout", plan.layout());
            ObjectNode passes = node.putObject("passes");
            addPass(passes, plan, Pass.FORWARD, Optional.of(plan.forward()));
            addPass(passes, plan, Pass.BACKWARD_INPUT, plan.backwardInput());
            addPass(passes, plan, Pass.BACKWARD_WEIGHTS, plan.backwardWeights());
        }
        ArrayNode arrays = root.putArray("memory");
        for (MemoryUse use : memory) {
            arrays.addObject().put("layer", use.layer())
                    .put("kind", use.kind().name().toLowerCase(Locale.ROOT))
                    .put("name", use.name()).put("bytes", use.bytes());
        }
    }

    private void addPass(ObjectNode passes, LayerPlan plan, Pass pass, Optional<String> loops) {
        loops.ifPresent(name -> {
            ObjectNode node = passes.putObject(pass.toString()).put("loops", name)
                    .put("flops", flops(plan, pass));
            ArrayNode candidates = node.putArray("candidates");
            candidates(plan, pass).forEach(candidate -> candidates.addObject()
                    .put("implementation", candidate.implementation())
                    .put("refusal", candidate.refusal().orElse(null)));
        });
    }
}
