package org.lanewise.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.RandomState;
import org.lanewise.kernel.Elements;
import org.lanewise.plan.Kernels;
import org.lanewise.plan.ParameterBuffer;
import org.lanewise.plan.Plan;
import org.lanewise.plan.PlanOptions;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.SingleStep;
import org.lanewise.spec.Layer;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Shape;

/** The passes of one layer by itself; the gradient by its outputs is given, there is no loss. */
public final class LayerPasses implements Passes {
    private static final int LARGEST_WHOLE = 4;

    private final Execution execution;
    private final Sharing sharing;
    private final int batch;
    private final LayerDescription layer;
    private final Plan plan;
    private final SingleStep step;
    private final List<Pass> passes;

    LayerPasses(Layer layer, Shape input, int batch, Execution execution) {
        // The loss of the network around the layer is never computed.
        Network alone = new Network(input, List.of(layer), Loss.meanSquaredError());
        this.execution = execution;
        this.sharing = Sharing.among(execution.threads());
        this.batch = batch;
        this.layer = alone.describe().getFirst();
        this.plan = Plan.compile(alone,
                options(execution, batch).purpose(Purpose.TRAIN_WITH_INPUT_GRADIENT),
                sharing.team());
        this.step = plan.steps().stream().filter(one -> one.layer() == 0).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        layer.type() + " has nothing to compute"));
        this.passes = step.parameters().isEmpty()
                ? List.of(Pass.FORWARD, Pass.BACKWARD_INPUT, Pass.STEP)
                : List.of(Pass.values());
    }

    /** How a network is compiled that trains by an execution. */
    static PlanOptions options(Execution execution, int batch) {
        Kernels vectors = execution.algorithm() == Algorithm.DIRECT ? Kernels.DIRECT : Kernels.ANY;
        return PlanOptions.of(Purpose.TRAIN,
                execution.backend().chosen() == Backend.SCALAR ? Kernels.SCALAR : vectors, batch)
                .precision(execution.precision());
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
        return passes;
    }

    /** Sets all that any pass reads to numbers from [-1, 1). */
    @Override
    public void fill(long seed) {
        fill(seed, Precision.DOUBLE);
    }

    /**
     * Sets all that any pass reads to numbers from [-1, 1].
     *
     * @param seed 0 to 2^32 - 1
     * @param precision that represents all numbers, perhaps not that of the passes
     */
    public void fill(long seed, Precision precision) {
        RandomState random = new RandomState(seed);
        fill(() -> precision == Precision.DOUBLE
                ? random.uniform(-1.0, 1.0)
                : (float) random.uniform(-1.0, 1.0));
    }

    /**
     * Sets all that any pass reads to small whole numbers, whose sums are exact in any order.
     *
     * @param seed 0 to 2^32 - 1
     */
    public void fillWithWholeNumbers(long seed) {
        RandomState random = new RandomState(seed);
        fill(() -> Math.floor(random.uniform(-LARGEST_WHOLE, LARGEST_WHOLE + 1)));
    }

    void fill(DoubleSupplier numbers) {
        fill(plan.inputs(), numbers);
        for (ParameterBuffer parameter : step.parameters()) {
            fill(parameter.values(), numbers);
        }
        plan.forward(batch);
        double[] gradient = new double[Math.toIntExact(batch * layer.output().size())];
        fill(Elements.of(gradient), numbers);
        step.setOutputGradient(batch, gradient);
    }

    private static void fill(Elements values, DoubleSupplier numbers) {
        for (int i = 0; i < values.length(); i++) {
            values.set(i, numbers.getAsDouble());
        }
    }

    @Override
    public void run(Pass pass) {
        switch (pass) {
            case FORWARD -> step.forward(batch);
            case BACKWARD_INPUT -> step.backwardInput(batch);
            case BACKWARD_WEIGHTS -> step.backwardWeights(batch);
            case STEP -> {
                step.forward(batch);
                step.backwardWeights(batch);
                step.backwardInput(batch);
            }
        }
    }

    @Override
    public Work work(Pass pass) {
        return pass != Pass.STEP
                ? Work.of(layer, step, pass, batch)
                : passes.stream().filter(one -> one != Pass.STEP).map(this::work)
                        .reduce(Work.NONE, Work::plus);
    }

    @Override
    public String algorithm() {
        return step.algorithm();
    }

    @Override
    public List<Result> results(Pass pass) {
        return switch (pass) {
            case FORWARD -> List.of(new Result("output", step.outputs(batch)));
            case BACKWARD_INPUT ->
                List.of(new Result("input gradient", step.inputGradient(batch)));
            case BACKWARD_WEIGHTS -> step.parameters().stream()
                    .map(parameter -> new Result(name(parameter) + " gradient",
                            parameter.gradient().copy()))
                    .toList();
            case STEP -> {
                List<Result> all = new ArrayList<>();
                for (Pass one : passes) {
                    if (one != Pass.STEP) {
                        all.addAll(results(one));
                    }
                }
                yield all;
            }
        };
    }

    /** {@return copies of all that the passes read: input, weight and bias, output gradient} */
    public List<Result> operands() {
        List<Result> all = new ArrayList<>();
        all.add(new Result("input", plan.inputs().copy()));
        for (ParameterBuffer parameter : step.parameters()) {
            all.add(new Result(name(parameter), parameter.values().copy()));
        }
        all.add(new Result("output gradient", step.outputGradient(batch)));
        return all;
    }

    /** {@code weight}, where the network calls it {@code 0.weight}. */
    private static String name(ParameterBuffer parameter) {
        String name = parameter.spec().name();
        return name.substring(name.indexOf('.') + 1);
    }
}
