package org.lanewise.plan;

import java.util.List;
import org.lanewise.kernel.SgdConstants;
import org.lanewise.kernel.SgdScalar;
import org.lanewise.spec.Optimizer;

/** Stochastic gradient descent; the velocities are empty without momentum. */
final class SgdUpdate implements Update {
    private final SgdConstants rule;
    private final double dampening;
    private final List<ParameterBuffer> parameters;
    private final List<double[]> velocities;
    private long updates;

    private SgdUpdate(SgdConstants rule, double dampening, List<ParameterBuffer> parameters,
            List<double[]> velocities) {
        this.rule = rule;
        this.dampening = dampening;
        this.parameters = parameters;
        this.velocities = velocities;
    }

    static SgdUpdate of(Optimizer.Sgd sgd, List<ParameterBuffer> parameters, Workspace workspace) {
        SgdConstants rule = new SgdConstants(sgd.learningRate(), sgd.momentum(), sgd.weightDecay(),
                sgd.nesterov());
        List<double[]> velocities = sgd.momentum() == 0
                ? List.of()
                : parameters.stream().map(parameter -> workspace.doubles(parameter.layer(),
                        parameter.spec().name() + " velocity", parameter.spec().size())).toList();
        return new SgdUpdate(rule, sgd.dampening(), parameters, velocities);
    }

    @Override
    public void apply() {
        for (int i = 0; i < parameters.size(); i++) {
            ParameterBuffer parameter = parameters.get(i);
            if (velocities.isEmpty()) {
                SgdScalar.plain(rule.learningRate(), rule.weightDecay(), parameter.values(),
                        parameter.gradient(), 0, parameter.values().length);
            } else {
                SgdScalar.momentum(rule, updates == 0 ? 1.0 : 1.0 - dampening, parameter.values(),
                        parameter.gradient(), velocities.get(i), 0, parameter.values().length);
            }
        }
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
