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
 */
record Slices(int samples, int together, int rounds, long elements, List<BatchPart> parts) {
    /** Blocks of a task that there should be for each of several threads. */
    private static final int BLOCKS = 4;

    private static final int VECTORS_OF_BLOCK = 128;

    /**
     * {@return slices of which every thread has one to itself, where their sums are few}
     *
     * @param blocks of a slice's sums
     * @param elements of a slice's sums
     * @param line bytes that a line of the output reads
     * @param capacity samples
     */
    static Slices of(ConvGeometry geometry, int blocks, long elements, long line, int capacity,
            Scratchpad scratch) {
        int height = geometry.window().oh();
        int threads = scratch.threads();
        int samples = Math.min(capacity, geometry.samplesOfSlice());
        long cached = Cpu.L2_TASK / (line * height * samples);
        long wanted = threads == 1
                ? cached
                : Math.max(cached, (long) threads * Math.clamp(Math.ceilDiv(BLOCKS, blocks), 1,
                        BLOCKS));
        long most = (long) Cpu.L2_TASK * threads / (Double.BYTES * elements);
        int count = Math.ceilDiv(capacity, samples);
        int rounds = Math.ceilDiv(count, Math.clamp(Math.min(most, wanted), 1, count));
        int together = Math.ceilDiv(count, rounds);
        long part = (long) Cpu.L2_TASK
                * Math.max(scratch.pairs(), Math.min(threads, together)) / together;
        return new Slices(samples, together, rounds, elements, BatchPart.of(samples,
                Math.clamp(part / (line * height), 1, samples), height,
                Math.clamp(part / line, 1, height)));
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
