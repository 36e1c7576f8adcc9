package org.lanewise;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Adds up the gradients of shards along one binary tree over their numbers: neighbours, then pairs, then fours. The shards come in
 * ascending order, some of them perhaps in other trees.
 */
final class GradientTree {
    private final Supplier<Gradients> maker;
    /** Adjacent parts of the tree, each added up; then those that were added to others, whose arrays are overwritten. */
    private final List<Gradients> parts = new ArrayList<>();
    private int depth;

    /**
     * An empty tree.
     *
     * @param maker allocates gradients, as many as there are parts at a time
     */
    GradientTree(Supplier<Gradients> maker) {
        this.maker = maker;
    }

    /** Allocates what the largest number of parts needs: of 8 shards, the last is added to those of 4, 2 and 1. */
    GradientTree allocate(int shards) {
        for (int size = 1; size < 2 * shards; size *= 2) {
            parts.add(maker.get());
        }
        return this;
    }

    /** Forgets the shards of a batch. */
    void clear() {
        depth = 0;
    }

    /** Where the gradients of the next shard go. */
    Gradients next() {
        if (depth == parts.size()) {
            parts.add(maker.get());
        }
        return parts.get(depth);
    }

    /**
     * Adds those of the next shard to the tree.
     *
     * @throws IllegalArgumentException if that shard is there already
     */
    void add() {
        if (depth > 0 && parts.get(depth).first() < parts.get(depth - 1).end()) {
            throw new IllegalArgumentException(
                    "gradients of shard " + parts.get(depth).first() + " are there twice");
        }
        depth++;
        while (depth > 1 && parts.get(depth - 2).precedes(parts.get(depth - 1))) {
            parts.get(depth - 2).add(parts.get(depth - 1));
            depth--;
        }
    }

    /** Adds gradients to the tree, whose array is overwritten. */
    void add(Gradients next) {
        parts.add(depth, next);
        add();
    }

    /** The gradients of all shards, once they were added. */
    Gradients whole() {
        return parts.getFirst();
    }

    /** Takes what was added up out of the tree. */
    List<Gradients> take() {
        List<Gradients> added = parts.subList(0, depth);
        List<Gradients> taken = List.copyOf(added);
        added.clear();
        depth = 0;
        return taken;
    }
}
