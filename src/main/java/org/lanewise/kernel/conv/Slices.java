package org.lanewise.kernel.conv;

import java.util.List;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.Sums;

/**
 * The slices of a batch: each has sums of its own, which are then added in order. Rounds of some slices are summed at
 * once; how many depends on the threads, which samples a slice has does not.
 *
 * <p>Sums are kept in slots of one array. The first slice of a batch has the first slot, which
 * becomes the gradient.
 *
 * @param samples of a slice
 * @param together slices of a round
 * @param rounds of a batch
 * @param elements of a slot
 * @param parts of a slice, each small enough for a cache
 * @param apart whether one thread computes all of a slice
 */
record Slices(int samples, int together, int rounds, long elements, List<BatchPart> parts,
        boolean apart) {
    /** Slices that each of several threads should have, unless all have as many. */
    private static final int FEW = 4;

    private static final int VECTORS_OF_BLOCK = 128;

    /**
     * {@return slices that threads take one by one, where there are enough of them and their sums are few; else a
     * slice is shared by all threads}
     *
     * @param elements of a slice's sums
     * @param line bytes that a line of the output reads
     * @param capacity samples
     */
    static Slices of(ConvGeometry geometry, long elements, long line, int capacity,
            Scratchpad scratch) {
        int height = geometry.window().oh();
        int threads = scratch.threads();
        int samples = Math.min(capacity, geometry.samplesOfSlice());
        int count = Math.ceilDiv(capacity, samples);
        long most = (long) Cpu.L2_TASK * threads / (Double.BYTES * elements) / threads * threads;
        boolean apart = threads > 1 && most > 0
                && (count >= FEW * threads || count % threads == 0);
        long cached = Cpu.L2_TASK / (line * height * samples);
        int together = Math.clamp(apart ? most : Math.min(most, cached), 1, count);
        long part = apart ? Cpu.L2_TASK : (long) Cpu.L2_TASK * scratch.pairs() / together;
        return new Slices(samples, together, Math.ceilDiv(count, together), elements,
                BatchPart.of(samples, Math.clamp(part / (line * height), 1, samples), height,
                        Math.clamp(part / line, 1, height)),
                apart);
    }

    /**
     * {@return what sums a round up: tasks in which slices are next to each other, or one whose block is all of them for
     * one slice}
     *
     * @param tasks of all parts, each with as many blocks for every slice
     */
    List<Task> tasks(int round, List<Task> tasks) {
        if (!apart) {
            return tasks;
        }
        int[] blocks = tasks.stream().mapToInt(task -> task.blocks(first(round, 0) + 1)).toArray();
        return List.of(Task.of(batch -> count(round, batch), 1, (slice, _, thread, batch) -> {
            for (int i = 0; i < blocks.length; i++) {
                for (int block = 0; block < blocks[i]; block++) {
                    tasks.get(i).run(slice * blocks[i] + block, thread, batch);
                }
            }
        }));
    }

    /** {@return how many slots there are} */
    int slots() {
        return rounds == 1 ? together : together + 1;
    }

    /** {@return the slot of a slice of a round} */
    int slot(int round, int slice) {
        return round == 0 ? slice : slice + 1;
    }

    /** {@return the position of a slot, from the first one's} */
    int start(int slot) {
        return (int) (slot * elements);
    }

    /** {@return how many slices are packed at once} */
    int places(int threads) {
        return apart ? threads : together;
    }

    /** {@return where a slice is packed: in the place of its thread, or in its own} */
    int place(int slice, int thread) {
        return apart ? thread : slice;
    }

    /** {@return the first sample of a slice of a round} */
    int first(int round, int slice) {
        return (round * together + slice) * samples;
    }

    /** {@return how many samples of a batch are in a part of a slice of a round} */
    int samples(BatchPart part, int round, int slice, int batch) {
        return part.samples(Math.clamp((long) batch - first(round, slice), 0, samples));
    }

    /** {@return how many slices of a round a batch has} */
    int count(int round, int batch) {
        return Math.clamp(Math.ceilDiv(batch, samples) - (long) round * together, 0, together);
    }

    /**
     * {@return what adds the sums of a round to those in the first slot}
     *
     * @param sums of the slices
     * @param second where those in the second slot begin
     * @param first the array with the first slot
     * @param start where it begins
     */
    Task adding(int round, double[] sums, int second, double[] first, int start) {
        return Task.of(batch -> count(round, batch) > (round == 0 ? 1 : 0) ? start(1) : 0,
                VECTORS_OF_BLOCK * Lanes.COUNT, (from, end, _, batch) -> {
                    int slots = slot(round, count(round, batch));
                    for (int slot = 1; slot < slots; slot++) {
                        Sums.addUp(sums, second + start(slot - 1) + from, 1,
                                (end - from) / Lanes.COUNT, first, start + from);
                    }
                });
    }
}
