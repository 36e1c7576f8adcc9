package org.lanewise.kernel.linear;

import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.BoundPass;
import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.LinearGeometry;
import org.lanewise.kernel.PostOps;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.elementwise.Relu;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.MicroKernels;
import org.lanewise.kernel.gemm.Panel;
import org.lanewise.kernel.gemm.Sums;
import org.lanewise.kernel.gemm.TileSizes;
import org.lanewise.kernel.gemm.Transpose;
import org.lanewise.kernel.reference.LinearScalar;

/**
 * Both backward passes of a dense layer on vectors: lanes hold inputs, as the rows of weights do.
 *
 * <p>They are one product, {@code to[i][lane] = sum over t of a[i][t] * b[t][lane]}: the input's
 * gradient with samples as rows and weights as b, the weights' with outputs as rows and the input
 * as b. What counts is to read b and to write the sums in long stretches and once: panels of b are
 * packed for a group of blocks, and sums go from registers to where they belong.
 */
public final class LinearBackwardVector {
    private static final String INFO = "run tiles: lanes are inputs";

    /** Blocks of a group: 4 KB of each row with vectors of 512 bits. */
    private static final int GROUP = 16;

    /** Groups there shall be, for threads to share. */
    private static final int GROUPS = 16;

    /** Elements that the panels of a group may have. */
    private static final int NEAR = Cpu.L2_TASK / Double.BYTES;

    /** Elements of a run whose panel stays near, for blocks in no group. */
    private static final int RUN = 512;

    /** Rows of sums that are computed together, for blocks in no group. */
    private static final int ROWS = 64;

    private final LinearGeometry geometry;
    private final boolean reluMask;
    private final LaneBlocks inputs;
    private final int[] weightRows;
    private final int[] gradientRows;
    private final int[] inputRows;
    private final int[] everyOutput;
    private final int[] columns;
    private final double[] columnsOfGradient;
    private final int stride;
    private final double[][] panels;
    private final double[][] sums;
    /** Where sums over all slices begin, after those of one. */
    private final int totals;
    private final double[] biasOfSlice;
    private final Groups inputGroups;
    private final Groups weightGroups;

    /** The blocks of whole vectors before some block, in groups of some. */
    private record Groups(int blocks, int each) {
        static Groups of(int blocks, int terms) {
            int near = NEAR / (terms * TileSizes.VECTORS * Lanes.COUNT);
            int each = Math.min(Math.min(GROUP, Math.ceilDiv(blocks, GROUPS)), near);
            return each == 0 ? new Groups(0, 0) : new Groups(blocks, each);
        }

        int count() {
            return each == 0 ? 0 : Math.ceilDiv(blocks, each);
        }

        long panels(int terms) {
            return (long) each * terms * TileSizes.VECTORS * Lanes.COUNT;
        }
    }

    /** Makes one of the two passes; working memory of threads is shared with the other. */
    private LinearBackwardVector(LinearGeometry geometry, boolean input, boolean reluMask,
            int capacity, Scratchpad scratch) {
        int ic = geometry.ic();
        int oc = geometry.oc();
        this.geometry = geometry;
        this.reluMask = reluMask;
        this.inputs = LaneBlocks.of(ic);
        this.stride = Lanes.roundUp(capacity);
        this.gradientRows = input
                ? scratch.integers("rows of the output gradient",
                        Lanes.padded(Lanes.every(capacity, oc)))
                : null;
        this.inputRows = input
                ? scratch.integers("rows of the input", Lanes.every(capacity, ic))
                : null;
        this.weightRows = input
                ? null
                : scratch.integers("rows of weights", Lanes.padded(Lanes.every(oc, ic)));
        this.everyOutput = input ? null : scratch.integers("outputs", Lanes.every(oc, 1));
        this.columns = input
                ? null
                : scratch.integers("columns of the output gradient",
                        Lanes.padded(Lanes.every(oc, stride)));
        this.columnsOfGradient = input
                ? null
                : scratch.doubles("columns of the output gradient", (long) oc * stride);
        int whole = wholeBlocks();
        this.inputGroups = Groups.of(whole, oc);
        boolean sliced = capacity > LinearScalar.SLICE;
        this.weightGroups = sliced ? new Groups(0, 0) : Groups.of(whole, capacity);
        this.panels = scratch.doublesPerThread("panels", Element.ALIGNMENT_OFFSET
                + Math.max((long) Math.min(RUN, Math.max(oc, capacity)) * inputs.widest(),
                        Math.max(inputGroups.panels(oc), weightGroups.panels(capacity))));
        long tiles = Lanes.tiles(Math.min(ROWS, Math.max(oc, capacity)), inputs.widest());
        this.totals = (int) tiles;
        this.sums = scratch.doublesPerThread("sums of a block", sliced ? 2 * tiles : tiles);
        this.biasOfSlice = !input && sliced ? scratch.doubles("biases of a slice", oc) : null;
    }

    /** Blocks as wide as the tiles that write sums at once; the others follow them. */
    private int wholeBlocks() {
        int whole = 0;
        for (LaneBlocks.Block block : inputs.blocks()) {
            if (block.vectors() == TileSizes.VECTORS
                    && block.valid(geometry.ic()) == block.lanes()) {
                whole++;
            }
        }
        return whole;
    }

    /**
     * What is multiplied, and where it goes.
     *
     * @param a read, one element at a time
     * @param rows where each row begins in a
     * @param b read: rows of all inputs
     * @param to overwritten
     * @param out where each row begins there
     * @param slice terms of a sum; those of slices are added in order
     * @param mask at the places of {@code to}: 0 is written where it is not above 0; null for none
     */
    private record Product(double[] a, int[] rows, double[] b, double[] to, int[] out,
            int slice, double[] mask) {}

    public static BoundPass bindInput(LinearGeometry geometry, PostOps postOps,
            int capacity, Scratchpad scratch) {
        return BoundPass.ofDoubles(null, INFO, new LinearBackwardVector(geometry, true,
                postOps.reluMask(), capacity, scratch)::inputJobs);
    }

    public static BoundPass bindWeights(LinearGeometry geometry, PostOps postOps,
            int capacity, Scratchpad scratch) {
        return BoundPass.ofDoubles(null, INFO,
                new LinearBackwardVector(geometry, false, false, capacity,
                        scratch)::weightJobs);
    }

    private List<Task> inputJobs(double[] diffDst, double[] weights, double[] src,
            double[] diffSrc) {
        Product product = new Product(diffDst, gradientRows, weights, diffSrc, inputRows,
                Integer.MAX_VALUE, reluMask ? src : null);
        return List
                .of(Task.of(count -> blocks(inputGroups, count), 1, (index, _, thread, count) -> {
                    // All samples by one block after another: few of its gradients are written.
                    multiply(product, inputGroups, index, count, count, geometry.oc(), thread);
                }));
    }

    private List<Task> weightJobs(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        Product product = new Product(columnsOfGradient, columns, src, diffWeights, weightRows,
                LinearScalar.SLICE, null);
        Task transpose = Task.of(_ -> 1, 1,
                (_, _, _, count) -> transposeGradient(diffDst, diffBias, count));
        Task multiply = Task.of(count -> blocks(weightGroups, geometry.oc()), 1,
                (index, _, thread, count) -> {
                    // A tile of outputs by all blocks: many gradients are written, in long stretches.
                    multiply(product, weightGroups, index, TileSizes.ROWS, geometry.oc(),
                            count, thread);
                });
        return List.of(transpose, multiply);
    }

    private void transposeGradient(double[] diffDst, double[] diffBias, int count) {
        int oc = geometry.oc();
        for (int n = 0; n < count; n += Lanes.COUNT) {
            Transpose.pack(diffDst, n * oc, oc, Math.min(Lanes.COUNT, count - n), oc,
                    columnsOfGradient, n, everyOutput, stride);
        }
        if (diffBias != null) {
            sumGradient(diffDst, 0, Math.min(count, LinearScalar.SLICE), diffBias);
            for (int from = LinearScalar.SLICE; from < count; from += LinearScalar.SLICE) {
                sumGradient(diffDst, from, (int) Math.min(count, (long) from + LinearScalar.SLICE),
                        biasOfSlice);
                for (int j = 0; j < oc; j++) {
                    diffBias[j] += biasOfSlice[j];
                }
            }
        }
    }

    private void sumGradient(double[] diffDst, int from, int to, double[] sums) {
        int oc = geometry.oc();
        Arrays.fill(sums, 0, oc, 0.0);
        for (int n = from; n < to; n++) {
            for (int j = 0; j < oc; j++) {
                sums[j] += diffDst[n * oc + j];
            }
        }
    }

    /** How many groups are computed as such: none where there are fewer rows than in a tile. */
    private static int grouped(Groups groups, int rows) {
        return rows < TileSizes.ROWS ? 0 : groups.count();
    }

    /** Groups, followed by the blocks that are in none. */
    private int blocks(Groups groups, int rows) {
        int grouped = grouped(groups, rows);
        return grouped + inputs.blocks().length - (grouped == 0 ? 0 : groups.blocks());
    }

    private void multiply(Product product, Groups groups, int index, int rowsAtOnce, int rows,
            int terms, int thread) {
        int grouped = grouped(groups, rows);
        if (index < grouped) {
            int from = index * groups.each();
            group(product, from, Math.min(groups.blocks(), from + groups.each()), rowsAtOnce, rows,
                    terms, panels[thread]);
        } else {
            int before = grouped == 0 ? 0 : groups.blocks();
            block(product, inputs.blocks()[before + index - grouped], rows, terms, panels[thread],
                    sums[thread]);
        }
    }

    /** Some blocks whose sums have one run. */
    private void group(Product product, int from, int to, int rowsAtOnce, int rows, int terms,
            double[] panel) {
        int ic = geometry.ic();
        int lanes = TileSizes.VECTORS * Lanes.COUNT;
        int size = terms * lanes;
        int column = from * lanes;
        for (int t = 0; t < terms; t++) {
            Panel.spread(product.b(), t * ic + column, to - from, panel,
                    Element.ALIGNMENT_OFFSET + t * lanes, size);
        }
        for (int row = 0; row < rows; row += rowsAtOnce) {
            // The last rows are a whole tile, of which some are computed again, to the same bits.
            int count = Math.max(TileSizes.ROWS, Math.min(rowsAtOnce, rows - row));
            int first = Math.min(row, rows - count);
            for (int i = 0; i < to - from; i++) {
                MicroKernels.gemmBetaZero(TileSizes.ROWS, TileSizes.VECTORS, count, product.a(),
                        product.rows(), first, 0, terms, panel,
                        Element.ALIGNMENT_OFFSET + i * size, lanes, product.to(), product.out(),
                        first, column + i * lanes);
            }
        }
        if (product.mask() != null) {
            for (int row = 0; row < rows; row++) {
                int y = product.out()[row] + column;
                Relu.backward(product.mask(), product.to(), product.to(), y,
                        y + (to - from) * lanes);
            }
        }
    }

    /** A block of any width, its sums in as many runs as there are. */
    private void block(Product product, LaneBlocks.Block block, int rows, int terms,
            double[] panel, double[] sum) {
        int ic = geometry.ic();
        int valid = block.valid(ic);
        for (int from = 0; from < rows; from += ROWS) {
            int to = Math.min(rows, from + ROWS);
            Sums.zero(sum, to - from, block.vectors());
            for (int run = 0; run < terms; run += RUN) {
                if (run > 0 && run % product.slice() == 0) {
                    add(sum, to - from, block, run == product.slice());
                    Sums.zero(sum, to - from, block.vectors());
                }
                int length = Math.min(RUN, terms - run);
                if (from == 0 || terms > RUN) {
                    Panel.copy(product.b(), run * ic + block.first(), ic, length, valid,
                            panel, Element.ALIGNMENT_OFFSET, block.vectors());
                }
                MicroKernels.gemm(Lanes.tileRows(block.vectors()), block.vectors(), to - from,
                        product.a(), product.rows(), from, run, length, panel,
                        Element.ALIGNMENT_OFFSET, block.lanes(), sum,
                        Lanes.adjacent(block.vectors()), 0, Element.ALIGNMENT_OFFSET);
            }
            if (terms > product.slice()) {
                add(sum, to - from, block, false);
                System.arraycopy(sum, totals + Element.ALIGNMENT_OFFSET, sum,
                        Element.ALIGNMENT_OFFSET, (to - from) * block.lanes());
            }
            if (product.mask() != null) {
                Sums.storeWhereAboveZero(sum, block.vectors(), valid, product.mask(),
                        product.to(), product.out(), from, to, block.first());
            } else {
                Sums.store(sum, block.vectors(), valid, product.to(), product.out(), from,
                        to, block.first(), false);
            }
        }
    }

    /** Adds the sums of a slice to those of the slices before, if there are any. */
    private void add(double[] sum, int rows, LaneBlocks.Block block, boolean first) {
        int from = Element.ALIGNMENT_OFFSET;
        int to = totals + Element.ALIGNMENT_OFFSET;
        if (first) {
            System.arraycopy(sum, from, sum, to, rows * block.lanes());
        } else {
            Sums.addUp(sum, from, 1, rows * block.vectors(), sum, to);
        }
    }
}
