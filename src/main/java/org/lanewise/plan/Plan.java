package org.lanewise.plan;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.kernel.Elements;
import org.lanewise.kernel.Task;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.Network;

/**
 * A network arranged for batches of up to a number of samples: steps over buffers that are
 * allocated once.
 *
 * <p>A caller writes {@link #inputs()} and {@link #labels()} or {@link #targets()}, runs
 * {@link #forward}, {@link #loss} and {@link #backward} for the same number of samples, and reads
 * outputs or gradients. One thread at a time.
 */
public final class Plan {
    /**
     * Operations of a forward pass: of 0.3 million (batches of 32 digits, 8 filters) a step takes
     * 0.08 ms by one thread and 0.10 ms by two, of 6 million 1.38 and 1.15 ms.
     */
    private static final long WORTH_SHARING = 2_000_000;

    private final Folding folding;
    private final List<LayerDescription> layers;
    private final PlanOptions options;
    private final Workspace workspace;
    private final Tensor input;
    private final Team team;
    private final Team workers;
    private final List<Tensor> outputs;
    private final Tensor output;
    private final List<Step> steps;
    private final Task[] forward;
    private final Task[] predict;
    private final LayerStates states;
    private final Task[] backward;
    private final List<ParameterBuffer> computedWith;
    private final List<ParameterBuffer> arrays;
    private final List<ParameterBuffer> parameters;
    private final Objective objective;
    private final DrawnStep drawn;
    private final int fewestSamples;

    Plan(Folding folding, PlanOptions options, Workspace workspace, Team team,
            Lowered lowered) {
        List<Step> steps = lowered.steps();
        this.folding = folding;
        this.layers = folding.original().describe();
        this.options = options;
        this.workspace = workspace;
        this.team = team;
        this.workers = worthSharing(layers, options.capacity()) ? team : Team.alone();
        this.input = lowered.input();
        this.outputs = lowered.outputs();
        this.output = lowered.output();
        this.steps = List.copyOf(steps);
        this.forward = tasks(steps, Step::forward);
        this.predict = tasks(steps, Step::predict);
        this.states = new LayerStates(steps, workspace);
        this.backward = tasks(steps.reversed(), step -> Stream
                .of(step.backwardWeights(), step.backwardInput(), step.accumulate())
                .flatMap(List::stream).toList());
        this.computedWith = lowered.arrays();
        this.arrays = List.copyOf(folding.arrays(computedWith, workspace));
        this.parameters = arrays.stream().filter(array -> !array.spec().state()).toList();
        this.objective = lowered.objective();
        this.drawn = lowered.drawn();
        this.fewestSamples = layers.stream().anyMatch(LayerDescription::oneValueAChannel) ? 2 : 1;
    }

    private static Task[] tasks(List<Step> steps, Function<Step, List<Task>> ofStep) {
        return steps.stream().map(ofStep).flatMap(List::stream).toArray(Task[]::new);
    }

    /** Whether a forward pass is long enough to gain by more threads. */
    private static boolean worthSharing(List<LayerDescription> layers, int capacity) {
        long flops = layers.stream().mapToLong(LayerDescription::forwardFlops).sum();
        return flops * capacity >= WORTH_SHARING;
    }

    /** How many threads compute, for which work is cut and memory allocated. */
    private static int threads(Network network, PlanOptions options, int most) {
        return worthSharing(network.describe(), options.capacity()) ? most : 1;
    }

    /**
     * {@return a plan for a network, its parameters 0}
     *
     * @param network what to compute
     * @param options how to compile it
     * @param team who computes
     * @throws IllegalArgumentException if an array would be too large
     */
    public static Plan compile(Network network, PlanOptions options, Team team) {
        int threads = threads(network, options, team.threads());
        return Precisions.lower(Folding.of(network, options), options, new Workspace(false,
                options.precision(), threads, Math.min(threads, team.computing())), team);
    }

    /**
     * {@return a plan that predicts with the parameter arrays of this one; everything else is
     * allocated anew, and one thread may run it while another runs this one}
     */
    public Plan sharingParameters() {
        Team other = team.copy();
        Workspace own = new Workspace(options.precision(), computedWith, arrays,
                threads(network(), options, other.threads()));
        return Precisions.lower(folding, options.purpose(Purpose.PREDICT), own, other);
    }

    /**
     * {@return every array that a plan and its state would allocate, none of them allocated}
     *
     * @param network what to compute
     * @param options how to compile the network
     * @param threads how many compute at once
     * @param state allocates with a plan what a training needs besides
     */
    public static List<MemoryUse> memory(Network network, PlanOptions options, int threads,
            Consumer<Plan> state) {
        Plan counting = counting(network, options, threads);
        state.accept(counting);
        return counting.memory();
    }

    /**
     * {@return how a plan would compute each layer, in order; nothing is allocated}
     *
     * @param network what to compute
     * @param options how to compile it
     */
    public static List<LayerPlan> describe(Network network, PlanOptions options) {
        return counting(network, options, 1).describe();
    }

    private static Plan counting(Network network, PlanOptions options, int threads) {
        int used = threads(network, options, threads);
        return Precisions.lower(Folding.of(network, options), options,
                new Workspace(true, options.precision(), used, used), Team.alone());
    }

    /** {@return how each layer is computed, in order} */
    public List<LayerPlan> describe() {
        return steps.stream().map(Step::description).toList();
    }

    /**
     * Computes all outputs of the first samples, as in training where the plan was compiled for it.
     *
     * @param samples how many
     */
    public void forward(int samples) {
        for (Task task : forward) {
            workers.run(task, samples);
        }
    }

    /**
     * Computes all outputs of the first samples, with the masks of a shard of a step: {@link #forward(int)}
     * draws the same again, at first those of step 0.
     *
     * @param samples how many
     * @param step of the training, from 0
     * @param shard of the step's batch, from 0; 0 for a whole batch
     */
    public void forward(int samples, long step, int shard) {
        drawn.set(step, shard);
        for (Task task : forward) {
            workers.run(task, samples);
        }
    }

    /**
     * Computes all outputs of the first samples, as in inference; no gradient follows it.
     *
     * @param samples how many
     */
    public void predict(int samples) {
        for (Task task : predict) {
            workers.run(task, samples);
        }
    }

    /**
     * Moves the states of layers, such as running means, by what the last {@link #forward} saw.
     *
     * @param samples how many it was for
     */
    public void commit(int samples) {
        states.commit(samples);
    }

    /**
     * Computes the loss of the first samples, whose outputs were computed.
     *
     * @param samples how many
     * @return their loss, reduced as the network says
     */
    public double loss(int samples) {
        workers.run(objective.forward(), samples);
        return objective.reduce(samples);
    }

    /** {@return the sum over samples and outputs that the last {@link #loss} was made from} */
    public double lossSum() {
        return objective.sum();
    }

    /**
     * Computes all gradients of {@link #loss}, which was computed for as many samples.
     *
     * @param samples how many
     */
    public void backward(int samples) {
        if (output.gradient() == null) {
            return;
        }
        workers.run(objective.backward(), samples);
        for (Task task : backward) {
            workers.run(task, samples);
        }
    }

    /** The loss at the end of the plan. */
    Objective objective() {
        return objective;
    }

    /**
     * Computes the gradient with respect to the outputs alone, where {@link #backward} begins, once
     * {@link #loss} was computed for as many samples.
     *
     * @param samples how many
     */
    public void lossGradient(int samples) {
        workers.run(objective.backward(), samples);
    }

    /** {@return each step by itself, in order; one that only arranges a batch has the layer -1} */
    public List<SingleStep> steps() {
        return steps.stream().map(step -> new SingleStep(step, workers,
                options.precision().bytes(), parameters.stream()
                        .filter(parameter -> parameter.layer() == step.layer()).toList()))
                .toList();
    }

    /** {@return the algorithms of all steps, as {@code direct+winograd-4x4}} */
    public String algorithm() {
        return steps.stream().map(Step::algorithm).distinct().sorted()
                .collect(Collectors.joining("+"));
    }

    /** {@return how the plan was compiled} */
    public PlanOptions options() {
        return options;
    }

    /** {@return whether several threads compute: there are some, and passes are long enough} */
    public boolean shares() {
        return workers.threads() > 1;
    }

    /** {@return who computes} */
    public Team team() {
        return team;
    }

    /** {@return what is computed} */
    public Network network() {
        return folding.original();
    }

    /** {@return the most samples of one batch} */
    public int capacity() {
        return options.capacity();
    }

    /** {@return the fewest samples of one batch of a training} */
    public int fewestSamples() {
        return fewestSamples;
    }

    /** {@return the elements of one input} */
    public int inputSize() {
        return input.sampleSize();
    }

    /** {@return the elements of one output} */
    public int outputSize() {
        return output.sampleSize();
    }

    /** {@return the array for a batch of inputs: samples one after another, row-major} */
    public Elements inputs() {
        return input.values();
    }

    /** {@return the gradient with respect to the inputs; null unless compiled for it} */
    public Elements inputGradient() {
        return input.gradient();
    }

    /** {@return where the class labels of a batch go; null for a loss of values} */
    public int[] labels() {
        return objective.labels();
    }

    /** {@return where the target values of a batch go; null for a loss of labels} */
    public Elements targets() {
        return objective.targets();
    }

    /** {@return softmax of the outputs, after a cross-entropy of it was computed; null for others} */
    public Elements probabilities() {
        return objective.probabilities();
    }

    /** {@return the outputs of the network after a forward pass} */
    public Elements outputs() {
        return output.values();
    }

    /**
     * {@return whether the output of a layer is stored: no later one was fused into it, nothing folded}
     *
     * @param layer index of the layer
     */
    public boolean stores(int layer) {
        return outputs.get(layer) != null && folding.isEmpty();
    }

    /**
     * {@return a row-major copy of the outputs of one layer after a forward pass}
     *
     * @param layer index of a layer whose output is stored
     * @param samples how many samples
     */
    public double[] outputs(int layer, int samples) {
        Tensor tensor = outputs.get(layer);
        return tensor.copy(tensor.values(), samples);
    }

    /**
     * {@return which tap of each window of a max pooling layer was the largest in a forward pass; -1 where a ReLU before
     * it is fused and left none}
     *
     * @param layer index of the layer; without backward passes, one whose input is stored
     * @param samples how many samples
     */
    public int[] argmax(int layer, int samples) {
        int source = layers.get(layer).source();
        return LayerChoices.argmax(layers.get(layer),
                source == Graph.INPUT ? input : outputs.get(source),
                outputs.get(layer), samples);
    }

    /** Computes what is folded; to be called when values of {@link #arrays()} were set. */
    public void fold() {
        folding.fold(arrays, computedWith);
    }

    /** {@return what the network learns, and the states of its layers, in order of the layers} */
    public List<ParameterBuffer> arrays() {
        return arrays;
    }

    /** {@return what the network learns, in order of its layers} */
    public List<ParameterBuffer> parameters() {
        return parameters;
    }

    /** {@return every array allocated so far} */
    public List<MemoryUse> memory() {
        return workspace.uses();
    }

    /** Who shares the passes: the caller alone where they are too short. */
    Team workers() {
        return workers;
    }

    LayerStates states() {
        return states;
    }

    ElementLoops loops() {
        return Precisions.loops(options.precision());
    }

    Workspace workspace() {
        return workspace;
    }
}
