package org.lanewise.kernel.conv;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.WindowGeometry;
import org.lanewise.kernel.elementwise.Relu;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
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
                ? scratch.perThread("packed weights of some "
                        + (backward ? "channels" : "filters") + way, filters.elementsOfBlock())
                : null;
        this.sums = scratch.perThread("sums of a block" + way,
                Lanes.tiles(ImplicitGemmRows.mostRows(), lanes.widest()));
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
            return List.of(Task.of(_ -> filters.count(), 1, (index, _, thread, samples) -> {
                filters.pack(weights, bias, index, panels[thread], Layout.ALIGNMENT_OFFSET);
                for (ImplicitGemmRows pixels : classes) {
                    run(pixels, from, mask, to, index, panels[thread], Layout.ALIGNMENT_OFFSET, 0,
                            samples * pixels.chunks(), sums[thread]);
                }
            }));
        }
        List<Task> tasks = new ArrayList<>();
        tasks.add(Task.range(filters.count(), 1, (index, _) -> filters.pack(weights, bias, index,
                packed, filters.start(index))));
        for (ImplicitGemmRows pixels : classes) {
            // Enough rows that a block of weights is read often once it is near.
            tasks.add(Task.of(samples -> samples * pixels.chunks(),
                    Math.max(1, PIXELS_OF_BLOCK / pixels.chunk()), (first, end, thread, _) -> {
                        for (int index = 0; index < filters.count(); index++) {
                            run(pixels, from, mask, to, index, packed, filters.start(index), first,
                                    end, sums[thread]);
                        }
                    }));
        }
        return List.copyOf(tasks);
    }

    /** Computes a block of channels of chunks of pixels, which are counted through all samples. */
    private void run(ImplicitGemmRows pixels, double[] from, double[] mask, double[] to, int index,
            double[] panel, int start, int firstChunk, int endChunk, double[] rows) {
        LaneBlocks.Block block = filters.block(index);
        boolean inPlace = pixels.inPlace(block, filters.channels());
        int w = start + pixels.firstProduct() * block.lanes();
        for (int chunk = firstChunk; chunk < endChunk; chunk++) {
            int n = chunk / pixels.chunks();
            int x = n * src.sample() + filters.group(index) * channels;
            int y = n * dst.sample() + filters.channel(index);
            if (inPlace) {
                computeInPlace(pixels, chunk % pixels.chunks(), block.vectors(), from, x, panel, w,
                        filters.first(index), mask, to, y);
            } else {
                compute(pixels, chunk % pixels.chunks(), block, from, x, panel, w,
                        filters.first(index), mask, to, y, rows);
            }
        }
    }

    private void computeInPlace(ImplicitGemmRows pixels, int chunk, int vectors, double[] from,
            int x,
            double[] panel, int w, int begin, double[] mask, double[] to, int y) {
        int first = pixels.edge(chunk, vectors);
        int last = pixels.edge(chunk + 1, vectors);
        pixels.compute(vectors, from, first, last, x, panel, w, filters.begin, begin, to, y);
        if (!fuseRelu && mask == null) {
            return;
        }
        for (int row = first; row < last; row++) {
            int at = y + pixels.out()[row];
            int end = at + vectors * Lanes.COUNT;
            if (fuseRelu) {
                Relu.forward(to, to, at, end);
            } else {
                Relu.backward(mask, to, to, at, end);
            }
        }
    }

    private void compute(ImplicitGemmRows pixels, int chunk, LaneBlocks.Block block, double[] from,
            int x,
            double[] panel, int w, int begin, double[] mask, double[] to, int y, double[] rows) {
        int vectors = block.vectors();
        int valid = block.valid(filters.channels());
        int first = chunk * pixels.chunk();
        int last = Math.min(pixels.count(), first + pixels.chunk());
        Sums.begin(rows, last - first, vectors, filters.begin, begin);
        pixels.add(vectors, from, first, last, x, panel, w, rows);
        if (mask == null) {
            Sums.store(rows, vectors, valid, to, pixels.out(), first, last, y, fuseRelu);
        } else {
            Sums.storeWhereAboveZero(rows, vectors, valid, mask, to, pixels.out(), first, last, y);
        }
    }
}
