package org.lanewise;

import org.lanewise.spec.ParameterSpec;

/** How weights begin; biases begin at 0. */
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
