package org.lanewise.plan;

import static org.lanewise.kernel.Elements.doubles;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.lanewise.kernel.BatchNormGeometry;
import org.lanewise.kernel.ChunkedSums;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Elements;
import org.lanewise.kernel.ImplementationInfo;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.WeightedKernel;
import org.lanewise.kernel.elementwise.ActivationKernel;
import org.lanewise.kernel.elementwise.BatchNorm;
import org.lanewise.kernel.elementwise.BatchNormActivation;
import org.lanewise.kernel.reference.BatchNormScalar;
import org.lanewise.spec.Activation;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Shape;

/**
 * Lowers batch normalization. In training, slices of the batch are summed by a block each and merged
 * in order; in inference, running statistics take their place.
 *
 * <p>Where the step computes the function that follows too, the backward pass overwrites the gradient with respect
 * to its values with the gradient with respect to the normalized values.
 */
final class BatchNormStep implements BatchStatistics {
    private static final ImplementationInfo LOOPS = ImplementationInfo.of("channel by channel");

    /** A factor that is not learned is 1 everywhere, and a bias 0: null. */
    private record Arrays(ParameterBuffer weight, ParameterBuffer bias, double[] mean,
            double[] variance, Elements batches) {
        static Arrays of(List<ParameterBuffer> list) {
            return new Arrays(find(list, "weight"), find(list, "bias"),
                    doubles(find(list, org.lanewise.spec.BatchNorm.RUNNING_MEAN).values()),
                    doubles(find(list, org.lanewise.spec.BatchNorm.RUNNING_VAR).values()),
                    find(list, ParameterSpec.BATCHES).values());
        }

        private static ParameterBuffer find(List<ParameterBuffer> list, String name) {
            return list.stream().filter(array -> array.spec().name().endsWith("." + name))
                    .findFirst().orElse(null);
        }

        void complete(double eps, double[] coefficients) {
            BatchNormScalar.complete(eps,
                    weight == null ? null : doubles(weight.values()),
                    bias == null ? null : doubles(bias.values()), coefficients, mean.length);
        }
    }

    private final org.lanewise.spec.BatchNorm norm;
    private final BatchNormGeometry geometry;
    private final boolean vectors;
    private final Tensor input;
    private final Tensor output;
    private final Arrays arrays;
    private final double[] coefficients;
    private final ChunkedSums slices;
    /** Computes the function that follows too; null where none but a ReLU is fused. */
    private final BatchNormActivation activation;

    private BatchNormStep(LayerDescription layer, Fusion fusion, Tensor input, Tensor output,
            List<ParameterBuffer> list, PlanOptions options, Workspace workspace) {
        int index = layer.index();
        this.norm = (org.lanewise.spec.BatchNorm) layer.layer();
        this.geometry = geometry(input, output);
        this.vectors = options.kernels().vectors();
        this.input = input;
        this.output = output;
        this.arrays = Arrays.of(list);
        this.coefficients = workspace.doubles(index, Kind.WORK, "coefficients",
                (long) BatchNormScalar.ROWS * geometry.c());
        int count = Math.ceilDiv(options.capacity(), geometry.samplesOfSlice());
        this.slices = ChunkedSums.of(workspace.scratch(index), "sums of slices",
                options.purpose().learns() ? 2L * count * geometry.c() : 0);
        Activation function = fusion.activation(index);
        this.activation = function == null
                ? null
                : new BatchNormActivation(geometry,
                        new ActivationKernel(function.function().name(),
                                Element.round(function.parameter()),
                                vectors),
                        coefficients,
                        output.gradient() == null ? null : workspace.scratch(index));
    }

    /**
     * The step of a layer.
     *
     * @param fusion says whether the function that follows is computed too
     */
    static Step of(LayerDescription layer, Fusion fusion, Tensor input, Tensor output,
            List<ParameterBuffer> list, PlanOptions options, Workspace workspace) {
        return new BatchNormStep(layer, fusion, input, output, list, options, workspace)
                .step(layer.index(), fusion.stored(layer.index()), options.purpose().learns());
    }

    private Step step(int index, int stored, boolean learns) {
        List<Task> predict = List.of(Task.range(1, 1, (_, _) -> recall()), normalizing());
        List<Task> sums = output.gradient() == null
                ? List.of()
                : List.of(gradientSums(), whole(this::merge));
        boolean weights = learns(arrays.weight()) || learns(arrays.bias());
        List<Task> backwardInput = new ArrayList<>();
        if (input.gradient() != null) {
            backwardInput.addAll(weights ? List.of() : sums);
            backwardInput.add(Elementwise.samples(input, vectors
                    ? (from, to) -> BatchNorm.backwardInput(geometry, doubles(input.values()),
                            doubles(output.gradient()), coefficients, doubles(input.gradient()),
                            from, to)
                    : (from, to) -> BatchNormScalar.backwardInput(geometry, doubles(input.values()),
                            doubles(output.gradient()), coefficients, doubles(input.gradient()),
                            from, to)));
        }
        List<Task> forward = !learns
                ? predict
                : List.of(overSlices(vectors
                        ? (from, to) -> BatchNorm.statistics(geometry, doubles(input.values()),
                                slices, from,
                                to)
                        : (from, to) -> BatchNormScalar.statistics(geometry,
                                doubles(input.values()), slices,
                                from, to)),
                        whole(this::prepare), normalizing());
        List<Tensor> rewritten = new ArrayList<>();
        if (activation != null) {
            rewritten.addAll(activation.readsOutput() ? List.of(output, output) : List.of(output));
        }
        List<Tensor> saved = new ArrayList<>(weights ? List.of() : rewritten);
        saved.add(input);
        return new Step(index, stored, false, WeightedKernel.DIRECT, "", List.of(), LOOPS,
                List.of(input), output, forward, weights ? sums : List.of(),
                List.copyOf(backwardInput), List.of(), predict,
                learns ? Optional.of(this) : Optional.empty(), List.copyOf(saved),
                weights ? List.copyOf(rewritten) : List.of(), 0);
    }

    private Task gradientSums() {
        if (activation != null) {
            return Task.of(samples -> samples, geometry.samplesOfSlice(),
                    (from, to, thread, _) -> activation.gradientSums(doubles(input.values()),
                            doubles(output.values()), doubles(output.gradient()), slices, from, to,
                            thread));
        }
        return overSlices(vectors
                ? (from, to) -> BatchNorm.gradientSums(geometry, doubles(input.values()),
                        doubles(output.gradient()), coefficients, slices, from, to)
                : (from, to) -> BatchNormScalar.gradientSums(geometry, doubles(input.values()),
                        doubles(output.gradient()), coefficients, slices, from, to));
    }

    /** Whether there is an array, and a gradient with respect to it. */
    static boolean learns(ParameterBuffer array) {
        return array != null && array.gradient() != null;
    }

    /** A task whose blocks are slices. */
    private Task overSlices(Task.Range range) {
        return Task.samples(geometry.samplesOfSlice(), range);
    }

    /** A task of one block, by the samples of the batch. */
    private static Task whole(IntConsumer body) {
        return Task.of(_ -> 1, 1, (_, _, _, samples) -> body.accept(samples));
    }

    private Task normalizing() {
        if (activation != null) {
            return Elementwise.samples(input,
                    (from, to) -> activation.forward(doubles(input.values()),
                            doubles(output.values()), from, to));
        }
        double floor = output.rectified() ? 0.0 : Double.NaN;
        return Elementwise.samples(input, vectors
                ? (from, to) -> BatchNorm.normalize(geometry, Element.round(floor),
                        doubles(input.values()),
                        doubles(output.values()), coefficients, from, to)
                : (from, to) -> BatchNormScalar.normalize(geometry, doubles(input.values()),
                        doubles(output.values()), coefficients, from, to));
    }

    /** Makes the coefficients of the statistics of the batch. */
    private void prepare(int samples) {
        BatchNormScalar.merge(geometry, slices, coefficients, samples);
        arrays.complete(norm.eps(), coefficients);
    }

    /** Makes the coefficients of the running statistics. */
    private void recall() {
        int c = geometry.c();
        System.arraycopy(arrays.mean(), 0, coefficients, BatchNormScalar.MEAN * c, c);
        System.arraycopy(arrays.variance(), 0, coefficients, BatchNormScalar.VARIANCE * c, c);
        arrays.complete(norm.eps(), coefficients);
    }

    /** Makes the gradients of weight and bias, and the coefficients of that of the input. */
    private void merge(int samples) {
        BatchNormScalar.mergeGradients(geometry, slices, coefficients, samples);
        BatchNormScalar.weightGradients(slices, coefficients, gradient(arrays.weight()),
                gradient(arrays.bias()), geometry.c());
    }

    /** The gradient with respect to an array; null where it is not wanted. */
    private static double[] gradient(ParameterBuffer array) {
        return learns(array) ? doubles(array.gradient()) : null;
    }

    @Override
    public int size() {
        return 2 * geometry.c();
    }

    @Override
    public void read(int samples, double share, Elements into, int at) {
        int c = geometry.c();
        double values = geometry.values(samples);
        BatchNormScalar.scaled(1.0, share, coefficients, BatchNormScalar.MEAN, doubles(into), at,
                c);
        BatchNormScalar.scaled(values / (values - 1.0), share, coefficients,
                BatchNormScalar.VARIANCE, doubles(into), at + c, c);
    }

    @Override
    public void follow(Elements statistics, int at) {
        double batches = arrays.batches().get(0) + 1;
        arrays.batches().set(0, batches);
        double share = norm.momentum().orElse(1.0 / batches);
        BatchNormScalar.follow(share, doubles(statistics), at, arrays.mean());
        BatchNormScalar.follow(share, doubles(statistics), at + geometry.c(), arrays.variance());
    }

    private static BatchNormGeometry geometry(Tensor input, Tensor output) {
        Shape.Image maps = input.shape() instanceof Shape.Image image
                ? image
                : new Shape.Image(input.sampleSize(), 1, 1);
        return new BatchNormGeometry(maps.channels(), maps.height(), maps.width(), layout(input),
                layout(output));
    }

    /** The layout of a tensor; a flat row is one pixel. */
    static Layout layout(Tensor tensor) {
        Layout layout = tensor.layout();
        int features = tensor.sampleSize();
        return tensor.shape() instanceof Shape.Image
                ? layout
                : new Layout(layout.origin(), layout.sample(), 1, features, features);
    }
}
