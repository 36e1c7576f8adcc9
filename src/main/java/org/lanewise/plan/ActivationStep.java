package org.lanewise.plan;

import org.lanewise.kernel.ActivationScalar;
import org.lanewise.kernel.ReluVector;
import org.lanewise.spec.Activation.Function;

/** A function of every element. */
record ActivationStep(int layer, Function function, Loops loops, Tensor input, Tensor output)
        implements
            Step {
    @Override
    public void forward(int from, int to) {
        int first = from * input.sampleSize();
        int last = to * input.sampleSize();
        double[] src = input.values();
        double[] dst = output.values();
        switch (function) {
            case RELU -> {
                switch (loops) {
                    case SCALAR -> ActivationScalar.relu(src, dst, first, last);
                    case VECTOR -> ReluVector.forward(src, dst, first, last);
                }
            }
            case SIGMOID -> ActivationScalar.sigmoid(src, dst, first, last);
            case TANH -> ActivationScalar.tanh(src, dst, first, last);
        }
    }

    @Override
    public void backwardInput(int from, int to) {
        int first = from * input.sampleSize();
        int last = to * input.sampleSize();
        double[] dst = output.values();
        double[] diffDst = output.gradient();
        double[] diffSrc = input.gradient();
        switch (function) {
            case RELU -> {
                switch (loops) {
                    case SCALAR ->
                        ActivationScalar.reluBackward(dst, diffDst, diffSrc, first, last);
                    case VECTOR -> ReluVector.backward(dst, diffDst, diffSrc, first, last);
                }
            }
            case SIGMOID -> ActivationScalar.sigmoidBackward(dst, diffDst, diffSrc, first, last);
            case TANH -> ActivationScalar.tanhBackward(dst, diffDst, diffSrc, first, last);
        }
    }
}
