package org.lanewise;

import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.lanewise.Parameters.Parameter;
import org.lanewise.kernel.Elements;
import org.lanewise.plan.ParameterBuffer;
import org.lanewise.plan.Plan;
import org.lanewise.plan.PlanOptions;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.Team;
import org.lanewise.spec.Network;
import org.lanewise.spec.Normalization;
import org.lanewise.spec.Precision;

/**
 * A network with its parameters, ready to predict.
 *
 * <p>A model serves one thread at a time; a call while another thread is inside throws {@link
 * ConcurrentModificationException}. Give each thread its own {@link #copy()}. The model of a {@link
 * Trainer} shares the trainer's memory, follows its training, and counts as in use for as long as
 * the trainer trains.
 */
public final class Model {
    private final Plan plan;
    private final ExclusiveUse use = new ExclusiveUse();
    private volatile Normalization normalization = Normalization.NONE;

    Model(Plan plan) {
        this.plan = plan;
    }

    /**
     * Allocates the memory of a batch and copies the parameters, for {@link Backend#AUTO}.
     *
     * @param network what to compute
     * @param parameters its parameters; copied
     * @param batchSize the most samples computed at once
     * @throws IllegalArgumentException if the parameters do not fit, or a batch is too large
     */
    public Model(Network network, Parameters parameters, int batchSize) {
        this(network, parameters, batchSize, Backend.AUTO);
    }

    /**
     * Allocates the memory of a batch and copies the parameters.
     *
     * @param network what to compute
     * @param parameters its parameters; copied
     * @param batchSize the most samples computed at once
     * @param backend which kernels compute
     * @throws IllegalArgumentException if the parameters do not fit, a batch is too large or the
     *         backend cannot run here
     */
    public Model(Network network, Parameters parameters, int batchSize, Backend backend) {
        this(network, parameters, batchSize, backend, Algorithm.AUTO, Team.alone(), true);
    }

    /**
     * Allocates the memory of a batch and copies the parameters, to be computed by several threads.
     *
     * @param network what to compute
     * @param parameters its parameters; copied
     * @param batchSize the most samples computed at once
     * @param backend which kernels compute
     * @param pool shares each batch: the calling thread and, up to the pool's parallelism in all,
     *        its threads; never shut down here
     * @throws IllegalArgumentException if the parameters do not fit, a batch is too large or the
     *         backend cannot run here
     */
    public Model(Network network, Parameters parameters, int batchSize, Backend backend,
            ForkJoinPool pool) {
        this(network, parameters, batchSize, backend, Algorithm.AUTO, Team.of(pool), true);
    }

    /**
     * Allocates the memory of a batch and copies the parameters, to be computed by several threads
     * and by chosen algorithms.
     *
     * @param network what to compute
     * @param parameters its parameters; copied
     * @param batchSize the most samples computed at once
     * @param backend which kernels compute
     * @param algorithm how convolutions may be computed
     * @param pool shares each batch: the calling thread and, up to the pool's parallelism in all,
     *        its threads; never shut down here
     * @throws IllegalArgumentException if the parameters do not fit, a batch is too large or the
     *         backend cannot run here
     */
    public Model(Network network, Parameters parameters, int batchSize, Backend backend,
            Algorithm algorithm, ForkJoinPool pool) {
        this(network, parameters, batchSize, backend, algorithm, Team.of(pool), true);
    }

    /**
     * Allocates the memory of a batch and copies the parameters, to be computed by several threads
     * and by chosen algorithms, with or without folding.
     *
     * @param network what to compute
     * @param parameters its parameters; copied
     * @param batchSize the most samples computed at once
     * @param backend which kernels compute
     * @param algorithm how convolutions may be computed
     * @param pool shares each batch: the calling thread and, up to the pool's parallelism in all,
     *        its threads; never shut down here
     * @param fold whether batch normalization is folded into the weights of a layer that it alone reads; outputs
     *        without are those of {@link Trainer#model()} bit for bit, and with are within rounding
     * @throws IllegalArgumentException if the parameters do not fit, a batch is too large or the
     *         backend cannot run here
     */
    public Model(Network network, Parameters parameters, int batchSize, Backend backend,
            Algorithm algorithm, ForkJoinPool pool, boolean fold) {
        this(network, parameters, batchSize, backend, algorithm, Team.of(pool), fold);
    }

    private Model(Network network, Parameters parameters, int batchSize, Backend backend,
            Algorithm algorithm, Team team, boolean fold) {
        parameters.requireMatch(network);
        this.plan = Plan.compile(network, PlanOptions
                .of(Purpose.PREDICT, backend.kernels(algorithm), batchSize).folded(fold), team);
        set(parameters);
    }

    /** {@return what is computed} */
    public Network network() {
        return plan.network();
    }

    /** {@return the precision that it computes in: double, or that of its trainer} */
    public Precision precision() {
        return plan.options().precision();
    }

    /**
     * {@return a model that computes in another precision: parameters and memory of its own, the same batch size,
     * backend, algorithm and pool}
     *
     * @param value of parameters, which are rounded to the nearest, and of all that is computed
     * @throws IllegalArgumentException if a parameter is too large for it
     */
    public Model precision(Precision value) {
        Parameters copy = parameters();
        copy.requireRange(value);
        Model other = new Model(Plan.compile(network(),
                plan.options().purpose(Purpose.PREDICT).precision(value), plan.team().copy()));
        other.set(copy);
        return other.normalization(normalization);
    }

    /** {@return the normalization of the inputs that it learned from, where that is known} */
    public Normalization normalization() {
        return normalization;
    }

    /**
     * {@return this model, which from now on refuses samples that are normalized otherwise}
     *
     * @param learned of the inputs that its parameters were learned from; with
     *        {@link Normalization#NONE} every normalization is taken
     * @throws IllegalArgumentException if it has others than one number a channel, or one for all
     */
    public Model normalization(Normalization learned) {
        learned.requireFit(network().input());
        normalization = learned;
        return this;
    }

    /**
     * {@return a model for one more thread: the same parameter arrays, a workspace of its own}
     *
     * <p>It computes the same bits, with the same batch size, backend, algorithm and pool, and may be
     * made and used while other threads use this model and its copies. If this is the model of a
     * {@link Trainer}, each step changes the parameters of the copies as well, and what a copy
     * computes during a step may mix parameters from before and after it: predict with copies once
     * training is done, or make a new {@code Model} from {@link #parameters()}, which no step changes.
     */
    public Model copy() {
        return new Model(plan.sharingParameters()).normalization(normalization);
    }

    /** {@return a copy of the parameters} */
    public Parameters parameters() {
        try (var _ = use.enter()) {
            return copy(plan.arrays());
        }
    }

    static Parameters copy(List<ParameterBuffer> buffers) {
        return new Parameters(buffers.stream()
                .map(buffer -> new Parameter(buffer.spec(), buffer.values().copy(),
                        buffer.values() instanceof Elements.Floats
                                ? Precision.SINGLE
                                : Precision.DOUBLE))
                .toList());
    }

    /** {@return what admits one thread at a time to this model and its trainer} */
    ExclusiveUse use() {
        return use;
    }

    /** Copies parameters of known names and shapes; nothing where one is beyond the precision's range. */
    void set(Parameters parameters) {
        parameters.requireRange(precision());
        for (ParameterBuffer buffer : plan.arrays()) {
            double[] values = parameters.values(buffer.spec().name());
            buffer.values().write(values, 0, 0, values.length);
        }
        plan.fold();
    }

    /**
     * {@return the network's outputs, one row a sample}
     *
     * @param inputs consecutive samples, row-major; not modified
     * @throws IllegalArgumentException if the length is no whole number of samples
     */
    public double[] outputs(double[] inputs) {
        int samples = samples(inputs.length);
        return outputs(inputs, new double[Math.multiplyExact(samples, plan.outputSize())]);
    }

    /**
     * {@return the network's outputs as floats, one row a sample}
     *
     * @param inputs consecutive samples, row-major; not modified
     * @throws IllegalArgumentException if the length is no whole number of samples
     */
    public float[] outputs(float[] inputs) {
        int samples = samples(inputs.length);
        float[] outputs = new float[Math.multiplyExact(samples, plan.outputSize())];
        try (var _ = use.enter()) {
            for (int start = 0; start < samples; start += plan.capacity()) {
                int count = Math.min(plan.capacity(), samples - start);
                plan.inputs().write(inputs, start * plan.inputSize(), 0,
                        count * plan.inputSize());
                plan.predict(count);
                plan.outputs().read(0, outputs, start * plan.outputSize(),
                        count * plan.outputSize());
            }
            return outputs;
        }
    }

    /**
     * Computes the network's outputs into a given array; allocates nothing.
     *
     * @param inputs consecutive samples, row-major; not modified
     * @param outputs overwritten with one row a sample
     * @return {@code outputs}
     * @throws IllegalArgumentException if {@code inputs} is no whole number of samples, or
     *         {@code outputs} has not one row for each
     */
    public double[] outputs(double[] inputs, double[] outputs) {
        int samples = StepArguments.rows(plan, inputs.length, outputs.length);
        try (var _ = use.enter()) {
            for (int start = 0; start < samples; start += plan.capacity()) {
                int count = Math.min(plan.capacity(), samples - start);
                plan.inputs().write(inputs, start * plan.inputSize(), 0,
                        count * plan.inputSize());
                plan.predict(count);
                plan.outputs().read(0, outputs, start * plan.outputSize(),
                        count * plan.outputSize());
            }
            return outputs;
        }
    }

    private int samples(int inputs) {
        return StepArguments.wholeSamples(inputs, network().input(), plan.inputSize());
    }

    /**
     * {@return the network's outputs, one row a sample}
     *
     * @param samples inputs; labels are not read
     * @throws IllegalArgumentException if the samples do not fit the network's input
     */
    public double[] outputs(Samples samples) {
        return rows(samples, false);
    }

    /**
     * {@return softmax of the outputs, one row a sample}
     *
     * @param samples inputs; labels are not read
     * @throws IllegalArgumentException if the samples do not fit, or the network has no classes
     */
    public double[] probabilities(Samples samples) {
        return rows(samples, true);
    }

    private double[] rows(Samples samples, boolean probabilities) {
        samples.requireInput(network());
        samples.normalization().requireSame(normalization);
        Elements rows = probabilities ? plan.probabilities() : plan.outputs();
        if (rows == null) {
            throw new IllegalArgumentException(
                    "a network with loss " + network().loss().type() + " has no classes");
        }
        int width = plan.outputSize();
        double[] all = new double[Math.multiplyExact(samples.size(), width)];
        // The probabilities do not depend on the targets, which only have to be some.
        double[] targets = new double[plan.targets() == null ? 0 : plan.targets().length()];
        try (var _ = use.enter(); BatchLoader loader = BatchLoader.inOrder(plan, samples)) {
            for (int start = 0; start < samples.size(); start += plan.capacity()) {
                int count = loader.inputs(start);
                plan.predict(count);
                if (probabilities && plan.labels() == null) {
                    plan.targets().write(targets, 0, 0, targets.length);
                    plan.loss(count);
                } else if (probabilities) {
                    Arrays.fill(plan.labels(), 0);
                    plan.loss(count);
                }
                rows.read(0, all, start * width, count * width);
            }
            return all;
        }
    }

    /**
     * {@return the largest output's index, one a sample; the first of equal ones}
     *
     * @param samples inputs; labels are not read
     * @throws IllegalArgumentException if the samples do not fit the network's input
     */
    public int[] classify(Samples samples) {
        double[] outputs = outputs(samples);
        int width = plan.outputSize();
        int[] classes = new int[samples.size()];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = Evaluation.largest(Elements.of(outputs), i * width, width);
        }
        return classes;
    }

    /**
     * {@return loss, accuracy and confusions over all samples whose label the loss does not ignore}
     *
     * @param samples inputs with labels or target values
     * @throws IllegalArgumentException if the samples do not fit the network
     */
    public Evaluation evaluate(Samples samples) {
        return evaluate(samples, 1);
    }

    /**
     * {@return loss, accuracy and confusions of outputs that are means over views of each sample}
     *
     * @param samples inputs with labels or target values
     * @param views 1: the image alone; 2: half of the outputs of the image, half of those of its
     *        mirror image; 6: half of that mean, and half of the mean of the same two for the image
     *        shifted by one pixel up and left, and down and right, mirrored at its edges
     * @throws IllegalArgumentException if the samples do not fit the network, or there are other
     *         views
     */
    public Evaluation evaluate(Samples samples, int views) {
        samples.requireFit(network());
        samples.normalization().requireSame(normalization);
        Views predictions = new Views(plan, views);
        try (var _ = use.enter(); BatchLoader loader = BatchLoader.inOrder(plan, samples)) {
            return Evaluation.of(plan, samples, loader, predictions);
        }
    }

    /**
     * {@return what every layer makes of one sample, as this model computes it}
     *
     * <p>Allocates a workspace as large as this model's.
     *
     * @param input one sample, row-major; not modified
     * @throws IllegalArgumentException if the length is not that of one sample
     */
    public List<LayerTrace> trace(double[] input) {
        if (input.length != plan.inputSize()) {
            throw new IllegalArgumentException(input.length + " values are not one sample of "
                    + network().input() + " = " + network().input().size());
        }
        try (var _ = use.enter()) {
            // What this plan does not store, because it is fused or folded, comes from another.
            Plan unfused = Plan.compile(network(),
                    plan.options().purpose(Purpose.PREDICT).unfused(), Team.alone());
            FiniteCheck.copyArrays(plan, unfused);
            return LayerTrace.of(input, plan, unfused);
        }
    }
}
