package org.lanewise.kernel.list;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What computes a pass of a layer, and why nothing that would have been preferred does.
 *
 * @param <P> what decides
 * @param <G> shapes and layouts
 * @param chosen the first implementation that refused nothing
 * @param refusals the reason of each before it, by its name
 */
public record Choice<P, G>(Implementation<P, G> chosen, SequencedMap<String, String> refusals) {
    /**
     * When loops still packed every map, a step of a 3x3 image and one 3x3 filter (18 operations)
     * took 0.42 us with the reference and 0.90 us with vectors; of four channels of 6x6 (4,608) 12.5
     * and 3.1 us.
     */
    private static final int FEWEST_OPERATIONS = 512;

    /** {@return the first of some implementations that computes a layer} */
    static <P, G> Choice<P, G> of(List<Implementation<P, G>> candidates, P problem,
            long flops, KernelKind limit) {
        SequencedMap<String, String> refusals = new LinkedHashMap<>();
        for (Implementation<P, G> candidate : candidates) {
            String reason = refusal(candidate, problem, flops, limit);
            if (reason == null) {
                return new Choice<>(candidate, refusals);
            }
            refusals.put(candidate.name(), reason);
        }
        throw new AssertionError("the reference refuses " + problem);
    }

    private static <P> String refusal(Implementation<P, ?> candidate, P problem, long flops,
            KernelKind limit) {
        if (candidate.kind() == KernelKind.REFERENCE) {
            return null;
        }
        if (limit == KernelKind.REFERENCE) {
            return "the scalar kernels were requested";
        }
        if (flops < FEWEST_OPERATIONS) {
            return "fewer than " + FEWEST_OPERATIONS + " operations";
        }
        return candidate.kind().compareTo(limit) < 0
                ? "the direct algorithm was requested"
                : candidate.refusal().apply(problem);
    }
}
