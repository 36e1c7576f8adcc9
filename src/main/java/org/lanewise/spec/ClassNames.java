package org.lanewise.spec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names of classes, the first that of label 0.
 *
 * @param names one a class; none where names are not known
 */
public record ClassNames(List<String> names) {
    /** No names. */
    public static final ClassNames UNKNOWN = new ClassNames(List.of());

    /**
     * Checks that names are distinct.
     *
     * @param names one a class; none where names are not known
     * @throws IllegalArgumentException if one is blank, or two are equal
     */
    public ClassNames {
        names = List.copyOf(names);
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).isBlank()) {
                throw new IllegalArgumentException("class " + i + " has an empty name");
            }
            Integer before = seen.putIfAbsent(names.get(i), i);
            if (before != null) {
                throw new IllegalArgumentException("classes " + before + " and " + i
                        + " are both named " + names.get(i));
            }
        }
    }

    /** {@return whether there are names} */
    public boolean known() {
        return !names.isEmpty();
    }

    /**
     * {@return the name of a class, or its number where it has none}
     *
     * @param label of the class, from 0, or one that a loss ignores
     */
    public String name(int label) {
        return label >= 0 && label < names.size() ? names.get(label) : String.valueOf(label);
    }

    /**
     * Checks that a network has a class for every name.
     *
     * @param network whose outputs the names are for
     * @throws IllegalArgumentException if there are more names than outputs, or the network has no
     *         classes
     */
    public void requireFit(Network network) {
        if (!known()) {
            return;
        }
        if (!(network.loss() instanceof Loss.SoftmaxCrossEntropy)) {
            throw new IllegalArgumentException(names.size() + " class names, but a network with"
                    + " loss " + network.loss().type() + " has no classes");
        }
        if (names.size() > network.output().size()) {
            throw new IllegalArgumentException(names.size() + " class names, but the network has "
                    + network.output().size() + " classes");
        }
    }

    /**
     * {@return these names, or the others where these are not known or fewer}
     *
     * @param others of the same classes
     * @throws IllegalArgumentException if a class has two names
     */
    public ClassNames or(ClassNames others) {
        for (int i = 0; i < Math.min(names.size(), others.names.size()); i++) {
            if (!names.get(i).equals(others.names.get(i))) {
                throw new IllegalArgumentException("class " + i + " is named "
                        + names.get(i) + " here and " + others.names.get(i) + " there");
            }
        }
        return names.size() >= others.names.size() ? this : others;
    }
}
