package org.lanewise.plan;

import java.util.List;
import org.lanewise.kernel.Elements;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.MemoryUse.Kind;

/** The states of all layers, which the statistics of each batch move: running means and variances. */
final class LayerStates {
    private final BatchStatistics[] layers;
    private final Elements ofBatch;

    LayerStates(List<Step> steps, Workspace workspace) {
        this.layers = steps.stream().flatMap(step -> step.statistics().stream())
                .toArray(BatchStatistics[]::new);
        this.ofBatch = workspace.elements(MemoryUse.WHOLE_NETWORK, Kind.WORK,
                "statistics of a batch", size());
    }

    /** {@return how many statistics a batch has} */
    int size() {
        int size = 0;
        for (BatchStatistics layer : layers) {
            size += layer.size();
        }
        return size;
    }

    /** Writes the statistics of the last forward pass, multiplied by the share of its samples in a batch. */
    void read(int samples, double share, Elements into, int start) {
        int at = start;
        for (BatchStatistics layer : layers) {
            layer.read(samples, share, into, at);
            at += layer.size();
        }
    }

    /** Moves the states by statistics of a batch. */
    void commit(Elements statistics, int start) {
        int at = start;
        for (BatchStatistics layer : layers) {
            layer.follow(statistics, at);
            at += layer.size();
        }
    }

    /** Moves the states by the statistics of the last forward pass. */
    void commit(int samples) {
        read(samples, 1.0, ofBatch, 0);
        commit(ofBatch, 0);
    }
}
