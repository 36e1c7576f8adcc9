package org.lanewise.plan;

import java.util.List;
import org.lanewise.kernel.AdamConstants;
import org.lanewise.kernel.AdamScalar;
import org.lanewise.spec.Optimizer;

/** Adam and AdamW, which differ in their constants alone. */
final class AdamUpdate implements Update {
    private final double learningRate;
    private final AdamConstants rule;
    private final List<ParameterBuffer> parameters;
    private final List<double[]> firstMoments;
    private final List<double[]> secondMoments;
    private long updates;

    private AdamUpdate(double learningRate, AdamConstants rule, List<ParameterBuffer> parameters,
            List<double[]> firstMoments, List<double[]> secondMoments) {
        this.learningRate = learningRate;
        this.rule = rule;
        this.parameters = parameters;
        this.firstMoments = firstMoments;
        this.secondMoments = secondMoments;
    }

    static AdamConstants coupled(Optimizer.Adam adam) {
        return new AdamConstants(adam.beta1(), adam.beta2(), adam.epsilon(), adam.weightDecay(),
                1.0);
    }

    static AdamConstants decoupled(Optimizer.AdamW adamW) {
        return new AdamConstants(adamW.beta1(), adamW.beta2(), adamW.epsilon(), 0.0,
                1.0 - adamW.learningRate() * adamW.weightDecay());
    }

    static AdamUpdate of(double learningRate, AdamConstants rule, List<ParameterBuffer> parameters,
            Workspace workspace) {
        return new AdamUpdate(learningRate, rule, parameters,
                book(parameters, workspace, " first moment"),
                book(parameters, workspace, " second moment"));
    }

    private static List<double[]> book(List<ParameterBuffer> parameters, Workspace workspace,
            String name) {
        return parameters.stream().map(parameter -> workspace.doubles(parameter.layer(),
                parameter.spec().name() + name, parameter.spec().size())).toList();
    }

    @Override
    public void apply() {
        updates++;
        double stepSize = learningRate / (1.0 - StrictMath.pow(rule.beta1(), updates));
        double root = Math.sqrt(1.0 - StrictMath.pow(rule.beta2(), updates));
        for (int i = 0; i < parameters.size(); i++) {
            ParameterBuffer parameter = parameters.get(i);
            AdamScalar.update(rule, stepSize, root, parameter.values(), parameter.gradient(),
                    firstMoments.get(i), secondMoments.get(i));
        }
    }
}
