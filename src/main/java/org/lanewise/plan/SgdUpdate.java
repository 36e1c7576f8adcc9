package org.lanewise.plan;

import java.util.List;
import java.util.stream.IntStream;
import org.lanewise.kernel.SgdConstants;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.reference.SgdScalar;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.Optimizer;

/** Stochastic gradient descent; the velocities are empty without momentum. */
final class SgdUpdate implements Update {
    private final SgdConstants rule;
    private final double dampening;
    private final Team team;
    private final List<ParameterBuffer> parameters;
    private final List<double[]> velocities;
    private final List<Task> tasks;
    private long updates;
    /** What of the gradient enters the velocity in the running update. */
    private double share;

    private SgdUpdate(SgdConstants rule, double dampening, Team team,
            List<ParameterBuffer> parameters, List<double[]> velocities) {
        this.rule = rule;
        this.dampening = dampening;
        this.team = team;
        this.parameters = parameters;
        this.velocities = velocities;
        this.tasks = IntStream.range(0, parameters.size()).mapToObj(this::task).toList();
    }

    private Task task(int i) {
        double[] values = parameters.get(i).values();
        double[] diff = parameters.get(i).gradient();
        if (velocities.isEmpty()) {
            return Update.task(parameters.get(i), (from, to) -> SgdScalar
                    .plain(rule.learningRate(), rule.weightDecay(), values, diff, from, to));
        }
        double[] velocity = velocities.get(i);
        return Update.task(parameters.get(i), (from, to) -> SgdScalar.momentum(rule, share, values,
                diff, velocity, from, to));
    }

    static SgdUpdate of(Optimizer.Sgd sgd, Team team, List<ParameterBuffer> parameters,
            Workspace workspace) {
        SgdConstants rule = new SgdConstants(sgd.learningRate(), sgd.momentum(), sgd.weightDecay(),
                sgd.nesterov());
        List<double[]> velocities = sgd.momentum() == 0
                ? List.of()
                : parameters.stream()
                        .map(parameter -> workspace.doubles(parameter.layer(), Kind.OPTIMIZER,
                                parameter.spec().name() + " velocity", parameter.spec().size()))
                        .toList();
        return new SgdUpdate(rule, sgd.dampening(), team, parameters, velocities);
    }

    @Override
    public void apply() {
        share = updates == 0 ? 1.0 : 1.0 - dampening;
        team.run(tasks, 1);
        updates++;
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
        return Update.memory(parameters, velocities, "velocity");
    }
}
