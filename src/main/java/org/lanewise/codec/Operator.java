package org.lanewise.codec;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.spec.Size;

/**
 * The ONNX operator that computes a layer.
 *
 * @param type its name
 * @param attributes what the layer's fields are to it, in order
 */
public record Operator(String type, List<Attribute> attributes) {
    /**
     * An attribute of an operator.
     *
     * @param name its name
     * @param list whether it is a list, which may hold a single number
     * @param values whole numbers
     */
    public record Attribute(String name, boolean list, List<Integer> values) {}

    /** Copies the list. */
    public Operator {
        attributes = List.copyOf(attributes);
    }

    /** {@return an operator without attributes} */
    static Operator of(String type) {
        return new Operator(type, List.of());
    }

    /** {@return this operator with a number} */
    Operator number(String name, int value) {
        return with(new Attribute(name, false, List.of(value)));
    }

    /** {@return this operator with pairs of numbers, the vertical one first} */
    Operator pairs(String name, Size... sizes) {
        List<Integer> values = new ArrayList<>();
        for (Size size : sizes) {
            values.add(size.height());
            values.add(size.width());
        }
        return with(new Attribute(name, true, values));
    }

    private Operator with(Attribute attribute) {
        List<Attribute> list = new ArrayList<>(attributes);
        list.add(attribute);
        return new Operator(type, list);
    }
}
