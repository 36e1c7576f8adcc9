package org.lanewise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.spec.Network;
import org.lanewise.spec.ParameterSpec;

/** The arrays that a network learns or keeps as its state, by name, in the order of its layers. */
public final class Parameters {
    /**
     * One named array.
     *
     * @param spec name and shape
     * @param values the elements, row-major; shared, not copied
     */
    public record Parameter(ParameterSpec spec, double[] values) {
        /**
         * Checks the length.
         *
         * @param spec name and shape
         * @param values the elements, row-major; shared, not copied
         * @throws IllegalArgumentException if shape and length differ
         */
        public Parameter {
            if (spec.size() != values.length) {
                throw new IllegalArgumentException(spec.name() + ": shape " + spec.shape()
                        + " needs " + spec.size() + " values, found " + values.length);
            }
        }

        private Parameter copy() {
            return new Parameter(spec, values.clone());
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
     * {@return first values for a network: weights drawn layer by layer, biases 0, factors of batch
     * normalization 1}
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
            if (spec.shape().size() > 1) {
                initializer.fill(spec, values, random);
            }
            list.add(new Parameter(spec, values));
        }
        return new Parameters(list);
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
}
