package org.lanewise;

import java.util.Arrays;
import org.lanewise.spec.ParameterSpec;

/** How weights begin. Biases begin at 0 but where {@link #fillVector} has another rule. */
@FunctionalInterface
public interface Initializer {
    /**
     * Fills the weights of one layer.
     *
     * @param spec name and shape of the weights
     * @param values overwritten
     * @param random where random numbers come from; draws are made in array order
     */
    void fill(ParameterSpec spec, double[] values, RandomState random);

    /**
     * Fills what is no weight, in a layer that a {@link PatternInitializer} names: a bias, or what a
     * normalization learns. The default is 0, and 1 for the factors of a normalization.
     *
     * @param spec name and shape
     * @param fanIn inputs that reach one output of the layer; 0 if it has no weights
     * @param values overwritten
     * @param random where random numbers come from; draws are made in array order
     */
    default void fillVector(ParameterSpec spec, long fanIn, double[] values, RandomState random) {
        Arrays.fill(values, spec.initial());
    }

    /** {@return normal with variance 2 / fan-in, for ReLU (He and others 2015)} */
    static Initializer heNormal() {
        return (spec, values, random) -> gaussian(values, random, Math.sqrt(2.0 / spec.fanIn()));
    }

    /** {@return uniform with variance 2 / fan-in, for ReLU (He and others 2015)} */
    static Initializer heUniform() {
        return (spec, values, random) -> uniform(values, random, Math.sqrt(6.0 / spec.fanIn()));
    }

    /** {@return uniform between the roots of 1 / fan-in, as PyTorch's layers begin} */
    static Initializer fanInUniform() {
        return (spec, values, random) -> uniform(values, random, Math.sqrt(1.0 / spec.fanIn()));
    }

    /** {@return normal with variance 2 / (fan-in + fan-out) (Glorot and Bengio 2010)} */
    static Initializer xavierNormal() {
        return (spec, values, random) -> gaussian(values, random,
                Math.sqrt(2.0 / (spec.fanIn() + spec.fanOut())));
    }

    /** {@return uniform with variance 2 / (fan-in + fan-out) (Glorot and Bengio 2010)} */
    static Initializer xavierUniform() {
        return (spec, values, random) -> uniform(values, random,
                Math.sqrt(6.0 / (spec.fanIn() + spec.fanOut())));
    }

    /**
     * {@return normal with a given standard deviation}
     *
     * @param deviation standard deviation
     */
    static Initializer normal(double deviation) {
        return (spec, values, random) -> gaussian(values, random, deviation);
    }

    /**
     * {@return as PyTorch's layers begin: weights and biases uniform between the roots of 1 / fan-in (its
     * kaiming_uniform with a = sqrt(5)), with NumPy's random numbers in place of PyTorch's}
     */
    static Initializer pytorch() {
        return new Initializer() {
            @Override
            public void fill(ParameterSpec spec, double[] values, RandomState random) {
                uniform(values, random, Math.sqrt(1.0 / spec.fanIn()));
            }

            @Override
            public void fillVector(ParameterSpec spec, long fanIn, double[] values,
                    RandomState random) {
                if (fanIn > 0) {
                    uniform(values, random, Math.sqrt(1.0 / fanIn));
                } else {
                    Initializer.super.fillVector(spec, fanIn, values, random);
                }
            }
        };
    }

    /**
     * {@return one number, of weights and biases alike}
     *
     * @param value finite
     */
    static Initializer constant(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("constant " + value + " must be finite");
        }
        return new Initializer() {
            @Override
            public void fill(ParameterSpec spec, double[] values, RandomState random) {
                Arrays.fill(values, value);
            }

            @Override
            public void fillVector(ParameterSpec spec, long fanIn, double[] values,
                    RandomState random) {
                Arrays.fill(values, value);
            }
        };
    }

    /**
     * {@return convolutions whose first filters, as many as a filter has channels, pass one channel on each;
     * other filters stay as they were}
     *
     * <p>PyTorch's {@code dirac_(weight[:in_channels])}: filter i is 1 at the centre of channel i, 0 elsewhere.
     */
    static Initializer dirac() {
        return (spec, values, random) -> {
            if (spec.shape().size() != 4) {
                throw new IllegalArgumentException(spec.name() + ": dirac needs the weights of a"
                        + " convolution, found shape " + spec.shape());
            }
            int channels = spec.shape().get(1);
            int taps = spec.shape().get(2) * spec.shape().get(3);
            int centre = spec.shape().get(2) / 2 * spec.shape().get(3) + spec.shape().get(3) / 2;
            for (int filter = 0; filter < Math.min(channels, spec.shape().getFirst()); filter++) {
                int start = filter * channels * taps;
                Arrays.fill(values, start, start + channels * taps, 0.0);
                values[start + filter * taps + centre] = 1.0;
            }
        };
    }

    /**
     * {@return convolutions that whiten the patches of images, as in K. Jordan's training for CIFAR-10
     * (arXiv:2404.00498)}
     *
     * <p>With C the mean of p p^T over all patches p of 5,000 images (spread over the set; all where there are
     * fewer), the first half of the filters are the eigenvectors of C, each divided by the root of its
     * eigenvalue + 5e-4; the largest eigenvalue is the first, and the component of largest magnitude is
     * positive. The second half are the first half times -1. So a patch of n numbers needs 2 n filters.
     *
     * @param images what the convolution reads, in the form in which it is trained; not modified
     */
    static Initializer whitening(Samples images) {
        return new Whitening(images);
    }

    private static void gaussian(double[] values, RandomState random, double deviation) {
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian() * deviation;
        }
    }

    private static void uniform(double[] values, RandomState random, double bound) {
        for (int i = 0; i < values.length; i++) {
            values[i] = random.uniform(-bound, bound);
        }
    }
}
