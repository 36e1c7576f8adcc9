package org.lanewise;

import org.lanewise.plan.FlatGradients;

/** Adds up the gradients of shards that are computed one after another, in as few arrays as that takes. */
final class GradientTree {
    /** Gradients of adjacent parts of the tree, each complete, and of the next shard. */
    private final Gradients[] parts;
    private int depth;

    /**
     * Allocates what the largest number of incomplete parts needs: of 8 shards, the last is added to those of 4, 2 and 1.
     *
     * @param flat what gradients are
     * @param shards of a batch
     */
    GradientTree(FlatGradients flat, int shards) {
        parts = new Gradients[Integer.SIZE - Integer.numberOfLeadingZeros(shards - 1) + 1];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = new Gradients(shards, flat.allocate("gradients of shards, part " + i));
        }
    }

    /** Forgets the shards of a batch. */
    void clear() {
        depth = 0;
    }

    /** Where the gradients of the next shard go. */
    Gradients next() {
        return parts[depth];
    }

    /** Adds those of the next shard to the tree. */
    void add() {
        depth++;
        while (depth > 1 && parts[depth - 2].precedes(parts[depth - 1])) {
            parts[depth - 2].add(parts[depth - 1]);
            depth--;
        }
    }

    /** The gradients of all shards, once they were added. */
    Gradients whole() {
        return parts[0];
    }
}
