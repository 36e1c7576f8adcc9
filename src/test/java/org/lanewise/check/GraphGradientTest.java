package org.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.GradientCheck;
import org.lanewise.GradientCheck.Result;
import org.lanewise.Samples;
import org.lanewise.spec.Network;

/**
 * Random graphs against central differences. Plans that all add up too few contributions to a gradient
 * agree with one another, so comparing them is not enough.
 */
class GraphGradientTest {
    private static final long SEED = 20261129;
    /**
     * Differences of a large loss say little of a small gradient, and random networks have both: a right
     * gradient is off by up to 6e-6, one that lacks a contribution by some 0.1.
     */
    private static final double TOLERANCE = 1e-4;
    private static final int DRAWN = 2000;
    private static final int LEAST = 200;
    private static final long MOST_FLOPS = 60_000;
    private static final long MOST_PARAMETERS = 1_000;

    @Test
    void gradientsOfGraphsAreTheSlopesOfTheLoss() {
        List<NetworkCase> graphs = RandomNetworks.of(DRAWN, SEED).stream()
                .filter(drawn -> !drawn.network().isChain() && drawn.flops() < MOST_FLOPS
                        && drawn.network().parameterCount() <= MOST_PARAMETERS)
                .toList();
        assertTrue(graphs.size() >= LEAST, () -> graphs.size() + " graphs");
        for (NetworkCase graph : graphs) {
            CaseData data = CaseData.of(graph);
            for (Result result : GradientCheck.run(graph.network(), data.initial(),
                    samples(graph.network(), data.batches().getFirst()))) {
                assertTrue(result.elements() == 0 || result.relativeError() <= TOLERANCE,
                        () -> graph.name() + ": " + result + "\n" + graph.network());
            }
        }
    }

    private static Samples samples(Network network, CaseData.Batch batch) {
        return batch.labels() != null
                ? Samples.labelled(network.input(), batch.inputs(), batch.labels())
                : Samples.valued(network.input(), batch.inputs(), batch.targets());
    }
}
