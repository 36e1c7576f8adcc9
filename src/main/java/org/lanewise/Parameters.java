package org.lanewise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.lanewise.spec.Network;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Spelling;

/** The arrays that a network learns or keeps as its state, by name, in the order of its layers. */
public final class Parameters {
    /**
     * One named array.
     *
     * @param spec name and shape
     * @param values the elements, row-major; shared, not copied
     * @param precision of the elements in files; single where they are those of a training of it
     */
    public record Parameter(ParameterSpec spec, double[] values, Precision precision) {
        /**
         * Checks the length.
         *
         * @param spec name and shape
         * @param values the elements, row-major; shared, not copied
         * @param precision of the elements in files
         * @throws IllegalArgumentException if shape and length differ
         */
        public Parameter {
            if (spec.size() != values.length) {
                throw new IllegalArgumentException(spec.name() + ": shape " + spec.shape()
                        + " needs " + spec.size() + " values, found " + values.length);
            }
        }

        /**
         * An array of doubles.
         *
         * @param spec name and shape
         * @param values the elements, row-major; shared, not copied
         * @throws IllegalArgumentException if shape and length differ
         */
        public Parameter(ParameterSpec spec, double[] values) {
            this(spec, values, Precision.DOUBLE);
        }

        private Parameter copy() {
            return new Parameter(spec, values.clone(), precision);
        }
    }

    private final Map<String, Parameter> byName = new LinkedHashMap<>();

    /**
     * Collects named arrays.
     *
     * @param parameters the arrays, shared, not copied
     * @throws IllegalArgumentException if two have one name
     */
    public Parameters(List<Parameter> parameters) {
        for (Parameter parameter : parameters) {
            if (byName.put(parameter.spec().name(), parameter) != null) {
                throw new IllegalArgumentException(
                        "two parameters are named " + parameter.spec().name());
            }
        }
    }

    /**
     * {@return first values for a network: weights drawn layer by layer, biases 0, factors of
     * normalizations 1}
     *
     * @param network what learns them
     * @param initializer how weights begin
     * @param random where random numbers come from
     */
    public static Parameters initial(Network network, Initializer initializer, RandomState random) {
        List<Parameter> list = new ArrayList<>();
        for (ParameterSpec spec : network.parameters()) {
            double[] values = new double[Math.toIntExact(spec.size())];
            Arrays.fill(values, spec.initial());
            if (spec.drawn()) {
                initializer.fill(spec, values, random);
            }
            list.add(new Parameter(spec, values));
        }
        return new Parameters(list);
    }

    /**
     * {@return first values for a network: those of {@link #initial(Network, Initializer, RandomState)},
     * then in the order of the list those of the initializers by pattern, which may keep a part of what was
     * there before}
     *
     * @param network what learns them
     * @param initializer how weights begin where no pattern matches
     * @param patterns a pattern matches what is learned, not states; arrays are filled in the order of the
     *        network
     * @param random where random numbers come from
     * @throws IllegalArgumentException if a pattern matches nothing, or something that its initializer does
     *         not fit
     */
    public static Parameters initial(Network network, Initializer initializer,
            List<PatternInitializer> patterns, RandomState random) {
        Parameters parameters = initial(network, initializer, random);
        List<String> learned = network.parameters().stream().filter(spec -> !spec.state())
                .map(ParameterSpec::name).toList();
        for (PatternInitializer one : patterns) {
            List<String> names = learned.stream().filter(one::matches).toList();
            if (names.isEmpty()) {
                throw new IllegalArgumentException("the pattern '" + one.pattern()
                        + "' matches none"
                        + " of the network's parameters, which are " + String.join(", ", learned)
                        + Spelling.suggestion(one.pattern(), learned));
            }
            for (String name : names) {
                parameters.fill(parameters.byName.get(name), one.initializer(), random);
            }
        }
        return parameters;
    }

    private void fill(Parameter parameter, Initializer initializer, RandomState random) {
        ParameterSpec spec = parameter.spec();
        if (spec.drawn()) {
            initializer.fill(spec, parameter.values(), random);
            return;
        }
        Parameter weight = byName
                .get(spec.name().substring(0, spec.name().lastIndexOf('.')) + ".weight");
        initializer.fillVector(spec,
                weight == null || !weight.spec().drawn() ? 0 : weight.spec().fanIn(),
                parameter.values(), random);
    }

    /**
     * These parameters with the values of others, where name and shape match.
     *
     * @param parameters of the same names and shapes as before, in arrays of their own
     * @param loaded names of those whose values are the others'
     * @param missing names of those that the others do not have
     * @param otherShapes those that the others have in another shape, with both shapes
     * @param unused names that only the others have
     */
    public record Merged(Parameters parameters, List<String> loaded, List<String> missing,
            List<String> otherShapes, List<String> unused) {
        /**
         * Copies the lists.
         *
         * @param parameters of the same names and shapes as before
         * @param loaded names of those whose values are the others'
         * @param missing names of those that the others do not have
         * @param otherShapes those that the others have in another shape
         * @param unused names that only the others have
         */
        public Merged {
            loaded = List.copyOf(loaded);
            missing = List.copyOf(missing);
            otherShapes = List.copyOf(otherShapes);
            unused = List.copyOf(unused);
        }
    }

    /**
     * {@return these parameters with the values of others where name and shape match, as fine-tuning needs,
     * and what did not match}
     *
     * @param others where the values come from; not modified
     * @throws IllegalArgumentException if nothing that is learned matches
     */
    public Merged merge(Parameters others) {
        List<Parameter> merged = new ArrayList<>();
        List<String> loaded = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<String> otherShapes = new ArrayList<>();
        boolean learned = false;
        for (Parameter own : byName.values()) {
            String name = own.spec().name();
            Parameter other = others.byName.get(name);
            boolean same = other != null && other.spec().shape().equals(own.spec().shape());
            merged.add(new Parameter(own.spec(), (same ? other : own).values().clone()));
            if (same) {
                loaded.add(name);
                learned |= !own.spec().state();
            } else if (other == null) {
                missing.add(name);
            } else {
                otherShapes.add(name + " (found " + other.spec().shape() + ", expected "
                        + own.spec().shape() + ")");
            }
        }
        if (!learned) {
            throw new IllegalArgumentException("no name and shape of the " + others.byName.size()
                    + " parameters matches the network's: found " + brief(others.byName.keySet())
                    + ", expected " + brief(byName.keySet()));
        }
        List<String> unused = new ArrayList<>(others.byName.keySet());
        unused.removeAll(byName.keySet());
        return new Merged(new Parameters(merged), loaded, missing, otherShapes, unused);
    }

    private static String brief(Set<String> names) {
        return names.stream().limit(4).collect(Collectors.joining(", "))
                + (names.size() > 4 ? ", ..." : "");
    }

    /** {@return the arrays in order} */
    public List<Parameter> list() {
        return List.copyOf(byName.values());
    }

    /**
     * {@return the elements of one array, shared, not copied}
     *
     * @param name as {@code 0.weight}
     * @throws IllegalArgumentException if there is none of that name
     */
    public double[] values(String name) {
        Parameter parameter = byName.get(name);
        if (parameter == null) {
            throw new IllegalArgumentException(
                    "no parameter is named " + name + "; there are " + byName.keySet());
        }
        return parameter.values();
    }

    /** {@return the same names and shapes with arrays of their own} */
    public Parameters copy() {
        return new Parameters(byName.values().stream().map(Parameter::copy).toList());
    }

    /**
     * Checks that these are the parameters of a network.
     *
     * @param network what is to take them
     * @throws IllegalArgumentException if one is missing, unknown or of another shape; the message
     *         lists every mismatch
     */
    public void requireMatch(Network network) {
        List<String> mismatches = mismatches(network.parameters());
        if (!mismatches.isEmpty()) {
            throw new IllegalArgumentException("parameters do not fit the network: "
                    + String.join("; ", mismatches));
        }
    }

    /** Checks that no number is too large for a precision. */
    void requireRange(Precision precision) {
        for (Parameter parameter : byName.values()) {
            for (double value : parameter.values()) {
                precision.requireRange("parameter " + parameter.spec().name(), value);
            }
        }
    }

    /** What is missing, unknown or of another shape. */
    List<String> mismatches(List<ParameterSpec> specs) {
        List<String> mismatches = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (ParameterSpec spec : specs) {
            Parameter found = byName.get(spec.name());
            expected.add(spec.name());
            if (found == null) {
                mismatches.add(spec.name() + ": missing, expected shape " + spec.shape());
            } else if (!found.spec().shape().equals(spec.shape())) {
                mismatches.add(spec.name() + ": found shape " + found.spec().shape()
                        + ", expected " + spec.shape());
            }
        }
        for (String name : byName.keySet()) {
            if (!expected.contains(name)) {
                mismatches.add(name + ": not a parameter of this network");
            }
        }
        return mismatches;
    }

    /**
     * {@return the SHA-256 of all arrays in their order, in hexadecimal digits}
     *
     * <p>Each value is 8 bytes, big-endian IEEE.
     */
    public String sha256() {
        return Sha256.of(this);
    }
}
