package org.lanewise.kernel.list;

import java.util.ArrayList;
import java.util.List;

/**
 * What computes a pass of a layer, and why nothing that would have been preferred does.
 *
 * @param <P> what decides
 * @param <G> shapes and layouts
 * @param chosen the first implementation that refused nothing
 * @param refusals those before it
 */
public record Choice<P, G>(Implementation<P, G> chosen, List<Refusal> refusals) {
    /**
     * An implementation that does not compute a layer.
     *
     * @param implementation its name
     * @param reason why not
     */
    public record Refusal(String implementation, String reason) {}

    /**
     * What a network's plan allows.
     *
     * @param vectors whether anything but the reference may compute
     * @param winograd whether anything but direct sums may
     */
    public record Limits(boolean vectors, boolean winograd) {}

    /**
     * When loops still packed every map, a step of a 3x3 image and one 3x3 filter (18 operations)
     * took 0.42 us with the reference and 0.90 us with vectors; of four channels of 6x6 (4,608) 12.5
     * and 3.1 us.
     */
    private static final int FEWEST_OPERATIONS = 512;

    /** {@return the first of some implementations that computes a layer} */
    static <P, G> Choice<P, G> of(List<Implementation<P, G>> candidates, P problem,
            long flops, Limits limits) {
        List<Refusal> refusals = new ArrayList<>();
        for (Implementation<P, G> candidate : candidates) {
            String reason = refusal(candidate, problem, flops, limits);
            if (reason == null) {
                return new Choice<>(candidate, List.copyOf(refusals));
            }
            refusals.add(new Refusal(candidate.name(), reason));
        }
        throw new AssertionError("the reference refuses " + problem);
    }

    private static <P> String refusal(Implementation<P, ?> candidate, P problem, long flops,
            Limits limits) {
        if (candidate.kind() == Implementation.Kind.REFERENCE) {
            return null;
        }
        if (!limits.vectors()) {
            return "the scalar kernels were requested";
        }
        if (flops < FEWEST_OPERATIONS) {
            return "fewer than " + FEWEST_OPERATIONS + " operations";
        }
        return candidate.kind() == Implementation.Kind.WINOGRAD && !limits.winograd()
                ? "the direct algorithm was requested"
                : candidate.refusal().apply(problem);
    }
}
