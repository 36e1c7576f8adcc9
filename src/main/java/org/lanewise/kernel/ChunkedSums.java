package org.lanewise.kernel;

import java.util.Arrays;

/**
 * Sums of many terms, next to each other. Terms are added up as elements, in chunks of {@link #TERMS}, and chunks
 * as doubles, so that floats keep their digits. Doubles need no chunks: both arrays are one.
 */
public final class ChunkedSums {
    /** Terms of a chunk, of which floats lose a digit at most. */
    private static final int TERMS = 64;
    //float private static final boolean CHUNKS = true;
    private static final boolean CHUNKS = false;

    private final double[] chunk;
    private final double[] total; // double

    private ChunkedSums(double[] chunk,
            double[] total) { // double
        this.chunk = chunk;
        this.total = total;
    }

    /**
     * Allocates sums, which are 0.
     *
     * @param scratch where arrays come from
     * @param name what they hold
     * @param count sums
     */
    public static ChunkedSums of(Scratchpad scratch, String name, long count) {
        double[] chunk = scratch.doubles(name, count);
        //float return new FloatChunkedSums(chunk, scratch.wide(name, count));
        return new ChunkedSums(chunk, chunk);
    }

    /** {@return the same for each thread} */
    public static ChunkedSums[] perThread(Scratchpad scratch, String name, long count) {
        ChunkedSums[] sums = new ChunkedSums[scratch.threads()];
        Arrays.setAll(sums, _ -> of(scratch, name, count));
        return sums;
    }

    /** {@return sums over the chunk so far, to which terms are added} */
    public double[] chunk() {
        return chunk;
    }

    /** {@return sums over all chunks} */
    public double[] total() { // double
        return total;
    }

    /** {@return of the next terms, after some, those in the same chunk} */
    public static int run(int terms, int next) {
        return CHUNKS ? Math.min(next, TERMS - terms % TERMS) : next;
    }

    /** Sets some sums to 0. */
    public void clear(int from, int count) {
        Arrays.fill(chunk, from, from + count, Element.round(0.0));
        Arrays.fill(total, from, from + count, 0.0);
    }

    /** Adds the chunk of some sums if it is complete, after some terms. */
    public void add(int terms, int from, int count) {
        if (CHUNKS && terms % TERMS == 0) {
            addRest(from, count);
        }
    }

    /** Adds the chunk of some sums after the last term. */
    public void addRest(int from, int count) {
        if (CHUNKS) {
            for (int i = from; i < from + count; i++) {
                total[i] += chunk[i];
            }
            Arrays.fill(chunk, from, from + count, Element.round(0.0));
        }
    }
}
