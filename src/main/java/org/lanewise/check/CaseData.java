package org.lanewise.check;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.lanewise.Initializer;
import org.lanewise.Parameters;
import org.lanewise.RandomState;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;

/**
 * The numbers that a case starts from.
 *
 * @param initial the first parameters, biases included random
 * @param batches the samples of each step
 */
record CaseData(Parameters initial, List<Batch> batches) {
    /**
     * The samples of one step.
     *
     * @param samples how many
     * @param inputs row-major
     * @param labels one class a sample; null for a loss of values
     * @param targets one row a sample; null for a loss of labels
     */
    record Batch(int samples, double[] inputs, int[] labels, double[] targets) {}

    static CaseData of(NetworkCase drawn) {
        RandomState random = new RandomState(drawn.seed());
        Parameters initial = Parameters.initial(drawn.network(), Initializer.heNormal(), random);
        for (Parameters.Parameter parameter : initial.list()) {
            if (parameter.spec().name().endsWith("bias")) {
                Arrays.setAll(parameter.values(), i -> random.uniform(-0.5, 0.5));
            }
        }
        // Coarse values make ties, of which max pooling must take the first.
        boolean coarse = random.nextDouble() < 0.25;
        return new CaseData(initial, drawn.batches().stream()
                .map(samples -> batch(drawn.network(), samples, coarse, random)).toList());
    }

    private static Batch batch(Network network, int samples, boolean coarse, RandomState random) {
        double[] inputs = random.randn(Math.toIntExact(samples * network.input().size()));
        if (coarse) {
            Arrays.setAll(inputs, i -> Math.rint(inputs[i]));
        }
        int outputs = Math.toIntExact(network.output().size());
        if (network.loss() instanceof Loss.SoftmaxCrossEntropy loss && loss.takesLabels()) {
            // Some samples do not count, where the loss says which.
            boolean some = loss.ignoreIndex() != Loss.SoftmaxCrossEntropy.IGNORE_INDEX;
            return new Batch(samples, inputs,
                    IntStream.generate(() -> some && random.nextDouble() < 0.25
                            ? loss.ignoreIndex()
                            : (int) (random.nextDouble() * outputs)).limit(samples).toArray(),
                    null);
        }
        double[] targets = random.randn(Math.multiplyExact(samples, outputs));
        if (network.loss().largestTarget() >= 0) {
            // Half of them 0 or 1, as most data have them.
            Arrays.setAll(targets, i -> Math.clamp(0.5 + targets[i], 0.0, 1.0));
        }
        return new Batch(samples, inputs, null, targets);
    }
}
