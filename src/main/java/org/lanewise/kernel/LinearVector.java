package org.lanewise.kernel;

import java.util.Arrays;
import java.util.List;

/**
 * A dense layer on vectors, bit for bit as {@link LinearScalar}.
 *
 * <p>Forward, lanes hold samples and each weight is read once for all of them, or lanes hold outputs
 * where those are few ({@link LinearOutputsVector}); on the ways back, lanes hold inputs, as the rows
 * of weights do.
 */
public final class LinearVector implements AffineKernel {
    /** Elements of a run whose panel stays near. */
    private static final int RUN = 512;

    /** Rows of sums that are computed together. */
    private static final int ROWS = 64;

    private final LinearGeometry geometry;
    private final Fusion fusion;
    private final LinearOutputsVector fewOutputs;
    private final LaneBlocks samples;
    private final LaneBlocks inputs;
    private final int stride;
    private final int[] everyInput;
    private final int[] everyOutput;
    private final int[] weightRows;
    private final int[] gradientRows;
    private final int[] inputRows;
    private final int[] columns;
    private final double[] columnsOfInput;
    private final double[] columnsOfGradient;
    private final double[][] panels;
    private final double[][] sums;

    /**
     * Makes a dense layer on vectors.
     *
     * @param geometry sizes
     * @param fusion what is computed along with it
     * @param capacity the most samples of one batch
     * @param scratch where working memory comes from
     * @param backward whether the ways back will be asked for
     */
    public LinearVector(LinearGeometry geometry, Fusion fusion, int capacity, Scratch scratch,
            boolean backward) {
        int ic = geometry.ic();
        int oc = geometry.oc();
        this.geometry = geometry;
        this.fusion = fusion;
        this.fewOutputs = LinearOutputsVector.applies(geometry, capacity)
                ? new LinearOutputsVector(geometry, fusion.rectify(), capacity, scratch)
                : null;
        this.samples = LaneBlocks.of(capacity);
        this.inputs = LaneBlocks.of(ic);
        this.stride = Lanes.roundUp(capacity);
        this.everyInput = scratch.integers("inputs", every(ic, 1));
        this.everyOutput = scratch.integers("outputs", every(oc, 1));
        this.weightRows = scratch.integers("rows of weights", Lanes.filledUp(every(oc, ic)));
        this.columnsOfInput = fewOutputs != null
                ? null
                : scratch.doubles("columns of the input",
                        Lanes.LEAD + (long) ic * samples.lanes());
        int rows = Math.max(Lanes.roundUp(Math.min(ROWS, oc)), Math.min(ROWS, capacity));
        this.sums = scratch.perThread("sums of a block",
                Lanes.tiles(rows, Math.max(samples.widest(), inputs.widest())));
        if (backward) {
            this.gradientRows = scratch.integers("rows of the output gradient",
                    Lanes.filledUp(every(capacity, oc)));
            this.inputRows = scratch.integers("rows of the input", every(capacity, ic));
            this.columns = scratch.integers("columns of the output gradient",
                    Lanes.filledUp(every(oc, stride)));
            this.columnsOfGradient = scratch.doubles("columns of the output gradient",
                    (long) oc * stride);
            this.panels = scratch.perThread("panel", Lanes.LEAD
                    + (long) Math.min(RUN, Math.max(oc, capacity)) * inputs.widest());
        } else {
            this.gradientRows = null;
            this.inputRows = null;
            this.columns = null;
            this.columnsOfGradient = null;
            this.panels = null;
        }
    }

    private static int[] every(int count, int step) {
        int[] places = new int[count];
        Arrays.setAll(places, i -> i * step);
        return places;
    }

    @Override
    public String algorithm() {
        return DIRECT;
    }

    @Override
    public PassLoops loops() {
        String back = "run tiles: lanes are inputs";
        return new PassLoops(
                "run tiles: lanes are " + (fewOutputs != null ? "outputs" : "samples"), back,
                back);
    }

    @Override
    public List<Job> forward(double[] src, double[] weights, double[] bias, double[] dst) {
        if (fewOutputs != null) {
            return fewOutputs.jobs(src, weights, bias, dst);
        }
        return List.of(
                overSamples(Math.ceilDiv(geometry.ic(), RUN),
                        (block, valid, range, thread) -> transpose(src, block, valid, range)),
                overSamples(Math.ceilDiv(geometry.oc(), ROWS), (block, valid, range,
                        thread) -> outputs(weights, bias, dst, block, valid, range,
                                sums[thread])));
    }

    /** What a piece computes: some lanes of samples, and a range of something else. */
    private interface Body {
        void run(LaneBlocks.Block block, int valid, int range, int thread);
    }

    private Job overSamples(int ranges, Body body) {
        return new Job() {
            @Override
            public int pieces(int count) {
                int blocks = 0;
                while (blocks < samples.blocks().length
                        && samples.blocks()[blocks].first() < count) {
                    blocks++;
                }
                return blocks * ranges;
            }

            @Override
            public void run(int piece, int thread, int count) {
                LaneBlocks.Block block = samples.blocks()[piece / ranges];
                body.run(block, block.valid(count), piece % ranges, thread);
            }
        };
    }

    /** Where a block of samples begins among the columns of the input. */
    private int start(LaneBlocks.Block block) {
        return Lanes.LEAD + geometry.ic() * block.first();
    }

    private void transpose(double[] src, LaneBlocks.Block block, int valid, int range) {
        int ic = geometry.ic();
        int from = range * RUN;
        int count = Math.min(RUN, ic - from);
        for (int lane = 0; lane < valid; lane += Lanes.COUNT) {
            PanelVector.pack(src, (block.first() + lane) * ic + from, ic,
                    Math.min(Lanes.COUNT, valid - lane), count, columnsOfInput,
                    start(block) + from * block.lanes() + lane, everyInput, block.lanes());
        }
    }

    private void outputs(double[] weights, double[] bias, double[] dst, LaneBlocks.Block block,
            int valid, int range, double[] rows) {
        int ic = geometry.ic();
        int oc = geometry.oc();
        int from = range * ROWS;
        int to = Math.min(oc, from + ROWS);
        int lanes = block.lanes();
        for (int j = from; j < to; j++) {
            int y = Lanes.LEAD + (j - from) * lanes;
            Arrays.fill(rows, y, y + lanes, bias == null ? 0.0 : bias[j]);
        }
        for (int run = 0; run < ic; run += RUN) {
            RunTilesVector.multiply(block.vectors(), weights, weightRows, from, to, run,
                    columnsOfInput, start(block) + run * lanes, lanes, Math.min(RUN, ic - run),
                    rows,
                    Lanes.LEAD);
        }
        if (fusion.rectify()) {
            ReluVector.forward(rows, rows, Lanes.LEAD, Lanes.LEAD + (to - from) * lanes);
        }
        for (int lane = 0; lane < valid; lane += Lanes.COUNT) {
            PanelVector.unpack(rows, Lanes.LEAD + lane, everyOutput, lanes, dst,
                    (block.first() + lane) * oc + from, oc,
                    Math.min(Lanes.COUNT, valid - lane), to - from);
        }
    }

    @Override
    public List<Job> backwardInput(double[] diffDst, double[] weights, double[] src,
            double[] diffSrc) {
        return List.of(new Job() {
            @Override
            public int pieces(int count) {
                return inputs.blocks().length;
            }

            @Override
            public void run(int piece, int thread, int count) {
                inputs(diffDst, weights, src, diffSrc, inputs.blocks()[piece], count, thread);
            }
        });
    }

    private void inputs(double[] diffDst, double[] weights, double[] src, double[] diffSrc,
            LaneBlocks.Block block, int count, int thread) {
        int ic = geometry.ic();
        int oc = geometry.oc();
        int valid = block.valid(ic);
        double[] panel = panels[thread];
        double[] rows = sums[thread];
        for (int from = 0; from < count; from += ROWS) {
            int to = Math.min(count, from + ROWS);
            SumsVector.zero(rows, to - from, block.vectors());
            for (int run = 0; run < oc; run += RUN) {
                int length = Math.min(RUN, oc - run);
                PanelVector.copy(weights, run * ic + block.first(), ic, length, valid, panel,
                        Lanes.LEAD, block.vectors());
                RunTilesVector.multiply(block.vectors(), diffDst, gradientRows, from, to, run,
                        panel, Lanes.LEAD, block.lanes(), length, rows, Lanes.LEAD);
            }
            if (fusion.rectified()) {
                SumsVector.storeWhereAboveZero(rows, block.vectors(), valid, src, diffSrc,
                        inputRows, from, to, block.first());
            } else {
                SumsVector.store(rows, block.vectors(), valid, diffSrc, inputRows, from, to,
                        block.first(), false);
            }
        }
    }

    @Override
    public List<Job> backwardWeights(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        Job transpose = new Job() {
            @Override
            public int pieces(int count) {
                return 1;
            }

            @Override
            public void run(int piece, int thread, int count) {
                transposeGradient(diffDst, diffBias, count);
            }
        };
        Job multiply = new Job() {
            @Override
            public int pieces(int count) {
                return inputs.blocks().length;
            }

            @Override
            public void run(int piece, int thread, int count) {
                weights(src, diffWeights, inputs.blocks()[piece], count, thread);
            }
        };
        return List.of(transpose, multiply);
    }

    private void transposeGradient(double[] diffDst, double[] diffBias, int count) {
        int oc = geometry.oc();
        for (int n = 0; n < count; n += Lanes.COUNT) {
            PanelVector.pack(diffDst, n * oc, oc, Math.min(Lanes.COUNT, count - n), oc,
                    columnsOfGradient, n, everyOutput, stride);
        }
        if (diffBias != null) {
            Arrays.fill(diffBias, 0.0);
            for (int n = 0; n < count; n++) {
                for (int j = 0; j < oc; j++) {
                    diffBias[j] += diffDst[n * oc + j];
                }
            }
        }
    }

    private void weights(double[] src, double[] diffWeights, LaneBlocks.Block block, int count,
            int thread) {
        int ic = geometry.ic();
        int oc = geometry.oc();
        int valid = block.valid(ic);
        double[] panel = panels[thread];
        double[] rows = sums[thread];
        for (int from = 0; from < oc; from += ROWS) {
            int to = Math.min(oc, from + ROWS);
            SumsVector.zero(rows, to - from, block.vectors());
            for (int run = 0; run < count; run += RUN) {
                int length = Math.min(RUN, count - run);
                if (from == 0 || count > RUN) {
                    PanelVector.copy(src, run * ic + block.first(), ic, length, valid, panel,
                            Lanes.LEAD, block.vectors());
                }
                RunTilesVector.multiply(block.vectors(), columnsOfGradient, columns, from, to,
                        run, panel, Lanes.LEAD, block.lanes(), length, rows, Lanes.LEAD);
            }
            SumsVector.store(rows, block.vectors(), valid, diffWeights, weightRows, from, to,
                    block.first(), false);
        }
    }
}
