package org.lanewise.plan;

import static org.lanewise.kernel.Elements.doubles;

import java.util.List;
import java.util.Optional;
import org.lanewise.kernel.DropoutGeometry;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.WeightedKernel;
import org.lanewise.kernel.elementwise.Dropout;
import org.lanewise.kernel.elementwise.DropoutMask;
import org.lanewise.kernel.reference.DropoutScalar;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.Shape;

/** Lowers dropout of a training: each forward pass draws masks, which its backward pass reads. */
final class DropoutStep {
    private DropoutStep() {}

    /**
     * The step of a layer.
     *
     * @param drawn the step whose masks are drawn
     */
    static Step of(LayerDescription layer, Tensor input, Tensor output, PlanOptions options,
            Workspace workspace, DrawnStep drawn) {
        Shape.Image maps = Tensor.maps(input.shape());
        DropoutGeometry geometry = new DropoutGeometry(maps.channels(), maps.height(),
                maps.width(), input.layout(), layer.index(),
                ((org.lanewise.spec.Dropout) layer.layer()).p());
        boolean vectors = options.kernels().vectors();
        int[] mask = workspace.integers(layer.index(), Kind.WORK, "mask",
                (long) options.capacity() * geometry.stride());
        double[] src = doubles(input.values());
        double[] dst = doubles(output.values());
        double[] diffDst = doubles(output.gradient());
        double[] diffSrc = doubles(input.gradient());
        double[] rectified = input.rectified() ? src : null;
        Task forward = Elementwise.samples(input, vectors
                ? (from, to) -> {
                    DropoutMask.mask(geometry, drawn.key(), drawn.step(), mask, from, to);
                    Dropout.apply(geometry, mask, src, dst, from, to);
                }
                : (from, to) -> {
                    DropoutScalar.mask(geometry, drawn.key(), drawn.step(), mask, from, to);
                    DropoutScalar.apply(geometry, mask, src, dst, from, to);
                });
        Task backward = Elementwise.samples(input, vectors
                ? (from, to) -> Dropout.backwardInput(geometry, mask, rectified, diffDst, diffSrc,
                        from, to)
                : (from, to) -> DropoutScalar.apply(geometry, mask, diffDst, diffSrc, from, to));
        Task predict = Elementwise.elements(input, output,
                (from, to) -> System.arraycopy(src, from, dst, from, to - from));
        return new Step(layer.index(), layer.index(), false, WeightedKernel.DIRECT, "", List.of(),
                Lowering.ELEMENT_BY_ELEMENT, List.of(input), output, List.of(forward), List.of(),
                diffSrc == null ? List.of() : List.of(backward), List.of(), List.of(predict),
                Optional.empty(), List.of(), List.of(), geometry.stride());
    }
}
