package org.lanewise.cli.option;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.spec.Lion;
import org.lanewise.spec.NAdam;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.RmsProp;
import picocli.CommandLine.Option;

/**
 * Which optimizer. With {@code --optimizer}, defaults are PyTorch's for that rule; without, they are
 * those of SGD by which the networks that come with the program learn well, and each option changes
 * its own value alone.
 */
public final class OptimizerOptions {
    private static final double LEARNING_RATE = 0.02;
    private static final double MOMENTUM = 0.9;

    /** The rules there are, each with its own options and PyTorch's learning rate (the paper's for Lion). */
    enum Rule {
        SGD(1e-3, "--momentum", "--dampening", "--nesterov"),
        ADAM(1e-3, "--beta1", "--beta2", "--epsilon"),
        ADAMW(1e-3, "--beta1", "--beta2", "--epsilon"),
        NADAM(2e-3, "--beta1", "--beta2", "--epsilon", "--momentum-decay"),
        RMSPROP(1e-2, "--alpha", "--epsilon", "--momentum", "--centered"),
        LION(1e-4, "--beta1", "--beta2");

        private final double learningRate;
        private final List<String> options;

        Rule(double learningRate, String... options) {
            this.learningRate = learningRate;
            this.options = List.of(options);
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(names = "--optimizer", paramLabel = "RULE",
            description = "sgd, adam, adamw, nadam, rmsprop or lion, with PyTorch's defaults for"
                    + " that rule. Without this option: sgd with learning rate 0.02 and momentum"
                    + " 0.9; the options below change their own value alone.")
    private Rule rule;

    @Option(names = "--learning-rate", paramLabel = "X",
            description = "Size of a step (default: 0.02; with --optimizer: 0.001, nadam 0.002,"
                    + " rmsprop 0.01, lion 0.0001).")
    private Double learningRate;

    @Option(names = "--momentum", paramLabel = "X",
            description = "sgd, rmsprop: share of the last step kept (default: 0.9; with"
                    + " --optimizer: 0).")
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
            description = "adam, adamw, nadam, lion: decay of the mean gradient (default: 0.9).")
    private Double beta1;

    @Option(names = "--beta2", paramLabel = "X",
            description = "adam, adamw, nadam: decay of the mean squared gradient (default: 0.999);"
                    + " lion: of the mean that is kept (default: 0.99).")
    private Double beta2;

    @Option(names = "--epsilon", paramLabel = "X",
            description = "adam, adamw, nadam, rmsprop: keeps the divisor from 0 (default: 1e-8).")
    private Double epsilon;

    @Option(names = "--momentum-decay", paramLabel = "X",
            description = "nadam: how fast its momentum grows to beta1 (default: 0.004).")
    private Double momentumDecay;

    @Option(names = "--alpha", paramLabel = "X",
            description = "rmsprop: decay of the mean squared gradient (default: 0.99).")
    private Double alpha;

    @Option(names = "--centered", negatable = true,
            description = "rmsprop: subtract the squared mean gradient.")
    private Boolean centered;

    public Optimizer optimizer() {
        Rule used = rule == null ? Rule.SGD : rule;
        refuse(used);
        double rate = or(learningRate, rule == null ? LEARNING_RATE : rule.learningRate);
        double decay = or(weightDecay, used == Rule.ADAMW ? 0.01 : 0);
        double first = or(beta1, 0.9);
        double second = or(beta2, used == Rule.LION ? 0.99 : 0.999);
        double least = or(epsilon, 1e-8);
        return switch (used) {
            case SGD -> new Optimizer.Sgd(rate, or(momentum, rule == null ? MOMENTUM : 0),
                    or(dampening, 0), decay, Boolean.TRUE.equals(nesterov));
            case ADAM -> new Optimizer.Adam(rate, first, second, least, decay);
            case ADAMW -> new Optimizer.AdamW(rate, first, second, least, decay);
            case NADAM -> new NAdam(rate, first, second, least, decay, or(momentumDecay, 0.004));
            case RMSPROP -> new RmsProp(rate, or(alpha, 0.99), least, decay, or(momentum, 0),
                    Boolean.TRUE.equals(centered));
            case LION -> new Lion(rate, first, second, decay);
        };
    }

    private static double or(Double value, double fallback) {
        return value == null ? fallback : value;
    }

    private void refuse(Rule used) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("--momentum", momentum);
        values.put("--dampening", dampening);
        values.put("--nesterov", nesterov);
        values.put("--beta1", beta1);
        values.put("--beta2", beta2);
        values.put("--epsilon", epsilon);
        values.put("--momentum-decay", momentumDecay);
        values.put("--alpha", alpha);
        values.put("--centered", centered);
        List<String> others = values.keySet().stream()
                .filter(name -> values.get(name) != null && !used.options.contains(name)).toList();
        if (!others.isEmpty()) {
            String have = Stream.of(Rule.values()).filter(one -> one.options.containsAll(others))
                    .map(Rule::toString).collect(Collectors.joining(" or "));
            throw new IllegalArgumentException("optimizer " + used + " has no "
                    + String.join(", ", others) + "; its options are --learning-rate,"
                    + " --weight-decay, " + String.join(", ", used.options)
                    + (rule != null || have.isEmpty()
                            ? ""
                            : "; --optimizer " + have + " has " + String.join(", ", others)));
        }
    }
}
