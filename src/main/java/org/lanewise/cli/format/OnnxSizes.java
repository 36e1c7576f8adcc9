package org.lanewise.cli.format;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.lanewise.spec.Shape;

/** Shapes that an ONNX graph computes, as {@code x.view(x.size(0), -1)} does; the batch is a size of its own. */
final class OnnxSizes {
    /** The size of the batch, which is no number before the network runs. */
    static final long BATCH = Long.MIN_VALUE;

    private OnnxSizes() {}

    /** {@return the sizes of a batch of samples} */
    static long[] of(Shape sample) {
        return switch (sample) {
            case Shape.Image image ->
                new long[] {BATCH, image.channels(), image.height(), image.width()};
            case Shape.Flat flat -> new long[] {BATCH, flat.features()};
        };
    }

    /** {@return the elements of sizes that a Gather takes} */
    static long[] gather(long[] sizes, long[] indices) {
        return Arrays.stream(indices).map(index -> {
            long from = index < 0 ? index + sizes.length : index;
            if (from < 0 || from >= sizes.length) {
                throw new IllegalArgumentException("index " + index + " is none of "
                        + sizes.length + " sizes");
            }
            return sizes[(int) from];
        }).toArray();
    }

    /** {@return sizes one after the other} */
    static long[] concat(List<long[]> parts) {
        return parts.stream().flatMapToLong(LongStream::of).toArray();
    }

    /** {@return sizes as text} */
    static String text(long[] sizes) {
        List<String> words = new ArrayList<>();
        for (long size : sizes) {
            words.add(size == BATCH ? "batch" : String.valueOf(size));
        }
        return words.toString();
    }

    /**
     * {@return whether a Reshape keeps the shape of its samples; if not, it makes a row of each}
     *
     * @param fixed the size of the batch that the graph's input states; 0 if it states none
     * @throws IllegalArgumentException if it does anything else
     */
    static boolean keeps(NodeProto node, Shape sample, long[] target, long fixed) {
        long[] from = of(sample);
        boolean copies = !new OnnxAttributes(node).has("allowzero")
                || new OnnxAttributes(node).integer("allowzero", 0) == 0;
        long[] to = target.clone();
        int free = -1;
        long known = 1;
        for (int i = 0; i < to.length; i++) {
            if (to[i] == 0 && copies && i < from.length) {
                to[i] = from[i];
            }
            if (i == 0 && fixed > 0 && to[i] == fixed) {
                to[i] = BATCH;
            }
            if (to[i] == -1) {
                free = free < 0 ? i : to.length;
            } else if (to[i] > 0) {
                // Of sizes below 2^31 no product wraps, and larger ones are none of a sample.
                known = Math.max(known, to[i]) > Integer.MAX_VALUE
                        ? Long.MAX_VALUE
                        : known * to[i];
            }
        }
        long size = sample.size();
        if (free == 0 && known == size) {
            to[0] = BATCH;
        } else if (free > 0 && free < to.length && to[0] == BATCH && size % known == 0) {
            to[free] = size / known;
        }
        if (Arrays.equals(to, from)) {
            return true;
        }
        if (Arrays.equals(to, new long[] {BATCH, size})) {
            return false;
        }
        throw new IllegalArgumentException("makes " + text(target) + " of " + text(from)
                + "; only samples that become rows are supported, [batch, " + size + "]");
    }
}
