package org.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.GradientCheck;
import org.lanewise.GradientCheck.Result;
import org.lanewise.Samples;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

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
            if (!counts(graph.network(), data.batches().getFirst())) {
                continue;
            }
            for (Result result : GradientCheck.run(graph.network(), data.initial(),
                    samples(graph.network(), data.batches().getFirst()))) {
                assertTrue(result.elements() == 0 || result.relativeError() <= TOLERANCE,
                        () -> graph.name() + ": " + result + "\n" + graph.network());
            }
        }
    }

    /**
     * Whether a network has gradients that differences measure: some batches are all of labels that a
     * loss ignores, and two values that are normalized are -1 and 1, whatever they were.
     */
    private static boolean counts(Network network, CaseData.Batch batch) {
        return network.describe().stream().noneMatch(
                layer -> layer.layer() instanceof BatchNorm && batch.samples() * pixels(layer) < 3)
                && (batch.labels() == null || Arrays.stream(batch.labels())
                        .anyMatch(label -> network.loss().divisor(label) > 0));
    }

    private static int pixels(LayerDescription layer) {
        return layer.input() instanceof Shape.Image image ? image.height() * image.width() : 1;
    }

    private static Samples samples(Network network, CaseData.Batch batch) {
        return batch.labels() != null
                ? Samples.labelled(network.input(), batch.inputs(), batch.labels())
                : Samples.valued(network.input(), batch.inputs(), batch.targets());
    }
}
