package org.lanewise.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.AffineKernel.BackwardWeights;

/**
 * The backward pass by the weights of many 1x1 kernels on vectors: rows of sums are output channels,
 * lanes are input channels, as they stand in the weights, and a run is some lines of pixels.
 *
 * <p>A job is a part of the batch. Its gradient is transposed, so that the pixels of a channel stand
 * side by side; a block of lanes of its input is copied for the nearest cache, where all output
 * channels read it. The sums grow in the gradient itself.
 */
final class ConvBackwardPointwiseVector {
    /** 512-128 gains 8 %, 1024-256 a quarter; 256-64, whose transposition is dearer, loses 15 %. */
    private static final int MANY_WEIGHTS = 1 << 16;

    private static final int PIXELS_OF_RUN = 256;

    /** Elements of the transposed gradient of a part, so that it stays in the second cache. */
    private static final int ELEMENTS = 1 << 16;
    private static final int FEWEST_PIXELS = 256;

    /** Output channels of a piece: their part of the gradient stays near for all lanes. */
    private static final int ROWS = 320;

    private final ConvGeometry geometry;
    private final int capacity;
    private final LaneBlocks lanes;
    private final int samplesOfPart;
    private final int linesOfPart;
    private final int linesOfRun;
    private final int pitch;
    private final int[] everyChannel;
    private final int[] rows;
    private final int[] out;
    private final double[] transposed;
    private final double[] biasSums;
    private final double[] zeros;
    private final double[][] panels;

    private ConvBackwardPointwiseVector(ConvGeometry geometry, int capacity, Scratch scratch) {
        WindowGeometry window = geometry.window();
        this.geometry = geometry;
        this.capacity = capacity;
        this.lanes = LaneBlocks.of(geometry.icg());
        int pixels = Math.max(FEWEST_PIXELS, ELEMENTS / geometry.oc());
        this.samplesOfPart = Math.clamp(pixels / (window.oh() * window.ow()), 1, capacity);
        this.linesOfPart = Math.clamp(pixels / window.ow(), 1, window.oh());
        this.linesOfRun = Math.max(1, PIXELS_OF_RUN / window.ow());
        // Rows must not stand on the same cache sets.
        this.pitch = Lanes.roundUp(samplesOfPart * linesOfPart * window.ow()) + 8;
        this.everyChannel = scratch.integers("output channels", Lanes.every(geometry.ocg(), 1));
        this.rows = scratch.integers("rows of the transposed gradient",
                Lanes.filledUp(Lanes.every(geometry.ocg(), pitch)));
        this.out = scratch.integers("rows of the weight gradient",
                Lanes.filledUp(Lanes.every(geometry.ocg(), geometry.icg())));
        this.transposed = scratch.doubles("transposed output gradient",
                Lanes.LEAD + (long) geometry.oc() * pitch);
        this.biasSums = scratch.doubles("bias gradient", geometry.oc());
        this.zeros = scratch.doubles("zeros of the weights", lanes.widest());
        this.panels = scratch.perThread("input of some lanes",
                Lanes.LEAD + (long) linesOfRun * window.ow() * lanes.widest());
    }

    /** Why it does not compute a convolution; null if it does. */
    static String refusal(ConvProblem problem) {
        WindowGeometry window = problem.window();
        if (window.kh() != 1 || window.kw() != 1) {
            return "window of " + window.kh() + "x" + window.kw();
        }
        int icg = problem.icg();
        int ocg = problem.ocg();
        return icg % Lanes.COUNT != 0 || ocg % Lanes.COUNT != 0 || icg * ocg < MANY_WEIGHTS
                ? icg + " -> " + ocg + " channels a group; it needs multiples of " + Lanes.COUNT
                        + " and " + MANY_WEIGHTS + " weights"
                : null;
    }

    static BoundPass<BackwardWeights> bind(ConvGeometry geometry, Fusion fusion, int capacity,
            Scratch scratch) {
        ConvBackwardPointwiseVector pass = new ConvBackwardPointwiseVector(geometry, capacity,
                scratch);
        return BoundPass.direct(pass.loops(), pass::jobs);
    }

    private String loops() {
        return "run tiles: " + geometry.ocg() + " rows, " + linesOfRun * geometry.window().ow()
                + " pixels of a transposed gradient";
    }

    private List<Job> jobs(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        int oh = geometry.window().oh();
        List<Job> jobs = new ArrayList<>();
        for (int n = 0; n < capacity; n += samplesOfPart) {
            for (int p = 0; p < oh; p += linesOfPart) {
                Part part = new Part(n, p, Math.min(oh, p + linesOfPart) - p);
                jobs.add(transposing(part, diffDst));
                jobs.add(new Summing(part, src, diffDst, diffWeights, diffBias));
            }
        }
        return List.copyOf(jobs);
    }

    /** Some lines of some samples. */
    private record Part(int firstSample, int firstLine, int lines) {
        boolean first() {
            return firstSample == 0 && firstLine == 0;
        }
    }

    private int samples(Part part, int all) {
        return Math.clamp(all - part.firstSample(), 0, samplesOfPart);
    }

    /** Transposes the gradient of a part: a piece is a line, or a sample whose lines are joined. */
    private Job transposing(Part part, double[] diffDst) {
        Layout dst = geometry.dst();
        boolean joined = dst.row() == geometry.window().ow() * dst.column();
        return Job.of(samples -> samples(part, samples) * (joined ? 1 : part.lines()),
                (piece, thread, samples) -> {
                    int line = piece * (joined ? part.lines() : 1);
                    int pixels = geometry.window().ow() * (joined ? part.lines() : 1);
                    int pixel = dst.at(part.firstSample() + line / part.lines(), 0,
                            part.firstLine() + line % part.lines(), 0);
                    int to = Lanes.LEAD + line * geometry.window().ow();
                    for (int group = 0; group < geometry.g(); group++) {
                        for (int i = 0; i < pixels; i += Lanes.COUNT) {
                            Transpose.pack(diffDst,
                                    pixel + i * dst.column() + group * geometry.ocg(),
                                    dst.column(), Math.min(Lanes.COUNT, pixels - i), geometry.ocg(),
                                    transposed, to + i + group * geometry.ocg() * pitch,
                                    everyChannel,
                                    pitch);
                        }
                    }
                });
    }

    /** Adds a part to all sums: a piece is some rows and lanes; the last one is the bias. */
    private final class Summing implements Job {
        private final Part part;
        private final double[] src;
        private final double[] diffDst;
        private final double[] diffWeights;
        private final double[] diffBias;

        Summing(Part part, double[] src, double[] diffDst, double[] diffWeights,
                double[] diffBias) {
            this.part = part;
            this.src = src;
            this.diffDst = diffDst;
            this.diffWeights = diffWeights;
            this.diffBias = diffBias;
        }

        private int ranges() {
            return Math.ceilDiv(geometry.ocg(), ROWS);
        }

        @Override
        public int pieces(int samples) {
            return samples(part, samples) == 0
                    ? 0
                    : geometry.g() * ranges() * lanes.blocks().length
                            + (diffBias == null ? 0 : 1);
        }

        @Override
        public void run(int piece, int thread, int samples) {
            int lines = samples(part, samples) * part.lines();
            int blocks = lanes.blocks().length;
            if (piece == geometry.g() * ranges() * blocks) {
                bias(lines);
                return;
            }
            LaneBlocks.Block block = lanes.blocks()[piece % blocks];
            int range = piece / blocks % ranges();
            int group = piece / blocks / ranges();
            add(group, block, edge(range, block), edge(range + 1, block), lines,
                    panels[thread]);
        }

        /** The first row of a range, which is whole tiles. */
        private int edge(int range, LaneBlocks.Block block) {
            int tile = Lanes.tileRows(block.vectors());
            return Math.min(geometry.ocg(), Math.ceilDiv(range * ROWS, tile) * tile);
        }

        private void add(int group, LaneBlocks.Block block, int from, int last, int lines,
                double[] panel) {
            int ow = geometry.window().ow();
            int at = group * geometry.ocg() * geometry.icg() + block.first();
            int tile = Lanes.tileRows(block.vectors());
            for (int line = 0; line < lines; line += linesOfRun) {
                int count = Math.min(linesOfRun, lines - line);
                for (int i = 0; i < count; i++) {
                    copy(group, block, line + i, panel,
                            Lanes.LEAD + i * ow * block.lanes());
                }
                for (int row = from; row < last; row += tile) {
                    int end = Math.min(last, row + tile);
                    if (part.first() && line == 0) {
                        Sums.begin(diffWeights, out, row, end, at, block.vectors(), zeros, 0);
                    }
                    MacroKernels.gemm(block.vectors(), transposed, rows, row, end,
                            Lanes.LEAD + group * geometry.ocg() * pitch + line * ow, panel,
                            Lanes.LEAD, count * ow, diffWeights, out, at);
                }
            }
        }

        /** Copies some lanes of what a line of the output reads. */
        private void copy(int group, LaneBlocks.Block block, int line, double[] panel,
                int at) {
            WindowGeometry window = geometry.window();
            Layout in = geometry.src();
            int pixel = in.at(part.firstSample() + line / part.lines(),
                    group * geometry.icg() + block.first(),
                    window.row(part.firstLine() + line % part.lines(), 0),
                    window.column(0, 0));
            Panel.copy(src, pixel, window.sw() * in.column(), window.ow(), block.lanes(),
                    panel, at, block.vectors());
        }

        private void bias(int lines) {
            Layout dst = geometry.dst();
            if (part.first()) {
                Arrays.fill(biasSums, 0.0);
            }
            for (int line = 0; line < lines; line++) {
                Sums.addUp(diffDst,
                        dst.at(part.firstSample() + line / part.lines(), 0,
                                part.firstLine() + line % part.lines(), 0),
                        geometry.window().ow(), geometry.oc() / Lanes.COUNT, biasSums, 0);
            }
            System.arraycopy(biasSums, 0, diffBias, 0, geometry.oc());
        }
    }
}
