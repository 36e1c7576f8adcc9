package org.lanewise.plan;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lanewise.kernel.AdamConstants;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.reference.AdamScalar;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.Optimizer;

/** Adam and AdamW, which differ in their constants alone. */
final class AdamUpdate implements Update {
    private final double learningRate;
    private final AdamConstants rule;
    private final Team team;
    private final List<ParameterBuffer> parameters;
    private final List<double[]> firstMoments;
    private final List<double[]> secondMoments;
    private final List<Task> tasks;
    private long updates;
    /** Of the running update: the learning rate / (1 - beta1^t), and sqrt(1 - beta2^t). */
    private double stepSize;
    private double root;

    private AdamUpdate(double learningRate, AdamConstants rule, Team team,
            List<ParameterBuffer> parameters, List<double[]> firstMoments,
            List<double[]> secondMoments) {
        this.learningRate = learningRate;
        this.rule = rule;
        this.team = team;
        this.parameters = parameters;
        this.firstMoments = firstMoments;
        this.secondMoments = secondMoments;
        this.tasks = IntStream.range(0, parameters.size()).mapToObj(this::task).toList();
    }

    private Task task(int i) {
        ParameterBuffer parameter = parameters.get(i);
        AdamScalar adam = new AdamScalar(rule, parameter.values(), parameter.gradient(),
                firstMoments.get(i), secondMoments.get(i));
        return Update.task(parameter, (from, to) -> adam.update(stepSize, root, from, to));
    }

    static AdamConstants coupled(Optimizer.Adam adam) {
        return new AdamConstants(adam.beta1(), adam.beta2(), adam.epsilon(), adam.weightDecay(),
                1.0);
    }

    static AdamConstants decoupled(Optimizer.AdamW adamW) {
        return new AdamConstants(adamW.beta1(), adamW.beta2(), adamW.epsilon(), 0.0,
                1.0 - adamW.learningRate() * adamW.weightDecay());
    }

    static AdamUpdate of(double learningRate, AdamConstants rule, Team team,
            List<ParameterBuffer> parameters, Workspace workspace) {
        return new AdamUpdate(learningRate, rule, team, parameters,
                book(parameters, workspace, " first moment"),
                book(parameters, workspace, " second moment"));
    }

    private static List<double[]> book(List<ParameterBuffer> parameters, Workspace workspace,
            String name) {
        return parameters.stream()
                .map(parameter -> workspace.doubles(parameter.layer(), Kind.OPTIMIZER,
                        parameter.spec().name() + name, parameter.spec().size()))
                .toList();
    }

    @Override
    public void apply() {
        updates++;
        stepSize = learningRate / (1.0 - power(rule.beta1(), updates));
        root = Math.sqrt(1.0 - power(rule.beta2(), updates));
        team.run(tasks, 1);
    }

    @Override
    public long updates() {
        return updates;
    }

    @Override
    public void updates(long before) {
        updates = before;
    }

    @Override
    public List<ParameterBuffer> memory() {
        return Stream.concat(
                Update.memory(parameters, firstMoments, "first_moment").stream(),
                Update.memory(parameters, secondMoments, "second_moment").stream()).toList();
    }

    /**
     * {@return base to the power n, rounded to the nearest double but for rare cases}
     *
     * <p>By squaring, in pairs of doubles: plain products would lose digits of 1 - power, and
     * {@code StrictMath.pow} allocates.
     */
    static double power(double base, long n) {
        double high = 1.0;
        double low = 0.0;
        double squareHigh = base;
        double squareLow = 0.0;
        for (long bits = n; bits != 0; bits >>>= 1) {
            if ((bits & 1) != 0) {
                double product = high * squareHigh;
                double rest = Math.fma(high, squareHigh, -product)
                        + (high * squareLow + low * squareHigh);
                high = product + rest;
                low = rest - (high - product);
            }
            double product = squareHigh * squareHigh;
            double rest = Math.fma(squareHigh, squareHigh, -product)
                    + 2.0 * squareHigh * squareLow;
            squareHigh = product + rest;
            squareLow = rest - (squareHigh - product);
        }
        return high;
    }
}
