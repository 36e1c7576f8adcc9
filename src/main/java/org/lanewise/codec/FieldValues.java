package org.lanewise.codec;

import java.util.HashMap;
import java.util.Map;

/** The values of a layer's fields, as they were read. */
public final class FieldValues {
    private final Map<String, Object> byName = new HashMap<>();

    FieldValues() {}

    <T> void put(Field<T> field, T value) {
        byName.put(field.name(), value);
    }

    /**
     * {@return the value of a field}
     *
     * @param field one of the layer's
     * @param <T> what it holds
     */
    public <T> T get(Field<T> field) {
        return field.kind().type().cast(byName.get(field.name()));
    }
}
