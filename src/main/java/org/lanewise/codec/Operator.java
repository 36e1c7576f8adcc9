package org.lanewise.codec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.lanewise.spec.Size;

/**
 * The ONNX operator that computes a layer.
 *
 * @param type its name
 * @param attributes what the layer's fields are to it, in order: a number, or a list of several
 */
public record Operator(String type, SequencedMap<String, List<Integer>> attributes) {
    /** {@return an operator without attributes} */
    static Operator of(String type) {
        return new Operator(type, new LinkedHashMap<>());
    }

    /** {@return this operator with a number} */
    Operator number(String name, int value) {
        return with(name, List.of(value));
    }

    /** {@return this operator with pairs of numbers, the vertical one first} */
    Operator pairs(String name, Size... sizes) {
        return with(name, Stream.of(sizes)
                .flatMap(size -> Stream.of(size.height(), size.width())).toList());
    }

    private Operator with(String name, List<Integer> values) {
        SequencedMap<String, List<Integer>> all = new LinkedHashMap<>(attributes);
        all.put(name, values);
        return new Operator(type, all);
    }
}
