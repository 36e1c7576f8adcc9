package org.lanewise;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.lanewise.Parameters.Parameter;
import org.lanewise.kernel.Elements;
import org.lanewise.plan.ParameterBuffer;
import org.lanewise.spec.Network;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Precision;

/**
 * All parameters of a network, and the states of its layers, one after another in one array, in the order of the layers;
 * row-major. Where shards are averaged every few steps, the state of the optimizer follows.
 */
public final class FlatParameters implements Serializable {
    private static final long serialVersionUID = 1;

    private final transient Elements values;

    private FlatParameters(Elements values) {
        this.values = values;
    }

    /**
     * What is written in place of this.
     *
     * @param values all of them
     */
    private record Packed(PackedArray values) implements Serializable {
        private Object readResolve() {
            return new FlatParameters(values.unpacked());
        }
    }

    /** {@return what is written in place of this} */
    private Object writeReplace() {
        return new Packed(PackedArray.of(values));
    }

    /** {@return a copy of the arrays of a plan} */
    static FlatParameters of(List<ParameterBuffer> arrays) {
        int size = 0;
        for (ParameterBuffer array : arrays) {
            size = Math.addExact(size, array.values().length());
        }
        Elements all = arrays.getFirst().values().ofLength(size);
        int at = 0;
        for (ParameterBuffer array : arrays) {
            array.values().copy(0, all, at, array.values().length());
            at += array.values().length();
        }
        return new FlatParameters(all);
    }

    /** Overwrites the arrays of a plan. */
    void copyTo(List<ParameterBuffer> arrays) {
        long size = arrays.stream().mapToLong(array -> array.values().length()).sum();
        requireSize(size);
        int at = 0;
        for (ParameterBuffer array : arrays) {
            values.copy(at, array.values(), 0, array.values().length());
            at += array.values().length();
        }
    }

    private void requireSize(long size) {
        if (size != values.length()) {
            throw new IllegalArgumentException(values.length() + " elements of parameters and"
                    + " states; the network has " + size);
        }
    }

    /**
     * {@return the arrays by their names; copies, without the state of an optimizer that may follow them}
     *
     * @param network whose parameters these are
     * @throws IllegalArgumentException if it has more elements
     */
    public Parameters parameters(Network network) {
        List<ParameterSpec> specs = network.parameters();
        long size = specs.stream().mapToLong(ParameterSpec::size).sum();
        if (size > values.length()) {
            requireSize(size);
        }
        Precision precision = values instanceof Elements.Floats
                ? Precision.SINGLE
                : Precision.DOUBLE;
        List<Parameter> list = new ArrayList<>();
        int at = 0;
        for (ParameterSpec spec : specs) {
            double[] copy = new double[(int) spec.size()];
            values.read(at, copy, 0, copy.length);
            list.add(new Parameter(spec, copy, precision));
            at += copy.length;
        }
        return new Parameters(list);
    }
}
