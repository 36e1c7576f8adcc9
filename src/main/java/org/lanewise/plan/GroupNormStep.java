package org.lanewise.plan;

import static org.lanewise.kernel.Elements.doubles;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.ChunkedSums;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.GroupNormGeometry;
import org.lanewise.kernel.ImplementationInfo;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.WeightedKernel;
import org.lanewise.kernel.elementwise.GroupNorm;
import org.lanewise.kernel.reference.GroupNormScalar;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.LayerNorm;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.Shape;

/**
 * Lowers normalization of groups of channels, or of whole samples. Factors and addends are copied to one array, those
 * of elements in the order HWC; without them, it holds 1 and 0.
 */
final class GroupNormStep {
    private static final ImplementationInfo LOOPS = ImplementationInfo.of("group by group");

    private final GroupNormGeometry geometry;
    private final boolean vectors;
    private final Tensor input;
    private final Tensor output;
    private final ParameterBuffer weight;
    private final ParameterBuffer bias;
    private final double[] stats;
    private final double[] affine;
    private final ChunkedSums[] sums;
    private final ChunkedSums gradients;
    private final GroupNormGeometry.Part[] parts;

    private GroupNormStep(GroupNormGeometry geometry, LayerDescription layer, Tensor input,
            Tensor output, List<ParameterBuffer> learned, PlanOptions options,
            Workspace workspace) {
        this.geometry = geometry;
        this.vectors = options.kernels().vectors();
        this.input = input;
        this.output = output;
        this.weight = learned.isEmpty() ? null : learned.getFirst();
        this.bias = learned.size() < 2 ? null : learned.getLast();
        this.stats = workspace.doubles(layer.index(), Kind.WORK, "statistics",
                (long) options.capacity() * GroupNormScalar.ROWS * geometry.c());
        this.affine = workspace.doubles(layer.index(), Kind.WORK, "factors",
                2L * geometry.factors());
        Arrays.fill(affine, 0, Math.min(affine.length, geometry.factors()), Element.round(1.0));
        this.parts = geometry.parts(options.capacity());
        int slices = geometry.elementwise() ? 1 : parts.length;
        this.sums = ChunkedSums.perThread(workspace.scratch(layer.index()), "sums",
                2L * geometry.c());
        this.gradients = ChunkedSums.of(workspace.scratch(layer.index()), "sums of slices",
                options.purpose().learns() && weight != null
                        ? 2L * slices * geometry.factors()
                        : 0);
    }

    /** The step of a layer. */
    static Step of(LayerDescription layer, Tensor input, Tensor output,
            List<ParameterBuffer> learned, PlanOptions options, Workspace workspace) {
        Shape.Image maps = input.shape() instanceof Shape.Image image
                ? image
                : new Shape.Image(input.sampleSize(), 1, 1);
        GroupNormGeometry geometry = switch (layer.layer()) {
            case LayerNorm norm -> geometry(maps, 1, true, norm.eps(), input, output);
            case org.lanewise.spec.GroupNorm norm -> geometry(maps, norm.numGroups(), false,
                    norm.eps(), input, output);
            default -> throw new AssertionError(layer.label() + " has no groups");
        };
        return new GroupNormStep(geometry, layer, input, output, learned, options, workspace)
                .step(layer.index());
    }

    private static GroupNormGeometry geometry(Shape.Image maps, int groups, boolean elementwise,
            double eps, Tensor input, Tensor output) {
        return new GroupNormGeometry(maps.channels(), maps.height(), maps.width(), groups,
                elementwise, eps, BatchNormStep.layout(input), BatchNormStep.layout(output));
    }

    private Step step(int index) {
        double[] src = doubles(input.values());
        double[] dst = doubles(output.values());
        double[] diffDst = doubles(output.gradient());
        double[] diffSrc = doubles(input.gradient());
        List<Task> forward = new ArrayList<>();
        if (weight != null) {
            forward.add(Task.range(1, 1, (_, _) -> {
                arrange(doubles(weight.values()), 0);
                if (bias != null) {
                    arrange(doubles(bias.values()), geometry.factors());
                }
            }));
        }
        int grain = Elementwise.samplesOfBlock(input);
        forward.add(Task.of(samples -> samples, grain, (from, to, thread, _) -> {
            for (int n = from; n < to; n++) {
                if (vectors) {
                    GroupNorm.statistics(geometry, src, stats, sums[thread], n);
                    GroupNorm.normalize(geometry, src, stats, affine, dst, n);
                } else {
                    GroupNormScalar.statistics(geometry, src, stats, sums[thread], n);
                    GroupNormScalar.normalize(geometry, src, stats, affine, dst, n);
                }
            }
        }));
        Task backward = Task.of(samples -> samples, grain, (from, to, thread, _) -> {
            for (int n = from; n < to; n++) {
                if (vectors) {
                    GroupNorm.gradientSums(geometry, src, diffDst, stats, sums[thread], affine, n);
                    GroupNorm.backwardInput(geometry, src, diffDst, stats, affine, diffSrc, n);
                } else {
                    GroupNormScalar.gradientSums(geometry, src, diffDst, stats, sums[thread],
                            affine, n);
                    GroupNormScalar.backwardInput(geometry, src, diffDst, stats, affine, diffSrc,
                            n);
                }
            }
        });
        return new Step(index, index, false, WeightedKernel.DIRECT, "", List.of(), LOOPS,
                List.of(input), output, List.copyOf(forward),
                diffDst != null && (learns(weight) || learns(bias))
                        ? weightGradients()
                        : List.of(),
                diffSrc == null ? List.of() : List.of(backward)).saved(List.of(input), 0);
    }

    /** Whether the gradient with respect to an array is wanted; null for an array that is not there. */
    private static boolean learns(ParameterBuffer array) {
        return array != null && array.gradient() != null;
    }

    /** Copies factors or addends of a row-major array to the order HWC. */
    private void arrange(double[] rowMajor, int first) {
        int pixels = geometry.factors() / geometry.c();
        for (int c = 0; c < geometry.c(); c++) {
            for (int i = 0; i < pixels; i++) {
                affine[first + i * geometry.c() + c] = rowMajor[c * pixels + i];
            }
        }
    }

    /** One sum for each row of elements, or for each slice of the batch; these are added in order. */
    private List<Task> weightGradients() {
        Task sums = Task.of(samples -> geometry.elementwise()
                ? parts.length
                : Math.ceilDiv(samples, geometry.samplesOfSlice()), 1,
                (part, _, _, samples) -> sum(parts[part], samples));
        return List.of(sums, Task.of(_ -> 1, 1, (_, _, _, samples) -> merge(samples)));
    }

    private void sum(GroupNormGeometry.Part part, int samples) {
        double[] src = doubles(input.values());
        double[] diffDst = doubles(output.gradient());
        if (vectors) {
            GroupNorm.weightGradients(geometry, src, diffDst, stats, gradients, part, samples);
        } else {
            GroupNormScalar.weightGradients(geometry, src, diffDst, stats, gradients, part,
                    samples);
        }
    }

    private void merge(int samples) {
        int count = 2 * geometry.factors();
        int slice = geometry.elementwise() ? samples : geometry.samplesOfSlice();
        double[] total = gradients.total(); // double
        for (int from = slice; from < samples; from += slice) {
            for (int i = 0; i < count; i++) {
                total[i] += total[from / slice * count + i];
            }
        }
        if (learns(weight)) {
            restore(0, doubles(weight.gradient()));
        }
        if (learns(bias)) {
            restore(geometry.factors(), doubles(bias.gradient()));
        }
    }

    /** Copies gradients in the order HWC to a row-major array. */
    private void restore(int first, double[] rowMajor) {
        int pixels = geometry.factors() / geometry.c();
        for (int c = 0; c < geometry.c(); c++) {
            for (int i = 0; i < pixels; i++) {
                rowMajor[c * pixels + i] = Element
                        .round(gradients.total()[first + i * geometry.c() + c]);
            }
        }
    }
}
