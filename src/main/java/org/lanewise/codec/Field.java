package org.lanewise.codec;

import java.util.Optional;
import java.util.function.Function;

/**
 * A field: its name, the kind of its value, and the value where a file leaves it out.
 *
 * @param name in files
 * @param kind of its value
 * @param fallback the value of a missing field, from those before it; none if it is required
 * @param <T> what it holds
 */
public record Field<T>(String name, Kind<T> kind, Optional<Function<FieldValues, T>> fallback) {
    /**
     * {@return a field that a file must have}
     *
     * @param name in files
     * @param kind of its value
     * @param <T> what it holds
     */
    public static <T> Field<T> of(String name, Kind<T> kind) {
        return new Field<>(name, kind, Optional.empty());
    }

    /**
     * {@return this field with a default}
     *
     * @param value where a file leaves it out
     */
    public Field<T> or(T value) {
        return new Field<>(name, kind, Optional.of(_ -> value));
    }

    /**
     * {@return this field with the value of another as its default}
     *
     * @param other field that comes before it
     */
    public Field<T> orAs(Field<T> other) {
        return new Field<>(name, kind, Optional.of(values -> values.get(other)));
    }
}
