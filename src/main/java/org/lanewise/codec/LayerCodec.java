package org.lanewise.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import org.lanewise.spec.Layer;

/**
 * How the layers of one type are read and written: their fields in order, and the constructor.
 *
 * @param type name in files
 * @param layer its record
 * @param parts fields with what they are of a layer
 * @param make makes a layer of the fields' values
 * @param operator the ONNX operator of a layer
 * @param <L> its record
 */
record LayerCodec<L extends Layer>(String type, Class<L> layer, List<Part<L, ?>> parts,
        Function<FieldValues, L> make, Function<L, Operator> operator) {
    static final String TYPE = "type";

    /**
     * A field with what it is of a layer.
     *
     * @param field name, kind and default
     * @param getter takes it from a layer; null for one that only gives other fields their default
     */
    record Part<L, T>(Field<T> field, Function<L, T> getter) {
        void read(JsonFields object, FieldValues values) {
            values.put(field, object.value(field, values));
        }

        JsonValue write(L layer) {
            return field.kind().write().apply(getter.apply(layer));
        }
    }

    /** Collects the fields of a type. */
    static final class Builder<L extends Layer> {
        private final String type;
        private final Class<L> layer;
        private final List<Part<L, ?>> parts = new ArrayList<>();

        private Builder(String type, Class<L> layer) {
            this.type = type;
            this.layer = layer;
        }

        <T> Builder<L> field(Field<T> field, Function<L, T> getter) {
            parts.add(new Part<>(field, getter));
            return this;
        }

        /** Adds a field that files may have and none is written with: a default of others. */
        Builder<L> shorthand(Field<?> field) {
            parts.add(new Part<>(field, null));
            return this;
        }

        LayerCodec<L> make(Function<FieldValues, L> make, Function<L, Operator> operator) {
            return new LayerCodec<>(type, layer, List.copyOf(parts), make, operator);
        }
    }

    static <L extends Layer> Builder<L> of(String type, Class<L> layer) {
        return new Builder<>(type, layer);
    }

    /** {@return the codec of a layer without fields} */
    static <L extends Layer> LayerCodec<L> word(L only, Class<L> layer, Operator operator) {
        return of(only.type(), layer).make(_ -> only, _ -> operator);
    }

    /** Reads a layer; besides its own fields, the object may have those that were read before. */
    L read(JsonFields object) {
        object.allow(parts.stream().map(part -> part.field().name()).toList());
        object.requireNothingElse();
        FieldValues values = new FieldValues();
        for (Part<L, ?> part : parts) {
            part.read(object, values);
        }
        try {
            return make.apply(values);
        } catch (IllegalArgumentException e) {
            throw object.wrong(e);
        }
    }

    /** {@return the ONNX operator of a layer of this type} */
    Operator operatorOf(Layer one) {
        return operator.apply(layer.cast(one));
    }

    /** {@return type and fields of a layer of this type, in order} */
    JsonValue.Members write(Layer one) {
        L own = layer.cast(one);
        SequencedMap<String, JsonValue> fields = new LinkedHashMap<>();
        fields.put(TYPE, new JsonValue.Text(type));
        for (Part<L, ?> part : parts) {
            if (part.getter() != null) {
                fields.put(part.field().name(), part.write(own));
            }
        }
        return new JsonValue.Members(fields);
    }
}
