package org.lanewise.kernel;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Loops over single elements and the loss of 64 samples of 10 classes, by both backends. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx1g",
        "-XX:ObjectAlignmentInBytes=64", "-XX:-UseFPUForSpilling", "-XX:+UseG1GC"})
public class ElementwiseBench {
    private static final int ELEMENTS = 4096;
    private static final int SAMPLES = 64;
    private static final int CLASSES = 10;

    private final double[] src = new double[ELEMENTS];
    private final double[] dst = new double[ELEMENTS];
    private final double[] logits = new double[SAMPLES * CLASSES];
    private final double[] probabilities = new double[SAMPLES * CLASSES];
    private final double[] losses = new double[SAMPLES];
    private final int[] labels = new int[SAMPLES];

    /** Holds the vector loops to the scalar ones. */
    @Setup
    public void prepare() {
        Random random = new Random(1);
        Arrays.setAll(src, i -> 3 * random.nextGaussian());
        Arrays.setAll(logits, i -> 3 * random.nextGaussian());
        Arrays.setAll(labels, i -> random.nextInt(CLASSES));
        require(sigmoidScalar().clone(), sigmoidVector());
        require(tanhScalar().clone(), tanhVector());
        require(softmaxScalar().clone(), softmaxVector());
        softmaxScalar();
        double[] expected = probabilities.clone();
        softmaxVector();
        require(expected, probabilities);
        require(softmaxBackwardScalar().clone(), softmaxBackwardVector());
    }

    private static void require(double[] expected, double[] found) {
        if (!Arrays.equals(expected, found)) {
            throw new AssertionError("the vector loops differ from the scalar ones");
        }
    }

    /** {@return what is written} */
    @Benchmark
    public double[] sigmoidScalar() {
        ActivationScalar.sigmoid(src, dst, 0, ELEMENTS);
        return dst;
    }

    /** {@return what is written} */
    @Benchmark
    public double[] sigmoidVector() {
        ActivationsVector.sigmoid(src, dst, 0, ELEMENTS);
        return dst;
    }

    /** {@return what is written} */
    @Benchmark
    public double[] tanhScalar() {
        ActivationScalar.tanh(src, dst, 0, ELEMENTS);
        return dst;
    }

    /** {@return what is written} */
    @Benchmark
    public double[] tanhVector() {
        ActivationsVector.tanh(src, dst, 0, ELEMENTS);
        return dst;
    }

    /** {@return what is written beside the probabilities} */
    @Benchmark
    public double[] softmaxScalar() {
        SoftmaxCrossEntropyScalar.forward(CLASSES, logits, labels, probabilities, losses, 0,
                SAMPLES);
        return losses;
    }

    /** {@return what is written beside the probabilities} */
    @Benchmark
    public double[] softmaxVector() {
        SoftmaxCrossEntropyVector.forward(CLASSES, logits, labels, probabilities, losses, 0,
                SAMPLES);
        return losses;
    }

    /** {@return what is written} */
    @Benchmark
    public double[] softmaxBackwardScalar() {
        SoftmaxCrossEntropyScalar.backward(CLASSES, probabilities, labels, 1.0 / SAMPLES, dst, 0,
                SAMPLES);
        return dst;
    }

    /** {@return what is written} */
    @Benchmark
    public double[] softmaxBackwardVector() {
        SoftmaxCrossEntropyVector.backward(CLASSES, probabilities, labels, 1.0 / SAMPLES, dst, 0,
                SAMPLES);
        return dst;
    }
}
