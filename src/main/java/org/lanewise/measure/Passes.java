package org.lanewise.measure;

import java.util.List;
import java.util.NoSuchElementException;
import org.lanewise.spec.Layer;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

/**
 * A layer or a network at a fixed batch, whose passes are run one by one, to measure and compare
 * kernels.
 *
 * <p>The constructor allocates all memory, a pass allocates nothing, and every pass may be run any
 * number of times once {@link #fill} has set what it reads. One thread at a time; where several
 * threads share the passes, they are this object's own until it is closed.
 */
public sealed interface Passes extends AutoCloseable permits LayerPasses, NetworkPasses {
    /**
     * One array that a pass has made.
     *
     * @param name what it holds, as {@code input gradient}
     * @param values a copy, row-major
     */
    record Result(String name, double[] values) {}

    /**
     * {@return the result of some name}
     *
     * @param results of a pass; a pass by scalar kernels has every array that one by others has
     * @param name what the array holds
     * @throws NoSuchElementException if there is none
     */
    static Result named(List<Result> results, String name) {
        return results.stream().filter(one -> one.name().equals(name)).findFirst()
                .orElseThrow(() -> new NoSuchElementException("no result is named " + name));
    }

    /**
     * {@return the passes of one layer by itself}
     *
     * @param layer the layer
     * @param input shape of one of its inputs
     * @param batch samples
     * @param execution kernels and threads
     * @throws IllegalArgumentException if the layer does not fit the shape or computes nothing
     */
    static LayerPasses of(Layer layer, Shape input, int batch, Execution execution) {
        return new LayerPasses(layer, input, batch, execution);
    }

    /**
     * {@return the passes of a network; a step updates by gradient descent}
     *
     * @param network the network
     * @param batch samples
     * @param execution kernels and threads
     * @throws IllegalArgumentException if an array would be too large
     */
    static NetworkPasses of(Network network, int batch, Execution execution) {
        return new NetworkPasses(network, batch, execution);
    }

    /** Ends the threads that share the passes, if there are several. */
    @Override
    void close();

    /** {@return kernels and threads that compute the passes} */
    Execution execution();

    /** {@return the passes that there are, in the order of a step, which comes last} */
    List<Pass> passes();

    /**
     * Sets all that any pass reads to random numbers; the same seed gives the same numbers whatever
     * the execution.
     *
     * @param seed 0 to 2^32 - 1
     */
    void fill(long seed);

    /**
     * Runs one pass.
     *
     * @param pass one of {@link #passes}
     */
    void run(Pass pass);

    /**
     * {@return what one pass has to do}
     *
     * @param pass one of {@link #passes}
     */
    Work work(Pass pass);

    /** {@return what computes: {@code direct} where every sum has the reference's order} */
    String algorithm();

    /**
     * {@return copies of all that a pass overwrites}
     *
     * @param pass one of {@link #passes}, run since {@link #fill}
     */
    List<Result> results(Pass pass);
}
