package org.lanewise.kernel.conv;

import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.gemm.LaneBlocks;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.kernel.gemm.Panel;
import org.lanewise.kernel.gemm.Transpose;

/**
 * Weights of a convolution as implicit GEMM reads them: block by block of the channels in lanes, which are output
 * channels in the forward pass and input channels in the backward pass, the weights of a block as (product,
 * lane).
 */
final class ConvFilters {
    /** What the sums of each block begin with. */
    final double[] begin;

    private final ConvGeometry geometry;
    private final boolean backward;
    private final LaneBlocks lanes;
    private final int taps;
    private final int products;
    private final int[] offsets;

    /** Weights of the forward pass, as (r, s, c, lane). */
    ConvFilters(ConvGeometry geometry, LaneBlocks lanes, Scratchpad scratch) {
        this(geometry, lanes, null, scratch);
    }

    /** Weights of the backward pass as (tap, k, lane), with a place for each tap; else null. */
    ConvFilters(ConvGeometry geometry, LaneBlocks lanes, int[] tapOffsets, Scratchpad scratch) {
        this.geometry = geometry;
        this.backward = tapOffsets != null;
        this.lanes = lanes;
        this.taps = geometry.window().kh() * geometry.window().kw();
        this.products = taps * (backward ? geometry.ocg() : geometry.icg());
        this.offsets = backward ? tapOffsets : new int[products];
        for (int i = 0; !backward && i < products; i++) {
            offsets[i] = i % taps * geometry.icg() + i / taps;
        }
        this.begin = backward
                ? scratch.doubles("zeros, backward", lanes.widest())
                : scratch.doubles("packed bias", (long) geometry.g() * lanes.lanes());
    }

    /** Elements of all blocks. */
    long elements() {
        return Element.ALIGNMENT_OFFSET + (long) geometry.g() * products * lanes.lanes();
    }

    /** Elements of one block at most. */
    long elementsOfBlock() {
        return Element.ALIGNMENT_OFFSET + (long) products * lanes.widest();
    }

    /** Blocks of all groups. */
    int count() {
        return geometry.g() * lanes.blocks().length;
    }

    int group(int index) {
        return index / lanes.blocks().length;
    }

    LaneBlocks.Block block(int index) {
        return lanes.blocks()[index % lanes.blocks().length];
    }

    /** Channels in lanes of a group. */
    int channels() {
        return backward ? geometry.icg() : geometry.ocg();
    }

    /** The first channel of a block. */
    int channel(int index) {
        return group(index) * channels() + block(index).first();
    }

    /** Where a block begins among all. */
    int start(int index) {
        return Element.ALIGNMENT_OFFSET
                + (group(index) * lanes.lanes() + block(index).first()) * products;
    }

    /** Where the first sums of a block are. */
    int first(int index) {
        return backward ? 0 : group(index) * lanes.lanes() + block(index).first();
    }

    /** Packs a block. */
    void pack(double[] weights, double[] bias, int index, double[] panel, int start) {
        LaneBlocks.Block block = block(index);
        int valid = block.valid(channels());
        if (!backward) {
            transpose(weights, channel(index) * products, products, valid, panel, start, block);
            if (bias != null) {
                System.arraycopy(bias, channel(index), begin, first(index), valid);
            }
            return;
        }
        for (int k = 0; k < geometry.ocg(); k++) {
            int from = ((group(index) * geometry.ocg() + k) * geometry.icg() + block.first())
                    * taps;
            int to = start + k * block.lanes();
            if (taps == 1) {
                Panel.copy(weights, from, 0, 1, valid, panel, to, block.vectors());
            } else {
                transpose(weights, from, taps, valid, panel, to, block);
            }
        }
    }

    private void transpose(double[] weights, int from, int row, int valid, double[] panel, int to,
            LaneBlocks.Block block) {
        for (int lane = 0; lane < valid; lane += Lanes.COUNT) {
            Transpose.pack(weights, from + lane * row, row, Math.min(Lanes.COUNT, valid - lane),
                    row, panel, to + lane, offsets, block.lanes());
        }
    }
}
