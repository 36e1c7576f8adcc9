package org.lanewise.plan;

import java.util.List;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Layout.Halo;
import org.lanewise.spec.Flatten;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

/**
 * Where elements are: the reference works on row-major maps, vectors on maps whose channels are last,
 * with a halo of zeros where convolutions read beyond the border; so a batch is copied into that order
 * once, and out of it where it is flattened.
 *
 * @param network what is computed
 * @param layers of the network, in order
 * @param choices what computes them
 * @param demand which gradients are wanted
 * @param fusion which layers are computed together
 */
record LayoutAssignment(Network network, List<LayerDescription> layers, LayerChoices choices,
        GradientDemand demand, ReluFusion fusion) {
    /** The layout of the batch that the first layer reads: an image of few channels stays NCHW. */
    Layout input() {
        return network.input() instanceof Shape.Image image && readsPlanes()
                ? Layout.planes(image.channels(), image.height(), image.width(), halo(-1))
                : layout(network.input(), halo(-1));
    }

    /** Where a layer writes, with a ReLU that is computed with it. */
    Layout output(int index) {
        Shape shape = layers.get(index).output();
        return writesPlanes(index) ? Tensor.rowMajor(shape) : layout(shape, halo(index));
    }

    private boolean readsPlanes() {
        return choices.convolution(0) != null && choices.beyondReference(0)
                && choices.convolution(0).problem().planes();
    }

    /** Whether the output of a layer is as it will be flattened. */
    private boolean writesPlanes(int index) {
        int next = fusion.fuses(index) ? index + 2 : index + 1;
        return index == 0 && readsPlanes() && choices.of(0).rowMajorOutput(demand.of(-1))
                && next < layers.size() && layers.get(next).layer() instanceof Flatten;
    }

    /**
     * The zeros around the output of a layer, or around the input for -1: as many before an
     * elementwise layer as after it, so that its elements have the same places.
     */
    private Halo halo(int index) {
        Halo halo = readAround(index);
        for (int i = index + 1; i < layers.size() && isElementwise(i); i++) {
            halo = halo.with(readAround(i));
        }
        for (int i = index; i >= 0 && isElementwise(i); i--) {
            halo = halo.with(readAround(i - 1));
        }
        return halo;
    }

    /** The zeros that convolutions read around the output of a layer and around its gradient. */
    private Halo readAround(int index) {
        Halo halo = Halo.NONE;
        if (choices.convolution(index) != null && demand.of(index)) {
            halo = halo.with(choices.convolution(index).gradientHalo(demand.of(index - 1)));
        }
        if (choices.convolution(index + 1) != null) {
            halo = halo.with(choices.convolution(index + 1).sourceHalo(demand.of(index + 1)));
        }
        return halo;
    }

    private boolean isElementwise(int index) {
        return layers.get(index).layer().elementwise();
    }

    private Layout layout(Shape shape, Halo halo) {
        return shape instanceof Shape.Image image && choices.channelsLast()
                ? Layout.channelsLast(image.channels(), image.height(), image.width(), halo)
                : Tensor.rowMajor(shape);
    }
}
