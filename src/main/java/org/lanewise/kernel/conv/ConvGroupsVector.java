package org.lanewise.kernel.conv;

import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.BoundPass;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.ConvProblem;
import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.PostOps;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.WindowGeometry;
import org.lanewise.kernel.elementwise.Relu;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.MicroKernels;
import org.lanewise.kernel.gemm.Prefetch;
import org.lanewise.kernel.gemm.Sums;
import org.lanewise.kernel.gemm.Transpose;

/**
 * The forward pass of a convolution with few channels a group, or its gradient with respect to the input: lanes are the
 * channels of all groups, and a tile is some pixels by a vector of them.
 */
public final class ConvGroupsVector {
    private static final int TILE = 8;
    /** Pixels of a tile of a line. */
    private static final int TILE_OF_LINE = 7;

    private final ConvGeometry geometry;
    private final boolean backward;
    private final PostOps postOps;
    private final GroupLanes lanes;
    private final List<ImplicitGemmRows> classes;
    private final int[][] taps;
    private final int[] tapOffsets;
    private final int products;
    private final Layout out;
    private final int width;
    private final boolean threes;
    private final int down;
    private final int parts;
    private final int[] firstLine;
    private final int[] lines;
    private final double[] begin;
    private final double[] packed;
    private final double[][] sums;
    private final double[][] copies;
    private final double[][] touched;

    private ConvGroupsVector(ConvGeometry geometry, boolean backward, PostOps postOps,
            int capacity, Scratchpad scratch) {
        WindowGeometry window = geometry.window();
        this.geometry = geometry;
        this.backward = backward;
        this.postOps = postOps;
        this.lanes = new GroupLanes(geometry, backward, true);
        this.out = backward ? geometry.src() : geometry.dst();
        this.products = window.kh() * window.kw() * lanes.factors;
        this.tapOffsets = new int[products];
        ConvGeometry read = new ConvGeometry(lanes.ofStrip(window, backward), geometry.g(),
                geometry.ic(), geometry.oc(),
                backward ? geometry.src() : lanes.layout,
                backward ? lanes.layout : geometry.dst());
        if (backward) {
            ConvBackwardInputVector rows = new ConvBackwardInputVector(read, scratch);
            this.classes = rows.classes;
            System.arraycopy(rows.offsets, 0, tapOffsets, 0, rows.offsets.length);
        } else {
            this.classes = List.of(ConvForwardVector.pixels(read, scratch));
            int ofTaps = window.kh() * window.kw();
            Arrays.setAll(tapOffsets, i -> i % ofTaps * lanes.factors + i / ofTaps);
        }
        this.taps = classes.stream().map(pixels -> lanes.offsets(pixels.runs()))
                .toArray(int[][]::new);
        int most = classes.stream().mapToInt(ImplicitGemmRows::count).max().orElse(0);
        this.width = lanes.strip;
        this.threes = !lanes.copied && window.kw() == 3 && window.dw() == 1 && window.sw() == 1
                && (window.sh() == 1 || !backward) && width >= TILE_OF_LINE;
        this.down = threes && window.kh() > 1 ? taps[0][3] - taps[0][0] : 0;
        this.parts = Math.max(1, Math.ceilDiv(most, pixelsOfPart()));
        this.firstLine = new int[parts];
        this.lines = new int[parts];
        for (int part = 0; part < parts; part++) {
            findLines(part);
        }
        String way = backward ? ", backward" : "";
        this.begin = scratch.doubles("packed bias" + way, (long) Element.ALIGNMENT_OFFSET
                + lanes.padded());
        this.packed = scratch.doubles("packed weights" + way, Element.ALIGNMENT_OFFSET
                + (long) lanes.padded() * products);
        this.sums = scratch.doublesPerThread("sums of a block" + way, Lanes.tiles(TILE,
                lanes.widest));
        this.copies = lanes.copied
                ? scratch.doublesPerThread("lines as lanes" + way,
                        lanes.elements(Arrays.stream(lines).max().orElse(0)))
                : null;
        this.touched = GroupLanes.prefetched(geometry, capacity, scratch);
    }

    public static BoundPass bind(ConvGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        ConvGroupsVector pass = new ConvGroupsVector(geometry, false, postOps, capacity,
                scratch);
        return BoundPass.ofDoubles(null, pass.info(),
                (src, weights, bias, dst) -> pass.tasks(src, weights, bias, null, dst));
    }

    /** The gradient with respect to the input. */
    public static BoundPass bindInput(ConvGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        ConvGroupsVector pass = new ConvGroupsVector(geometry, true, postOps, capacity,
                scratch);
        return BoundPass.ofDoubles(null, pass.info(), (diffDst, weights, src,
                diffSrc) -> pass.tasks(diffDst, weights, null, src, diffSrc));
    }

    /** Groups of more channels fill the widest vectors by themselves. */
    public static String refusal(ConvProblem problem) {
        int vector = Cpu.LINE / Double.BYTES;
        if (problem.g() == 1) {
            return "one group";
        }
        return Math.max(problem.icg(), problem.ocg()) >= vector
                ? problem.icg() + " -> " + problem.ocg() + " channels a group, " + vector
                        + " fill a vector"
                : null;
    }

    private String info() {
        return "channel tiles: lanes are channels of all groups"
                + (lanes.copied ? ", copied" : "");
    }

    /** Pixels of a class that are computed together. */
    private int pixelsOfPart() {
        WindowGeometry window = geometry.window();
        // Of each class, where there is a stride backwards.
        int line = backward
                ? lanes.row() + window.sh() * out.row()
                : lanes.row() * window.sh() + out.row();
        return Math.max(1, Cpu.L2_TASK / Double.BYTES / line)
                * Math.ceilDiv(width, backward ? window.sw() : 1);
    }

    /** Where a part of a class begins; parts are whole lines or tiles, so that no two write one pixel. */
    private int edge(ImplicitGemmRows pixels, int part) {
        int unit = threes ? width : TILE;
        int units = Math.ceilDiv(pixels.count(), unit);
        return Math.min(pixels.count(), (int) ((long) units * part / parts) * unit);
    }

    private void findLines(int part) {
        int from = Integer.MAX_VALUE;
        int to = 0;
        for (int i = 0; i < taps.length; i++) {
            ImplicitGemmRows pixels = classes.get(i);
            int last = edge(pixels, part + 1) - 1;
            for (int tap : taps[i]) {
                if (edge(pixels, part) <= last) {
                    from = Math.min(from,
                            (pixels.rows()[edge(pixels, part)] + tap) / lanes.layout.row());
                    to = Math.max(to, (pixels.rows()[last] + tap) / lanes.layout.row() + 1);
                }
            }
        }
        firstLine[part] = Math.min(from, to);
        lines[part] = to - firstLine[part];
    }

    private List<Task> tasks(double[] from, double[] weights, double[] bias, double[] src,
            double[] to) {
        return List.of(
                Task.range(lanes.blocks.length, 1,
                        (index, _) -> pack(weights, bias, lanes.blocks[index])),
                Task.of(samples -> samples * parts, 1, new Pass(from, src, to)));
    }

    private void pack(double[] weights, double[] bias, LaneBlocks.Block block) {
        int end = block.first() + block.valid(lanes.channels);
        if (bias != null) {
            System.arraycopy(bias, block.first(), begin, Element.ALIGNMENT_OFFSET + block.first(),
                    end - block.first());
        }
        int icg = geometry.icg();
        int ocg = backward ? geometry.ocg() : 1;
        int row = products / ocg;
        int lane = block.first();
        while (lane < end) {
            // Weights of neighbouring lanes are at one distance within a group, and where it has one filter.
            int next = Math.min(end, lane - lane % Lanes.COUNT + Lanes.COUNT);
            next = ocg == 1 ? next : Math.min(next, (lane / icg + 1) * icg);
            for (int k = 0; k < ocg; k++) {
                int from = ocg == 1 ? lane : (lane / icg * ocg + k) * icg + lane % icg;
                Transpose.pack(weights, from * row, row, next - lane, row, packed,
                        Element.ALIGNMENT_OFFSET + block.first() * products + k * block.lanes()
                                + lane - block.first(),
                        tapOffsets, block.lanes());
            }
            lane = next;
        }
    }

    /** The pass over arrays: a block is a part of the pixels of a sample. */
    private final class Pass implements Task.Body {
        private final double[] from;
        private final double[] src;
        private final double[] to;

        Pass(double[] from, double[] src, double[] to) {
            this.from = from;
            this.src = src;
            this.to = to;
        }

        @Override
        public void run(int first, int end, int thread, int samples) {
            for (int index = first; index < end; index++) {
                int n = index / parts;
                int part = index % parts;
                if (touched != null) {
                    touched[thread][0] = prefetch(n, part);
                }
                int step = lanes.copied ? 1 : lanes.blocks.length;
                for (int b = 0; b < lanes.blocks.length; b += step) {
                    for (int strip = 0; strip < lanes.strips(); strip++) {
                        if (lanes.copied) {
                            lanes.copy(from, n, firstLine[part], lines[part], lanes.output(strip),
                                    lanes.blocks[b], copies[thread]);
                        }
                        int y = n * out.sample() + lanes.output(strip) * out.column();
                        for (int i = 0; i < taps.length; i++) {
                            compute(i, part, b, b + step, n, y, thread);
                        }
                    }
                }
            }
        }

        /** Prefetches the input and output of a part in the order of memory, because tiles access them at a stride. */
        private double prefetch(int n, int part) {
            ImplicitGemmRows pixels = classes.getFirst();
            int row = edge(pixels, part);
            int end = edge(pixels, part + 1);
            if (row == end) {
                return 0.0;
            }
            int x = lanes.at(n, firstLine[part]);
            int y = n * out.sample() + pixels.out()[row];
            int last = n * out.sample() + pixels.out()[end - 1] + out.row();
            return Prefetch.read(from, x, x + lines[part] * lanes.row(), to, y, last)
                    + (backward && postOps.reluMask() ? Prefetch.read(src, y, last) : 0.0);
        }

        private void compute(int i, int part, int first, int end, int n, int y, int thread) {
            int begin = edge(classes.get(i), part);
            int last = edge(classes.get(i), part + 1);
            int length = threes ? TILE_OF_LINE : TILE;
            int line = threes ? width : last - begin;
            // Column by column, so that most of what a tile reads is in L1.
            for (int column = 0; column < line; column += length) {
                // The last tile of a line begins early, and computes some pixels again.
                int row = begin + (threes ? Math.min(column, line - length) : column);
                for (; row < last; row += line) {
                    for (int b = first; b < end; b++) {
                        tile(i, row, Math.min(row + length, last),
                                lanes.shift(n, lanes.blocks[b], firstLine[part]), y,
                                lanes.blocks[b], thread);
                    }
                }
            }
        }

        private void tile(int i, int row, int end, int shift, int sample, LaneBlocks.Block block,
                int thread) {
            ImplicitGemmRows pixels = classes.get(i);
            double[] a = lanes.copied ? copies[thread] : from;
            int vectors = block.vectors();
            int width = block.lanes();
            int valid = block.valid(lanes.channels);
            int w = Element.ALIGNMENT_OFFSET + block.first() * products
                    + pixels.firstProduct() * width;
            int at = Element.ALIGNMENT_OFFSET + block.first();
            int y = sample + block.first();
            boolean whole = valid == width;
            double[] c = whole ? to : sums[thread];
            if (threes) {
                // Backwards, the first tap reads the last of three pixels.
                int first = backward ? end - 1 : row;
                int pitch = whole ? out.column() : width;
                MicroKernels.channelLine(TILE_OF_LINE, vectors, TILE_OF_LINE, a,
                        pixels.rows()[first] + shift, taps[0][1] - taps[0][0], down,
                        geometry.window().kh(), packed, w, width, begin, at, c,
                        whole
                                ? y + pixels.out()[first]
                                : Element.ALIGNMENT_OFFSET + (first - row) * width,
                        backward ? -pitch : pitch);
            } else {
                MicroKernels.channelTaps(TILE, vectors, TILE, a, pixels.rows(), row, shift, taps[i],
                        packed, w, width, begin, at, c,
                        whole ? pixels.out() : Lanes.adjacent(vectors), whole ? row : 0,
                        whole ? y : Element.ALIGNMENT_OFFSET);
            }
            if (!whole) {
                Sums.store(c, vectors, valid, to, pixels.out(), row, end, y, false);
            }
            apply(pixels, row, end, y, valid);
        }

        /** Applies a fused ReLU, or the mask of one. */
        private void apply(ImplicitGemmRows pixels, int row, int end, int y, int length) {
            if (backward ? !postOps.reluMask() : !postOps.fuseRelu()) {
                return;
            }
            for (int i = row; i < end; i++) {
                int at = y + pixels.out()[i];
                if (backward) {
                    Relu.backward(src, to, to, at, at + length);
                } else {
                    Relu.forward(to, to, at, at + length);
                }
            }
        }
    }
}
