package org.lanewise.kernel.elementwise;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.lanewise.kernel.ClassTargets;
import org.lanewise.kernel.reference.ActivationScalar;
import org.lanewise.kernel.reference.GeluScalar;
import org.lanewise.kernel.reference.SoftmaxCrossEntropyScalar;
import org.lanewise.measure.JmhOptions;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Elementwise functions of 4,096 values, and the loss of 64 samples of 10 classes. */
public class ElementwiseBench extends JmhOptions {
    private static final int ELEMENTS = 4096;
    private static final int SAMPLES = 64;
    private static final int CLASSES = 10;

    /** A function of elements. */
    private interface Elementwise {
        void apply(double[] src, double[] dst, int from, int to);
    }

    /** The forward pass of softmax with cross-entropy. */
    private interface LossForward {
        void apply(ClassTargets targets, double[] logits, double[] probabilities, double[] losses,
                int from, int to);
    }

    /** Its backward pass. */
    private interface LossBackward {
        void apply(ClassTargets targets, double[] probabilities, double scale, double[] dst,
                int from, int to);
    }

    /** Which kernels to time. */
    public enum Kernels {
        /** The reference. */
        SCALAR(ActivationScalar::sigmoid, ActivationScalar::tanh, GeluScalar::gelu,
                SoftmaxCrossEntropyScalar::forward, SoftmaxCrossEntropyScalar::backward),
        /** Those of the Vector API. */
        VECTOR(ActivationsVector::sigmoid, ActivationsVector::tanh, ActivationsVector::gelu,
                SoftmaxCrossEntropyVector::forward,
                SoftmaxCrossEntropyVector::backward);

        private final Elementwise sigmoid;
        private final Elementwise tanh;
        private final Elementwise gelu;
        private final LossForward softmax;
        private final LossBackward softmaxBackward;

        Kernels(Elementwise sigmoid, Elementwise tanh, Elementwise gelu, LossForward softmax,
                LossBackward softmaxBackward) {
            this.sigmoid = sigmoid;
            this.tanh = tanh;
            this.gelu = gelu;
            this.softmax = softmax;
            this.softmaxBackward = softmaxBackward;
        }
    }

    /** The kernels. */
    @Param
    public Kernels kernels;

    private final double[] src = new double[ELEMENTS];
    private final double[] dst = new double[ELEMENTS];
    private final double[] logits = new double[SAMPLES * CLASSES];
    private final double[] probabilities = new double[SAMPLES * CLASSES];
    private final double[] losses = new double[SAMPLES];
    private final int[] labels = new int[SAMPLES];
    private final ClassTargets targets = ClassTargets.of(labels, -1,
            DoubleStream.generate(() -> 1).limit(CLASSES).toArray(), 0);

    /** Fills the arrays and compares every result with the scalar kernels'. */
    @Setup
    public void prepare() {
        Random random = new Random(1);
        Arrays.setAll(src, i -> 3 * random.nextGaussian());
        Arrays.setAll(logits, i -> 3 * random.nextGaussian());
        Arrays.setAll(labels, i -> random.nextInt(CLASSES));
        Kernels measured = kernels;
        kernels = Kernels.SCALAR;
        double[][] expected = results();
        kernels = measured;
        if (!Arrays.deepEquals(expected, results())) {
            throw new AssertionError(measured + " kernels differ from the scalar ones");
        }
    }

    private double[][] results() {
        return new double[][] {sigmoid().clone(), tanh().clone(), gelu().clone(), softmax().clone(),
                probabilities.clone(), softmaxBackward().clone()};
    }

    /** {@return the array written} */
    @Benchmark
    public double[] sigmoid() {
        kernels.sigmoid.apply(src, dst, 0, ELEMENTS);
        return dst;
    }

    /** {@return the array written} */
    @Benchmark
    public double[] tanh() {
        kernels.tanh.apply(src, dst, 0, ELEMENTS);
        return dst;
    }

    /** {@return the array written} */
    @Benchmark
    public double[] gelu() {
        kernels.gelu.apply(src, dst, 0, ELEMENTS);
        return dst;
    }

    /** {@return the losses, written after the probabilities} */
    @Benchmark
    public double[] softmax() {
        kernels.softmax.apply(targets, logits, probabilities, losses, 0, SAMPLES);
        return losses;
    }

    /** {@return the array written} */
    @Benchmark
    public double[] softmaxBackward() {
        kernels.softmaxBackward.apply(targets, probabilities, 1.0 / SAMPLES, dst, 0, SAMPLES);
        return dst;
    }
}
