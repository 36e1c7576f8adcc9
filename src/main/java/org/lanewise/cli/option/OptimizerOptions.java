package org.lanewise.cli.option;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.spec.Optimizer;
import picocli.CommandLine.Option;

/**
 * Which optimizer. With {@code --optimizer}, defaults are PyTorch's for that rule; without, they are
 * those of SGD by which the networks that come with the program learn well, and each option changes
 * its own value alone.
 */
public final class OptimizerOptions {
    private static final double RULE_LEARNING_RATE = 1e-3;
    private static final double LEARNING_RATE = 0.02;
    private static final double MOMENTUM = 0.9;

    /** The rules there are. */
    enum Rule {
        SGD,
        ADAM,
        ADAMW
    }

    @Option(names = "--optimizer", paramLabel = "RULE",
            description = "sgd, adam or adamw, with PyTorch's defaults for that rule. Without this"
                    + " option: sgd with learning rate 0.02 and momentum 0.9; the options below"
                    + " change their own value alone.")
    private Rule rule;

    @Option(names = "--learning-rate", paramLabel = "X",
            description = "Size of a step (default: 0.02; with --optimizer: 0.001).")
    private Double learningRate;

    @Option(names = "--momentum", paramLabel = "X",
            description = "sgd: share of the last step kept (default: 0.9; with --optimizer: 0).")
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

    public Optimizer optimizer() {
        Map<String, Object> ofSgd = new LinkedHashMap<>();
        ofSgd.put("--momentum", momentum);
        ofSgd.put("--dampening", dampening);
        ofSgd.put("--nesterov", nesterov);
        Map<String, Object> ofAdam = new LinkedHashMap<>();
        ofAdam.put("--beta1", beta1);
        ofAdam.put("--beta2", beta2);
        ofAdam.put("--epsilon", epsilon);
        double rate = or(learningRate, rule == null ? LEARNING_RATE : RULE_LEARNING_RATE);
        return switch (rule == null ? Rule.SGD : rule) {
            case SGD -> {
                refuse("sgd", ofAdam);
                yield new Optimizer.Sgd(rate, or(momentum, rule == null ? MOMENTUM : 0),
                        or(dampening, 0), or(weightDecay, 0), Boolean.TRUE.equals(nesterov));
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

    private void refuse(String used, Map<String, Object> others) {
        List<String> given = given(others);
        if (!given.isEmpty()) {
            throw new IllegalArgumentException("optimizer " + used + " has no "
                    + String.join(", ", given) + "; its options are --learning-rate,"
                    + " --weight-decay" + (used.equals("sgd")
                            ? ", --momentum, --dampening, --nesterov"
                                    + (rule == null
                                            ? "; --optimizer adam or adamw has "
                                                    + String.join(", ", given)
                                            : "")
                            : ", --beta1, --beta2, --epsilon"));
        }
    }
}
