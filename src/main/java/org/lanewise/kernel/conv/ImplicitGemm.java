package org.lanewise.kernel.conv;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.WindowGeometry;
import org.lanewise.kernel.elementwise.Relu;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.MicroKernels;
import org.lanewise.kernel.gemm.Prefetch;
import org.lanewise.kernel.gemm.Sums;

/**
 * The forward pass of a convolution, or the gradient with respect to its input: rows of sums are pixels, lanes
 * are channels, and the matrix of all factors is never written out.
 */
final class ImplicitGemm {
    private static final int PIXELS_OF_BLOCK = 256;

    private final Layout src;
    private final Layout dst;
    private final int channels;
    private final boolean fuseRelu;
    private final List<ImplicitGemmRows> classes;
    private final ConvFilters filters;
    private final boolean panelled;
    private final double[] packed;
    private final double[][] panels;
    private final double[][] sums;
    private final double[][] touched;

    /** The forward pass. */
    ImplicitGemm(ConvGeometry geometry, ImplicitGemmRows pixels, boolean fuseRelu, int capacity,
            Scratchpad scratch) {
        this(geometry, List.of(pixels), fuseRelu, null, capacity, scratch);
    }

    /**
     * The gradient with respect to the input if {@code tapOffsets} is not null, else the forward pass.
     *
     * @param classes pixels that are computed alike
     */
    ImplicitGemm(ConvGeometry geometry, List<ImplicitGemmRows> classes, boolean fuseRelu,
            int[] tapOffsets,
            int capacity, Scratchpad scratch) {
        WindowGeometry window = geometry.window();
        boolean backward = tapOffsets != null;
        String way = backward ? ", backward" : "";
        int outputs = backward ? geometry.icg() : geometry.ocg();
        LaneBlocks lanes = classes.stream().anyMatch(one -> one.offsets() != null)
                ? LaneBlocks.ofOffsets(outputs)
                : LaneBlocks.of(outputs);
        long elements = backward
                ? (long) geometry.oc() * window.oh() * window.ow()
                : (long) geometry.ic() * window.ih() * window.iw();
        this.src = backward ? geometry.dst() : geometry.src();
        this.dst = backward ? geometry.src() : geometry.dst();
        this.channels = backward ? geometry.ocg() : geometry.icg();
        this.fuseRelu = fuseRelu;
        this.classes = classes;
        this.filters = new ConvFilters(geometry, lanes, tapOffsets, scratch);
        this.panelled = LaneBlocks.panelsPay(capacity * elements,
                (long) geometry.oc() * window.kh() * window.kw() * geometry.icg());
        this.packed = panelled
                ? null
                : scratch.doubles("packed weights" + way, filters.elements());
        this.panels = panelled
                ? scratch.doublesPerThread("packed weights of some "
                        + (backward ? "channels" : "filters") + way, filters.elementsOfBlock())
                : null;
        this.sums = scratch.doublesPerThread("sums of a block" + way,
                Lanes.tiles(ImplicitGemmRows.mostRows(), lanes.widest()));
        // Smaller outputs of the pass before are still in cache.
        boolean cached = (long) capacity * dst.sample() * Double.BYTES < Cpu.L3_FILTERS;
        this.touched = panelled || cached || filters.count() == 1 || classes.size() > 1
                ? null
                : scratch.doublesPerThread("prefetched elements", 8);
    }

    String info() {
        String first = classes.getFirst().info();
        return classes.size() == 1
                ? first
                : classes.size() + " classes of pixels, the first by " + first;
    }

    /** {@return what computes the pass; a mask that is not null zeroes sums where it is not above 0} */
    List<Task> tasks(double[] from, double[] weights, double[] bias, double[] mask, double[] to) {
        if (panelled) {
            return List.of(Task.of(_ -> filters.count(), 1,
                    new Pass(classes, from, weights, bias, mask, to)));
        }
        List<Task> tasks = new ArrayList<>();
        tasks.add(Task.range(filters.count(), 1, (index, _) -> filters.pack(weights, bias, index,
                packed, filters.start(index))));
        for (ImplicitGemmRows pixels : classes) {
            // Enough rows that a block of weights is read often while it is cache-resident.
            tasks.add(Task.of(samples -> samples * pixels.chunks(),
                    Math.max(1, PIXELS_OF_BLOCK / pixels.chunk()),
                    new Pass(List.of(pixels), from, weights, bias, mask, to)));
        }
        return List.copyOf(tasks);
    }

    /**
     * The pass over arrays. A block is one block of channels, whose weights it packs itself, for all
     * pixels of the batch; or, where weights are packed before, some chunks of pixels, counted through
     * all samples, for all channels. It calls the micro-kernels directly.
     */
    private final class Pass implements Task.Body {
        private final List<ImplicitGemmRows> rows;
        private final double[] from;
        private final double[] weights;
        private final double[] bias;
        private final double[] mask;
        private final double[] to;

        Pass(List<ImplicitGemmRows> rows, double[] from, double[] weights, double[] bias,
                double[] mask, double[] to) {
            this.rows = rows;
            this.from = from;
            this.weights = weights;
            this.bias = bias;
            this.mask = mask;
            this.to = to;
        }

        @Override
        public void run(int first, int end, int thread, int samples) {
            double[] panel = panelled ? panels[thread] : packed;
            if (touched != null) {
                touched[thread][0] = prefetch(rows.getFirst(), first, end);
            }
            int lastBlock = panelled ? end : filters.count();
            for (int index = panelled ? first : 0; index < lastBlock; index++) {
                int start = panelled ? Element.ALIGNMENT_OFFSET : filters.start(index);
                if (panelled) {
                    filters.pack(weights, bias, index, panel, start);
                }
                LaneBlocks.Block block = filters.block(index);
                for (int i = 0; i < rows.size(); i++) {
                    ImplicitGemmRows pixels = rows.get(i);
                    boolean inPlace = pixels.inPlace(block, filters.channels());
                    int w = start + pixels.firstProduct() * block.lanes();
                    int lastChunk = panelled ? samples * pixels.chunks() : end;
                    for (int chunk = panelled ? 0 : first; chunk < lastChunk; chunk++) {
                        int n = chunk / pixels.chunks();
                        int x = n * src.sample() + filters.group(index) * channels;
                        int y = n * dst.sample() + filters.channel(index);
                        int part = chunk % pixels.chunks();
                        if (inPlace) {
                            computeInPlace(pixels, part, index, x, panel, w, y);
                        } else {
                            compute(pixels, part, index, x, w, y, thread);
                        }
                    }
                }
            }
        }

        /**
         * Reads where chunks are written, in the order of memory: a block writes some channels of each pixel, which defeats the
         * hardware prefetcher.
         */
        private double prefetch(ImplicitGemmRows pixels, int first, int end) {
            double sum = 0.0;
            for (int chunk = first; chunk < end; chunk++) {
                int y = chunk / pixels.chunks() * dst.sample();
                int row = chunk % pixels.chunks() * pixels.chunk();
                int last = Math.min(pixels.count(), row + pixels.chunk()) - 1;
                sum += Prefetch.read(to, y + pixels.out()[row],
                        y + pixels.out()[last] + dst.column());
            }
            return sum;
        }

        /** Computes a chunk whose sums are of whole vectors where they belong. */
        private void computeInPlace(ImplicitGemmRows pixels, int chunk, int index, int x,
                double[] panel, int w, int y) {
            LaneBlocks.Block block = filters.block(index);
            int vectors = block.vectors();
            int tile = Lanes.tileRows(vectors);
            int first = pixels.edge(chunk, vectors);
            int last = pixels.edge(chunk + 1, vectors);
            int length = pixels.length();
            int part = pixels.productsAtOnce();
            // One tile after the other where it is finished at once.
            int together = pixels.runs().length == 1 && part == length ? tile : last - first;
            for (int row = first; row < last; row += together) {
                int end = Math.min(last, row + together);
                Sums.begin(to, pixels.out(), row, end, y, vectors, filters.begin,
                        filters.first(index));
                for (int run = 0; run < pixels.runs().length; run++) {
                    for (int t = 0; t < length; t += part) {
                        MicroKernels.gemm(tile, vectors, end - row, from, pixels.rows(), row,
                                x + pixels.runs()[run] + t, Math.min(part, length - t), panel,
                                w + (run * length + t) * block.lanes(), block.lanes(), to,
                                pixels.out(), row, y);
                    }
                }
            }
            apply(pixels, first, last, y, block.lanes());
        }

        /** Applies a fused ReLU, or the mask of one, to rows of results. */
        private void apply(ImplicitGemmRows pixels, int first, int last, int y, int length) {
            if (!fuseRelu && mask == null) {
                return;
            }
            for (int row = first; row < last; row++) {
                int at = y + pixels.out()[row];
                if (fuseRelu) {
                    Relu.forward(to, to, at, at + length);
                } else {
                    Relu.backward(mask, to, to, at, at + length);
                }
            }
        }

        /** Computes a chunk whose sums are stored elsewhere first, since lanes are not full. */
        private void compute(ImplicitGemmRows pixels, int chunk, int index, int x, int w, int y,
                int thread) {
            LaneBlocks.Block block = filters.block(index);
            double[] accumulators = sums[thread];
            int vectors = block.vectors();
            int valid = block.valid(filters.channels());
            int first = chunk * pixels.chunk();
            int last = Math.min(pixels.count(), first + pixels.chunk());
            Sums.begin(accumulators, last - first, vectors, filters.begin, filters.first(index));
            int tile = Lanes.tileRows(vectors);
            double[] panel = panelled ? panels[thread] : packed;
            if (pixels.offsets() != null) {
                MicroKernels.indirectGemm(tile, vectors, last - first, from, pixels.rows(), first,
                        x, pixels.offsets(), panel, w, block.lanes(), accumulators,
                        Element.ALIGNMENT_OFFSET, block.lanes());
            } else {
                for (int run = 0; run < pixels.runs().length; run++) {
                    MicroKernels.gemm(tile, vectors, last - first, from, pixels.rows(), first,
                            x + pixels.runs()[run], pixels.length(), panel,
                            w + run * pixels.length() * block.lanes(), block.lanes(), accumulators,
                            Lanes.adjacent(vectors), 0, Element.ALIGNMENT_OFFSET);
                }
            }
            if (mask == null) {
                Sums.store(accumulators, vectors, valid, to, pixels.out(), first, last, y,
                        fuseRelu);
            } else {
                Sums.storeWhereAboveZero(accumulators, vectors, valid, mask, to, pixels.out(),
                        first, last, y);
            }
        }
    }
}
