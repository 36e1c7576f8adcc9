package org.lanewise.spec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Parameters that are trained in another way than the rest: at another learning rate, with another weight
 * decay, or not at all. The first group of a list whose pattern matches the name of a parameter counts.
 *
 * <p>{@code toString} gives the text that {@code lanewise train --group} and checkpoints use, as
 * {@code *.bias:learning_rate_factor=64.0,weight_decay=0.0}.
 *
 * @param pattern of names such as {@code layer1.0.conv1.weight}: {@code *} is any characters, dots
 *        included, {@code ?} one
 * @param learningRateFactor multiplies the learning rate of every update; finite, at least 0
 * @param weightDecay replaces that of the optimizer; finite, at least 0
 * @param frozenFromEpoch the index of the first epoch that does not change the parameters: 0 for none that
 *        does, 3 where epochs 1 to 3 do. As where PyTorch's {@code requires_grad} is false: value and
 *        momentum stay, and the gradient is not part of the norm that is clipped
 */
public record ParameterGroup(String pattern, double learningRateFactor,
        OptionalDouble weightDecay, OptionalInt frozenFromEpoch) {
    private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9_.*?-]+");
    private static final int NAMES_SHOWN = 8;

    /**
     * Checks the arguments.
     *
     * @param pattern of names
     * @param learningRateFactor multiplies the learning rate
     * @param weightDecay replaces that of the optimizer
     * @param frozenFromEpoch the index of the first epoch that does not change the parameters
     * @throws IllegalArgumentException if one is out of range
     */
    public ParameterGroup {
        Rates.require(NAMES.matcher(pattern).matches(), "pattern", "'" + pattern + "'",
                "made of letters, digits, _, -, dots, * and ?");
        Rates.atLeastZero("learning_rate_factor", learningRateFactor);
        if (weightDecay.isPresent()) {
            Rates.atLeastZero("weight_decay", weightDecay.getAsDouble());
        }
        if (frozenFromEpoch.isPresent()) {
            Rates.require(frozenFromEpoch.getAsInt() >= 0, "frozen_from_epoch",
                    frozenFromEpoch.getAsInt(), "at least 0");
        }
    }

    /**
     * {@return a group that is trained as the rest is}
     *
     * @param pattern of names
     */
    public static ParameterGroup of(String pattern) {
        return new ParameterGroup(pattern, 1.0, OptionalDouble.empty(), OptionalInt.empty());
    }

    /**
     * {@return this group at another learning rate}
     *
     * @param factor multiplies the learning rate of every update; finite, at least 0
     */
    public ParameterGroup learningRateFactor(double factor) {
        return new ParameterGroup(pattern, factor, weightDecay, frozenFromEpoch);
    }

    /**
     * {@return this group with another weight decay than the optimizer's}
     *
     * @param value finite, at least 0
     */
    public ParameterGroup weightDecay(double value) {
        return new ParameterGroup(pattern, learningRateFactor, OptionalDouble.of(value),
                frozenFromEpoch);
    }

    /**
     * {@return this group, no longer trained from an epoch on}
     *
     * @param epoch the index of the first epoch that does not change it, from 0
     */
    public ParameterGroup frozenFromEpoch(int epoch) {
        return new ParameterGroup(pattern, learningRateFactor, weightDecay, OptionalInt.of(epoch));
    }

    /**
     * {@return whether an epoch does not change the parameters}
     *
     * @param epoch its index, from 0
     */
    public boolean frozen(int epoch) {
        return frozenFromEpoch.isPresent() && epoch >= frozenFromEpoch.getAsInt();
    }

    /**
     * {@return whether a parameter belongs to this group, unless it belongs to one before}
     *
     * @param name of the parameter in its network
     */
    public boolean matches(String name) {
        return name.matches(pattern.chars().mapToObj(c -> switch (c) {
            case '*' -> ".*";
            case '?' -> ".";
            case '.' -> "\\.";
            default -> Character.toString(c);
        }).collect(Collectors.joining()));
    }

    /**
     * {@return the group of each parameter, in order; a group of its own kind for the rest}
     *
     * @param groups the first that matches counts
     * @param parameters what a network learns; states are left out
     * @throws IllegalArgumentException if no parameter belongs to one of the groups
     */
    public static List<ParameterGroup> of(List<ParameterGroup> groups,
            List<ParameterSpec> parameters) {
        List<ParameterGroup> list = new ArrayList<>();
        Set<ParameterGroup> used = new HashSet<>();
        List<String> names = parameters.stream().filter(spec -> !spec.state())
                .map(ParameterSpec::name).toList();
        for (String name : names) {
            ParameterGroup group = groups.stream().filter(one -> one.matches(name)).findFirst()
                    .orElse(of("*"));
            used.add(group);
            list.add(group);
        }
        for (ParameterGroup group : groups) {
            requireSome(group, used, names);
        }
        return list;
    }

    private static void requireSome(ParameterGroup group, Set<ParameterGroup> used,
            List<String> names) {
        String pattern = group.pattern;
        if (names.stream().noneMatch(group::matches)) {
            throw new IllegalArgumentException("the parameter group '" + pattern
                    + "' matches no parameter; the network learns "
                    + names.stream().limit(NAMES_SHOWN).collect(Collectors.joining(", "))
                    + (names.size() > NAMES_SHOWN
                            ? " and " + (names.size() - NAMES_SHOWN) + " more"
                            : "")
                    + Spelling.suggestion(pattern, names));
        }
        if (!used.contains(group)) {
            throw new IllegalArgumentException("all parameters that the parameter group '" + pattern
                    + "' matches belong to groups before it; put it in front of them");
        }
    }

    /**
     * {@return the names of the parameters that no epoch changes}
     *
     * @param groups the first that matches counts
     * @param parameters what a network learns
     * @throws IllegalArgumentException if no parameter belongs to one of the groups, or no epoch changes
     *         any parameter
     */
    public static Set<String> alwaysFrozen(List<ParameterGroup> groups,
            Collection<ParameterSpec> parameters) {
        List<ParameterSpec> learned = parameters.stream().filter(spec -> !spec.state()).toList();
        List<ParameterGroup> assigned = of(groups, learned);
        Set<String> frozen = new HashSet<>();
        for (int i = 0; i < learned.size(); i++) {
            if (assigned.get(i).frozen(0)) {
                frozen.add(learned.get(i).name());
            }
        }
        if (!frozen.isEmpty() && frozen.size() == learned.size()) {
            throw new IllegalArgumentException("every parameter of the network is frozen: there is"
                    + " nothing to train; freeze fewer");
        }
        return frozen;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (learningRateFactor != 1.0) {
            text.append(",learning_rate_factor=").append(learningRateFactor);
        }
        weightDecay.ifPresent(value -> text.append(",weight_decay=").append(value));
        frozenFromEpoch.ifPresent(epoch -> text.append(",frozen_from_epoch=").append(epoch));
        return pattern + (text.isEmpty() ? "" : ":" + text.substring(1));
    }
}
