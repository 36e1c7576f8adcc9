package org.lanewise.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.lanewise.spec.Size;

/**
 * An ONNX operator. One or several compute a layer: each reads the output of the one before it, and
 * the first the layer's inputs.
 *
 * @param type its name
 * @param attributes what the layer's fields are to it, in order: a number, or a list of several;
 *        a double is a real number, of 32 bits in ONNX
 * @param constants scalars that are more inputs of it
 * @param readsInput whether the layer's input is one more
 * @param before computed first; null if it reads the layer's inputs
 */
public record Operator(String type, SequencedMap<String, List<? extends Number>> attributes,
        List<Double> constants, boolean readsInput, Operator before) {
    /** {@return an operator without attributes} */
    static Operator of(String type) {
        return new Operator(type, new LinkedHashMap<>(), List.of(), false, null);
    }

    /** {@return this operator with a whole number} */
    Operator number(String name, int value) {
        return with(name, List.of(value));
    }

    /** {@return this operator with a real number} */
    Operator number(String name, double value) {
        return with(name, List.of(value));
    }

    /** {@return this operator with pairs of numbers, the vertical one first} */
    Operator pairs(String name, Size... sizes) {
        return with(name, Stream.of(sizes)
                .flatMap(size -> Stream.of(size.height(), size.width())).toList());
    }

    private Operator with(String name, List<? extends Number> values) {
        SequencedMap<String, List<? extends Number>> all = new LinkedHashMap<>(attributes);
        all.put(name, values);
        return new Operator(type, all, constants, readsInput, before);
    }

    /** {@return this operator with scalars as more inputs} */
    Operator constants(Double... values) {
        return new Operator(type, attributes, List.of(values), readsInput, before);
    }

    /** {@return this operator with the layer's input as one more} */
    Operator input() {
        return new Operator(type, attributes, constants, true, before);
    }

    /** {@return another operator, which reads the output of this one} */
    Operator then(Operator next) {
        return new Operator(next.type, next.attributes, next.constants, next.readsInput, this);
    }

    /** {@return the operators, in the order in which they are computed; this one is the last} */
    public List<Operator> chain() {
        List<Operator> chain = new ArrayList<>();
        for (Operator each = this; each != null; each = each.before) {
            chain.addFirst(each);
        }
        return chain;
    }
}
