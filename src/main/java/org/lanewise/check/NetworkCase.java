package org.lanewise.check;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;

/**
 * A network and a short training of it, to be computed in several ways.
 *
 * @param name what messages call it
 * @param network what is trained
 * @param capacity the most samples of one batch
 * @param batches samples of each step, 1 to the capacity
 * @param optimizer the rule by which parameters are updated
 * @param gradientNorm gradients are scaled down to this norm; infinite for no limit
 * @param precision of all that vector and scalar plans compute
 * @param seed of the initial parameters and of all samples, 0 to 2^32 - 1
 */
public record NetworkCase(
        String name,
        Network network,
        int capacity,
        List<Integer> batches,
        Optimizer optimizer,
        double gradientNorm,
        Precision precision,
        long seed) {
    /** Copies the list. */
    public NetworkCase {
        batches = List.copyOf(batches);
    }

    /**
     * {@return this case with another network}
     *
     * @param other what is trained
     */
    public NetworkCase network(Network other) {
        return new NetworkCase(name, other, capacity, batches, optimizer, gradientNorm, precision,
                seed);
    }

    NetworkCase precision(Precision other) {
        return new NetworkCase(name, network, capacity, batches, optimizer, gradientNorm, other,
                seed);
    }

    NetworkCase seed(long other) {
        return new NetworkCase(name, network, capacity, batches, optimizer, gradientNorm, precision,
                other);
    }

    NetworkCase batches(int most, List<Integer> samples) {
        return new NetworkCase(name, network, most, samples, optimizer, gradientNorm, precision,
                seed);
    }

    NetworkCase optimizer(Optimizer other, double norm) {
        return new NetworkCase(name, network, capacity, batches, other, norm, precision, seed);
    }

    /** The fewest samples that a batch of a network may have. */
    static int fewestSamples(Network network) {
        return network.layers().stream().anyMatch(BatchNorm.class::isInstance) ? 2 : 1;
    }

    /** {@return operations of the forward passes of all steps} */
    public long flops() {
        long samples = batches.stream().mapToLong(Integer::longValue).sum();
        return samples * network.describe().stream().mapToLong(LayerDescription::forwardFlops)
                .sum();
    }

    /** {@return everything but the network, in one line} */
    public String settings() {
        return "batch size " + capacity + ", steps of "
                + batches.stream().map(String::valueOf).collect(Collectors.joining(", "))
                + " samples, " + optimizer
                + (gradientNorm == Double.POSITIVE_INFINITY
                        ? ""
                        : ", gradient norm at most " + gradientNorm)
                + ", loss reduction "
                + network.loss().reduction().name().toLowerCase(Locale.ROOT)
                + (precision == Precision.SINGLE ? ", single precision" : "")
                + ", seed " + seed;
    }
}
