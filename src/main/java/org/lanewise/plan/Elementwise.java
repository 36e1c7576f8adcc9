package org.lanewise.plan;

import static org.lanewise.kernel.Elements.doubles;

import java.util.List;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.PoolGeometry;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.elementwise.ActivationKernel;
import org.lanewise.kernel.elementwise.AvgPool;
import org.lanewise.kernel.elementwise.MaxPool;
import org.lanewise.kernel.elementwise.ReorderVector;
import org.lanewise.kernel.reference.AddScalar;
import org.lanewise.kernel.reference.AvgPoolScalar;
import org.lanewise.kernel.reference.ConcatScalar;
import org.lanewise.kernel.reference.MaxPoolScalar;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Shape;

/** The tasks of steps without parameters; a block is a number of samples. */
record Elementwise(boolean vectors) {
    /** Elements of a block: enough that taking it costs little compared with computing it. */
    private static final int ELEMENTS = 8192;

    /** A task over samples, in blocks large enough to be worth taking. */
    static Task samples(Tensor tensor, Task.Range range) {
        return Task.samples(samplesOfBlock(tensor), range);
    }

    static int samplesOfBlock(Tensor tensor) {
        return Math.max(1, ELEMENTS / tensor.sampleSize());
    }

    /** A task over all elements of both tensors, in ranges that leave out their halo. */
    static Task elements(Tensor tensor, Tensor other, Task.Range range) {
        requireSameLayout(tensor, other);
        Layout layout = tensor.layout();
        if (layout.sample() == tensor.sampleSize()) {
            return samples(tensor,
                    (from, to) -> range.run(layout.at(from, 0, 0, 0), layout.at(to, 0, 0, 0)));
        }
        Shape.Image maps = Tensor.maps(tensor.shape());
        int row = maps.width() * layout.column();
        return samples(tensor, (from, to) -> {
            for (int n = from; n < to; n++) {
                for (int h = 0; h < maps.height(); h++) {
                    int place = layout.at(n, 0, h, 0);
                    range.run(place, place + row);
                }
            }
        });
    }

    private static void requireSameLayout(Tensor tensor, Tensor other) {
        if (!tensor.layout().equals(other.layout())) {
            throw new AssertionError("an elementwise step reads " + tensor.layout()
                    + " and writes " + other.layout());
        }
    }

    Task function(ActivationKernel kernel, Tensor input, Tensor output) {
        double[] src = doubles(input.values());
        double[] dst = doubles(output.values());
        return elements(input, output, (from, to) -> kernel.forward(src, dst, from, to));
    }

    Task functionBack(ActivationKernel kernel, Tensor input, Tensor output) {
        double[] read = kernel.readsOutput() ? doubles(output.values()) : doubles(input.values());
        double[] diffDst = doubles(output.gradient());
        double[] diffSrc = doubles(input.gradient());
        return elements(input, output,
                (from, to) -> kernel.backward(read, diffDst, diffSrc, from, to));
    }

    Task maxPool(PoolGeometry geometry, Tensor input, Tensor output, int[] argmax) {
        return samples(input, vectors
                ? (from, to) -> MaxPool.forward(geometry, doubles(input.values()),
                        doubles(output.values()), from, to)
                : (from, to) -> MaxPoolScalar.forward(geometry, doubles(input.values()),
                        doubles(output.values()), argmax, from, to));
    }

    Task maxPoolBack(PoolGeometry geometry, Tensor input, Tensor output, int[] argmax) {
        return samples(input, vectors
                ? (from, to) -> MaxPool.backwardInput(geometry, input.rectified(),
                        doubles(input.values()), doubles(output.values()),
                        doubles(output.gradient()), doubles(input.gradient()), from,
                        to)
                : (from, to) -> MaxPoolScalar.backwardInput(geometry, doubles(output.gradient()),
                        argmax, doubles(input.gradient()), from, to));
    }

    Task avgPool(PoolGeometry geometry, Tensor input, Tensor output) {
        return samples(input, vectors
                ? (from, to) -> AvgPool.forward(geometry, doubles(input.values()),
                        doubles(output.values()), from, to)
                : (from, to) -> AvgPoolScalar.forward(geometry, doubles(input.values()),
                        doubles(output.values()),
                        from, to));
    }

    Task avgPoolBack(PoolGeometry geometry, Tensor input, Tensor output) {
        return samples(input, vectors
                ? (from, to) -> AvgPool.backwardInput(geometry, input.rectified(),
                        doubles(input.values()),
                        doubles(output.gradient()), doubles(input.gradient()),
                        from,
                        to)
                : (from, to) -> AvgPoolScalar.backwardInput(geometry, doubles(output.gradient()),
                        doubles(input.gradient()), from, to));
    }

    /** Sums of the elements of several tensors. */
    Task add(List<Tensor> inputs, Tensor output) {
        double[] dst = doubles(output.values());
        double[] first = doubles(inputs.get(0).values());
        double[] second = doubles(inputs.get(1).values());
        double[][] others = inputs.stream().skip(2)
                .map(input -> doubles(input.values())).toArray(double[][]::new);
        inputs.forEach(input -> requireSameLayout(input, output));
        return elements(inputs.getFirst(), output, (from, to) -> {
            AddScalar.forward(first, second, dst, from, to);
            for (double[] other : others) {
                AddScalar.accumulate(other, dst, from, to);
            }
        });
    }

    /** The gradient with respect to one of the inputs of a sum. */
    Task addBack(Tensor input, Tensor output, boolean accumulate) {
        double[] diffDst = doubles(output.gradient());
        double[] diffSrc = doubles(input.gradient());
        return elements(input, output, accumulate
                ? (from, to) -> AddScalar.accumulate(diffDst, diffSrc, from, to)
                : (from, to) -> System.arraycopy(diffDst, from, diffSrc, from, to - from));
    }

    /** Adds a contribution to a gradient. */
    Task accumulate(Tensor contribution, Tensor tensor) {
        return addBack(tensor, contribution, true);
    }

    /** Copies one of several inputs to its place among the others. */
    Task concat(Tensor input, Tensor output, int offset) {
        ConcatScalar part = part(input, output, offset);
        return samples(input,
                (from, to) -> part.forward(doubles(input.values()), doubles(output.values()), from,
                        to));
    }

    /** The gradient with respect to one of the inputs that are next to each other. */
    Task concatBack(Tensor input, Tensor output, int offset, boolean accumulate) {
        ConcatScalar part = part(input, output, offset);
        double[] diffDst = doubles(output.gradient());
        double[] diffSrc = doubles(input.gradient());
        return samples(input, accumulate
                ? (from, to) -> part.accumulate(diffDst, diffSrc, from, to)
                : (from, to) -> part.backward(diffDst, diffSrc, from, to));
    }

    private static ConcatScalar part(Tensor input, Tensor output, int offset) {
        Shape.Image maps = Tensor.maps(input.shape());
        Layout dst = output.layout();
        return new ConcatScalar(maps.channels(), maps.height(), maps.width(), input.layout(), dst,
                offset * (input.shape() instanceof Shape.Flat ? dst.column() : dst.channel()));
    }

    /** What an input takes of the dimension along which inputs are joined. */
    static int width(Tensor input) {
        return switch (input.shape()) {
            case Shape.Image image -> image.channels();
            case Shape.Flat flat -> flat.features();
        };
    }

    /** Brings values from one order into another; a copy is made by vector kernels alone. */
    Task copy(Tensor input, Tensor output) {
        return copy(input, doubles(input.values()), output, null, doubles(output.values()));
    }

    /** The backward pass of a copy. */
    Task copyBack(Tensor input, Tensor output) {
        double[] rectified = input.rectified() ? doubles(input.values()) : null;
        return copy(output, doubles(output.gradient()), input, rectified,
                doubles(input.gradient()));
    }

    private static Task copy(Tensor input, double[] src, Tensor output, double[] rectified,
            double[] dst) {
        Shape.Image maps = Tensor.maps(input.shape());
        ReorderVector reorder = new ReorderVector(maps.channels(), maps.height(), maps.width(),
                input.layout(), output.layout());
        return samples(input, output.isRowMajor()
                ? (from, to) -> reorder.flatten(src, dst, from, to)
                : (from, to) -> reorder.arrange(src, rectified, dst, from, to));
    }
}
