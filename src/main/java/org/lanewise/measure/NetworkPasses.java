package org.lanewise.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lanewise.Initializer;
import org.lanewise.Parameters;
import org.lanewise.RandomState;
import org.lanewise.kernel.Elements;
import org.lanewise.plan.ParameterBuffer;
import org.lanewise.plan.Plan;
import org.lanewise.plan.SingleStep;
import org.lanewise.plan.Update;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;

/** The passes of a network: forward, a whole step, and each part of the step by itself. */
public final class NetworkPasses implements Passes {
    /** Small, so that weights stay finite however often a step is repeated. */
    private static final double LEARNING_RATE = 1e-4;

    private final Execution execution;
    private final Sharing sharing;
    private final int batch;
    private final Network network;
    private final List<LayerDescription> layers;
    private final Plan plan;
    private final Update update;
    private final MinimumTraffic minimum;
    private final List<Part> parts;
    private double loss;

    NetworkPasses(Network network, int batch, Execution execution) {
        this(network, batch, execution, Sharing.among(execution.threads()));
    }

    NetworkPasses(Network network, int batch, Execution execution, Sharing sharing) {
        this.execution = execution;
        this.sharing = sharing;
        this.batch = batch;
        this.network = network;
        this.layers = network.describe();
        this.plan = Plan.compile(network, LayerPasses.options(execution, batch), sharing.team());
        this.update = Update.of(plan, Optimizer.sgd(LEARNING_RATE));
        this.minimum = new MinimumTraffic(network, plan.options().precision());
        this.parts = List.copyOf(arrange());
    }

    @Override
    public void close() {
        sharing.close();
    }

    @Override
    public Execution execution() {
        return execution;
    }

    @Override
    public List<Pass> passes() {
        return List.of(Pass.FORWARD, Pass.STEP);
    }

    /** Sets inputs to numbers from [-1, 1), weights to He's normal numbers; labels take turns. */
    @Override
    public void fill(long seed) {
        RandomState random = new RandomState(seed);
        fill(plan.inputs(), random);
        Parameters first = Parameters.initial(network, Initializer.heNormal(), random);
        for (ParameterBuffer buffer : plan.arrays()) {
            double[] values = first.values(buffer.spec().name());
            buffer.values().write(values, 0, 0, values.length);
        }
        if (plan.labels() != null) {
            for (int i = 0; i < batch; i++) {
                plan.labels()[i] = i % plan.outputSize();
            }
        } else {
            fill(plan.targets(), random);
        }
        plan.forward(batch);
        loss = plan.loss(batch);
        plan.backward(batch);
    }

    private static void fill(Elements values, RandomState random) {
        for (int i = 0; i < values.length(); i++) {
            values.set(i, random.uniform(-1.0, 1.0));
        }
    }

    @Override
    public void run(Pass pass) {
        switch (pass) {
            case FORWARD -> plan.forward(batch);
            case STEP -> step();
            case BACKWARD_INPUT, BACKWARD_WEIGHTS -> throw new IllegalArgumentException(
                    pass + " is no pass of a network, only a part of its step");
        }
    }

    /**
     * Takes a step: forward, loss, backward, update.
     *
     * @return the loss before the update
     */
    public double step() {
        plan.forward(batch);
        loss = plan.loss(batch);
        plan.backward(batch);
        update.apply();
        return loss;
    }

    /** {@return the parts of a step in their order; run one after another they are a step} */
    public List<Part> parts() {
        return parts;
    }

    private List<Part> arrange() {
        List<Part> list = new ArrayList<>();
        for (SingleStep step : plan.steps()) {
            list.add(part(step, Pass.FORWARD, () -> step.forward(batch)));
        }
        int bytes = plan.options().precision().bytes();
        long outputs = (long) batch * plan.outputSize();
        long learned = network.parameterCount();
        list.add(part("loss", new Work(0, 2 * outputs * bytes), () -> {
            loss = plan.loss(batch);
        }));
        if (learned > 0) {
            // From the probabilities of labels, or from outputs and targets.
            int read = plan.labels() != null ? 1 : 2;
            list.add(part("loss_gradient", new Work(0, (read + 1) * outputs * bytes),
                    () -> plan.lossGradient(batch)));
        }
        for (SingleStep step : plan.steps().reversed()) {
            if (step.hasGradient() && !step.parameters().isEmpty()) {
                list.add(part(step, Pass.BACKWARD_WEIGHTS,
                        () -> step.backwardWeights(batch)));
            }
            if (step.hasInputGradient()) {
                list.add(part(step, Pass.BACKWARD_INPUT,
                        () -> step.backwardInput(batch)));
            }
        }
        list.add(part("update", new Work(2 * learned, 3 * learned * bytes),
                update::apply));
        return list;
    }

    private Part part(SingleStep step, Pass pass, Runnable code) {
        if (step.layer() == MemoryUse.WHOLE_NETWORK) {
            // The batch is brought into another order.
            return new Part(Optional.empty(), "reorder",
                    new Work(0, step.bytes(pass.toString(), batch)), 0, LayerPlan.DIRECT,
                    List.of(), code);
        }
        LayerDescription layer = layers.get(step.layer());
        return new Part(Optional.of(layer), pass.toString(), Work.of(layer, step, pass, batch),
                minimum.bytes(layer, pass, batch), step.algorithm(), unfused(step, pass), code);
    }

    /** What a pass computes, of all layers of its step: their gradients begin with its first backward pass. */
    private List<Part.Unfused> unfused(SingleStep step, Pass pass) {
        List<Part.Unfused> list = new ArrayList<>();
        list.add(new Part.Unfused(step.layer(), pass.toString()));
        boolean second = pass == Pass.BACKWARD_INPUT && !step.parameters().isEmpty();
        Pass others = pass == Pass.FORWARD ? pass : Pass.BACKWARD_INPUT;
        for (int i = step.outputLayer(); i > step.layer() && !second; i = layers.get(i).source()) {
            list.add(new Part.Unfused(i, others.toString()));
        }
        return list;
    }

    private static Part part(String pass, Work work, Runnable code) {
        return new Part(Optional.empty(), pass, work, work.bytes(), LayerPlan.DIRECT,
                List.of(new Part.Unfused(LayerDescription.NETWORK_INPUT, pass)), code);
    }

    @Override
    public Work work(Pass pass) {
        return parts.stream()
                .filter(part -> pass == Pass.STEP || part.pass().equals(pass.toString()))
                .map(Part::work).reduce(Work.NONE, Work::plus);
    }

    @Override
    public String algorithm() {
        return plan.algorithm();
    }

    @Override
    public List<Result> results(Pass pass) {
        List<Result> all = new ArrayList<>();
        for (SingleStep step : plan.steps()) {
            if (step.arranges()) {
                continue;
            }
            // Where some layers are one step, only the output of the last is there, and of the gradients
            // that by the output of the first, or of a max pooling.
            all.add(new Result("layer " + step.outputLayer() + " output",
                    step.outputs(batch)));
            if (pass == Pass.STEP && step.hasGradient()) {
                all.add(new Result("layer " + step.gradientLayer() + " output gradient",
                        step.outputGradient(batch)));
            }
        }
        if (pass == Pass.STEP) {
            all.add(new Result("loss", new double[] {loss}));
            for (ParameterBuffer parameter : plan.parameters()) {
                String name = parameter.spec().name();
                all.add(new Result(name + " gradient", parameter.gradient().copy()));
                all.add(new Result(name, parameter.values().copy()));
            }
        }
        return all;
    }
}
