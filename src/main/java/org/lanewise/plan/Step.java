package org.lanewise.plan;

/** One operation of a plan over the buffers it was given; samples are those before it, in order. */
sealed interface Step permits ConvStep, LinearStep, MaxPoolStep, AvgPoolStep, ActivationStep {
    /** Index of the layer that this step computes. */
    int layer();

    /** What the step reads. */
    Tensor input();

    /** What the step makes. */
    Tensor output();

    /** Computes the outputs of samples {@code from} to {@code to}. */
    void forward(int from, int to);

    /** Overwrites the input's gradient of samples {@code from} to {@code to}. */
    void backwardInput(int from, int to);

    /** Overwrites the gradients of what the step learns with sums over the first samples. */
    default void backwardWeights(int samples) {}

    /** Whether anybody asks for the input's gradient. */
    default boolean needsInputGradient() {
        return input().gradient() != null;
    }
}
