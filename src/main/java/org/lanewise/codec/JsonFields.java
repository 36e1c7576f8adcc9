package org.lanewise.codec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.lanewise.spec.NetworkException;
import org.lanewise.spec.Spelling;

/** The fields of a JSON object with its place, for messages, and the names that it may have. */
public final class JsonFields {
    private final String place;
    private final JsonValue.Members object;
    private final Set<String> known = new LinkedHashSet<>();

    /**
     * Takes an object.
     *
     * @param where begins every message; may be empty
     * @param value what should be an object
     * @throws IllegalArgumentException if it is none
     */
    public JsonFields(String where, JsonValue value) {
        this.place = where.isEmpty() ? "" : where + ": ";
        if (!(value instanceof JsonValue.Members members)) {
            throw new IllegalArgumentException(place + "found " + brief(value)
                    + ", expected an object { ... }");
        }
        this.object = members;
    }

    /**
     * {@return the object that a text holds}
     *
     * @param where begins every message; may be empty
     * @param text JSON
     * @throws IllegalArgumentException if it holds none; the message has line and column
     */
    public static JsonFields parse(String where, String text) {
        String place = where.isEmpty() ? "" : where + ": ";
        if (text.isBlank()) {
            throw new IllegalArgumentException(place + "is empty, expected a JSON object");
        }
        try {
            return new JsonFields(where, JsonText.parse(text));
        } catch (JsonException e) {
            throw new IllegalArgumentException(place + "not valid JSON, " + e.getMessage(), e);
        }
    }

    /** {@return all fields} */
    public JsonValue.Members members() {
        return object;
    }

    /**
     * {@return whether there is a field of that name, which the object may have}
     *
     * @param name of the field
     */
    public boolean has(String name) {
        known.add(name);
        return object.byName().containsKey(name);
    }

    /**
     * {@return the object in a field}
     *
     * @param name of the field
     * @throws IllegalArgumentException if it is missing or no object
     */
    public JsonFields child(String name) {
        return new JsonFields(place + name, required(name));
    }

    /**
     * {@return the object in a field, for which a word is an object of that type without other fields}
     *
     * @param name of the field
     * @param type where the field is missing
     * @throws IllegalArgumentException if it is neither
     */
    JsonFields typed(String name, String type) {
        JsonValue value = has(name) ? required(name) : new JsonValue.Text(type);
        if (value instanceof JsonValue.Text) {
            SequencedMap<String, JsonValue> only = new LinkedHashMap<>();
            only.put(LayerCodec.TYPE, value);
            value = new JsonValue.Members(only);
        }
        return new JsonFields(place + name, value);
    }

    /**
     * {@return the objects in a field}
     *
     * @param name of the field
     * @throws IllegalArgumentException if it is missing or no array of objects
     */
    public List<JsonFields> objects(String name) {
        if (!(required(name) instanceof JsonValue.Array array)) {
            throw wrong(name, "an array of objects");
        }
        List<JsonFields> list = new ArrayList<>();
        for (JsonValue value : array.list()) {
            list.add(new JsonFields(place + name + "[" + list.size() + "]", value));
        }
        return list;
    }

    /**
     * {@return the value of a field, or its fallback where it is missing}
     *
     * @param field name, kind and fallback
     * @param before values of the fields before it, which the fallback may need
     * @param <T> what it holds
     * @throws IllegalArgumentException if it is required and missing, or of another kind
     */
    public <T> T value(Field<T> field, FieldValues before) {
        if (!has(field.name()) && field.fallback().isPresent()) {
            return field.fallback().get().apply(before);
        }
        Optional<T> value = field.kind().read().apply(required(field.name()));
        return value.orElseThrow(() -> wrong(field.name(), field.kind().expected()));
    }

    /**
     * {@return the value of a field that depends on no other}
     *
     * @param field name, kind and fallback
     * @param <T> what it holds
     * @throws IllegalArgumentException if it is required and missing, or of another kind
     */
    public <T> T value(Field<T> field) {
        return value(field, new FieldValues());
    }

    /**
     * {@return the whole numbers in a field}
     *
     * @param name of the field
     * @throws IllegalArgumentException if it is missing or holds something else
     */
    public int[] integers(String name) {
        if (!(required(name) instanceof JsonValue.Array array)) {
            throw wrong(name, "an array of whole numbers");
        }
        return array.list().stream().mapToInt(value -> Kind.INTEGER.read().apply(value)
                .orElseThrow(() -> wrong(name, Kind.INTEGER.expected()))).toArray();
    }

    /**
     * {@return the numbers in a field, none if it is missing}
     *
     * @param name of the field
     * @throws IllegalArgumentException if it holds something else
     */
    public double[] numbers(String name) {
        if (!has(name)) {
            return new double[0];
        }
        if (!(required(name) instanceof JsonValue.Array array)) {
            throw wrong(name, "an array of numbers");
        }
        return array.list().stream().mapToDouble(value -> Kind.NUMBER.read().apply(value)
                .orElseThrow(() -> wrong(name, "an array of numbers"))).toArray();
    }

    /**
     * {@return the strings in a field, none if it is missing}
     *
     * @param name of the field
     * @throws IllegalArgumentException if it holds something else
     */
    public List<String> strings(String name) {
        if (!has(name)) {
            return List.of();
        }
        if (!(required(name) instanceof JsonValue.Array array)) {
            throw wrong(name, "an array of strings");
        }
        return array.list().stream().map(value -> Kind.TEXT.read().apply(value)
                .orElseThrow(() -> wrong(name, "an array of strings"))).toList();
    }

    /**
     * Allows more names.
     *
     * @param names that the object may have
     */
    public void allow(Collection<String> names) {
        known.addAll(names);
    }

    /**
     * Refuses names that are not allowed, which are typing errors as a rule.
     *
     * @throws IllegalArgumentException if there is one; the message suggests the nearest
     */
    public void requireNothingElse() {
        for (String name : object.byName().keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(place + "unknown field " + JsonValue.brief(name)
                        + "; known here are " + String.join(", ", known)
                        + Spelling.suggestion(name, known));
            }
        }
    }

    /**
     * {@return what to throw for a wrong value}
     *
     * @param name of the field
     * @param expected what it should be
     */
    public IllegalArgumentException wrong(String name, String expected) {
        return new IllegalArgumentException(place + name + ": found "
                + brief(object.byName().getOrDefault(name, new JsonValue.Null())) + ", expected "
                + expected);
    }

    /**
     * {@return the same failure with this place in front}
     *
     * @param failure of a network that this object describes
     */
    public NetworkException wrong(NetworkException failure) {
        return new NetworkException(place + failure.getMessage(), failure);
    }

    /**
     * {@return what to throw for the object as a whole}
     *
     * @param cause whose message follows the place
     */
    public IllegalArgumentException wrong(IllegalArgumentException cause) {
        return new IllegalArgumentException(place + cause.getMessage(), cause);
    }

    private JsonValue required(String name) {
        if (!has(name)) {
            throw new IllegalArgumentException(place + name + " is missing");
        }
        return object.byName().get(name);
    }

    private static String brief(JsonValue value) {
        return JsonValue.brief(value.toString());
    }
}
