package org.lanewise.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.spec.Optimizer;
import picocli.CommandLine.Option;

/** Which optimizer; PyTorch's names and defaults once any of them is given. */
final class OptimizerOptions {
    private static final double LEARNING_RATE = 1e-3;

    /** Where nothing is said: what the small networks that come with the program learn well by. */
    private static final Optimizer UNSAID = Optimizer.sgd(0.02).momentum(0.9);

    /** The rules there are. */
    enum Rule {
        SGD,
        ADAM,
        ADAMW
    }

    @Option(names = "--optimizer", paramLabel = "RULE",
            description = "sgd, adam or adamw (default: sgd). Where none of the options of this"
                    + " group is given: sgd with learning rate 0.02 and momentum 0.9.")
    private Rule rule;

    @Option(names = "--learning-rate", paramLabel = "X",
            description = "Size of a step (default: 0.001).")
    private Double learningRate;

    @Option(names = "--momentum", paramLabel = "X",
            description = "sgd: share of the last step kept (default: 0).")
    private Double momentum;

    @Option(names = "--dampening", paramLabel = "X",
            description = "sgd: share of the gradient kept out of the momentum (default: 0).")
    private Double dampening;

    @Option(names = "--nesterov", negatable = true, description = "sgd: look one step ahead.")
    private Boolean nesterov;

    @Option(names = "--weight-decay", paramLabel = "X",
            description = "Pull of the weights towards 0 (default: 0; adamw: 0.01).")
    private Double weightDecay;

    @Option(names = "--beta1", paramLabel = "X",
            description = "adam, adamw: decay of the mean gradient (default: 0.9).")
    private Double beta1;

    @Option(names = "--beta2", paramLabel = "X",
            description = "adam, adamw: decay of the mean squared gradient (default: 0.999).")
    private Double beta2;

    @Option(names = "--epsilon", paramLabel = "X",
            description = "adam, adamw: keeps the divisor from 0 (default: 1e-8).")
    private Double epsilon;

    Optimizer optimizer() {
        Map<String, Object> ofSgd = new LinkedHashMap<>();
        ofSgd.put("--momentum", momentum);
        ofSgd.put("--dampening", dampening);
        ofSgd.put("--nesterov", nesterov);
        Map<String, Object> ofAdam = new LinkedHashMap<>();
        ofAdam.put("--beta1", beta1);
        ofAdam.put("--beta2", beta2);
        ofAdam.put("--epsilon", epsilon);
        double rate = or(learningRate, LEARNING_RATE);
        if (rule == null && learningRate == null && weightDecay == null && given(ofSgd).isEmpty()
                && given(ofAdam).isEmpty()) {
            return UNSAID;
        }
        return switch (rule == null ? Rule.SGD : rule) {
            case SGD -> {
                refuse("sgd", ofAdam);
                yield new Optimizer.Sgd(rate, or(momentum, 0), or(dampening, 0),
                        or(weightDecay, 0), Boolean.TRUE.equals(nesterov));
            }
            case ADAM -> {
                refuse("adam", ofSgd);
                yield new Optimizer.Adam(rate, or(beta1, 0.9), or(beta2, 0.999),
                        or(epsilon, 1e-8), or(weightDecay, 0));
            }
            case ADAMW -> {
                refuse("adamw", ofSgd);
                yield new Optimizer.AdamW(rate, or(beta1, 0.9), or(beta2, 0.999),
                        or(epsilon, 1e-8), or(weightDecay, 0.01));
            }
        };
    }

    private static double or(Double value, double fallback) {
        return value == null ? fallback : value;
    }

    private static List<String> given(Map<String, Object> options) {
        return options.entrySet().stream().filter(option -> option.getValue() != null)
                .map(Map.Entry::getKey).toList();
    }

    private static void refuse(String rule, Map<String, Object> others) {
        List<String> given = given(others);
        if (!given.isEmpty()) {
            throw new IllegalArgumentException("optimizer " + rule + " has no "
                    + String.join(", ", given) + "; its options are --learning-rate,"
                    + " --weight-decay" + (rule.equals("sgd")
                            ? ", --momentum, --dampening,"
                                    + " --nesterov"
                            : ", --beta1, --beta2, --epsilon"));
        }
    }
}
