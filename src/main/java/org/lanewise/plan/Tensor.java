package org.lanewise.plan;

import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.Elements;
import org.lanewise.kernel.FusedMaxPool;
import org.lanewise.kernel.Layout;
import org.lanewise.spec.Shape;

/**
 * What flows between two steps: a batch of values and, in training, the gradient with respect to
 * them.
 *
 * @param shape shape of one sample
 * @param layout positions of the elements
 * @param values the batch
 * @param gradient the same for the gradient; null where no step needs it
 * @param rectified whether a ReLU is fused into the step that writes the values; then the step that
 *        writes the gradient fuses its backward pass
 * @param maxPool the max pooling that is fused into the step that writes the values; null for none
 */
record Tensor(Shape shape, Layout layout, Elements values, Elements gradient, boolean rectified,
        FusedMaxPool maxPool) {
    /** Values that a layer writes with nothing fused into it. */
    Tensor(Shape shape, Layout layout, Elements values, Elements gradient) {
        this(shape, layout, values, gradient, false, null);
    }

    int sampleSize() {
        return (int) shape.size();
    }

    /** A flat row seen as maps of one row. */
    static Shape.Image maps(Shape shape) {
        return switch (shape) {
            case Shape.Image image -> image;
            case Shape.Flat flat -> new Shape.Image(1, 1, flat.features());
        };
    }

    static Layout rowMajor(Shape shape) {
        Shape.Image maps = maps(shape);
        return Layout.rowMajor(maps.channels(), maps.height(), maps.width());
    }

    /** Whether elements are in row-major order with nothing between them. */
    boolean isRowMajor() {
        return isRowMajor(shape, layout);
    }

    /** Whether a layout puts elements in row-major order with nothing between them. */
    static boolean isRowMajor(Shape shape, Layout layout) {
        Shape.Image maps = maps(shape);
        Layout rowMajor = rowMajor(shape);
        return layout.origin() == rowMajor.origin() && layout.sample() == rowMajor.sample()
                && (maps.channels() == 1 || layout.channel() == rowMajor.channel())
                && (maps.height() == 1 || layout.row() == rowMajor.row())
                && (maps.width() == 1 || layout.column() == rowMajor.column());
    }

    /** The layout in words. */
    String placement() {
        if (isRowMajor()) {
            return "row-major";
        }
        Shape.Image maps = maps(shape);
        Layout.Halo halo = layout.halo(maps.height(), maps.width(),
                Cpu.alignmentOffset(values.bytes()));
        String order = layout.channelsLast() ? "channels last" : "planes";
        return halo.equals(Layout.Halo.NONE)
                ? order
                : order + ", halo " + halo.top() + " top, " + halo.left() + " left, "
                        + halo.bottom() + " bottom, " + halo.right() + " right";
    }

    /** The same arrays seen as a flat row; they are row-major. */
    Tensor as(Shape other) {
        return new Tensor(other, rowMajor(other), values, gradient, rectified, null);
    }

    /** A row-major copy of some samples. */
    double[] copy(Elements array, int samples) {
        int[] places = places(samples);
        double[] copy = new double[places.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = array.get(places[i]);
        }
        return copy;
    }

    /** The positions of the elements, in row-major order. */
    int[] places(int samples) {
        Shape.Image maps = maps(shape);
        int[] places = new int[samples * sampleSize()];
        int i = 0;
        for (int n = 0; n < samples; n++) {
            for (int c = 0; c < maps.channels(); c++) {
                for (int h = 0; h < maps.height(); h++) {
                    for (int w = 0; w < maps.width(); w++) {
                        places[i++] = layout.at(n, c, h, w);
                    }
                }
            }
        }
        return places;
    }
}
