package org.lanewise.codec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.spec.Spelling;

/** A name, a colon, and fields divided by commas, as {@code cosine:t_max=1000,eta_min=0.001}. */
final class TextFields {
    private final String what;
    private final String name;
    private final Map<String, String> fields = new LinkedHashMap<>();

    /**
     * Splits a text.
     *
     * @param what the text is, as {@code schedule}, for messages
     * @throws IllegalArgumentException if a field is no {@code name=value} or is given twice
     */
    TextFields(String what, String text) {
        int colon = text.indexOf(':');
        this.what = what;
        this.name = colon < 0 ? text : text.substring(0, colon);
        for (String part : colon < 0 ? new String[0] : text.substring(colon + 1).split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw wrong("found '" + part + "', expected name=value");
            }
            if (fields.put(part.substring(0, equals), part.substring(equals + 1)) != null) {
                throw wrong(part.substring(0, equals) + " is given twice");
            }
        }
    }

    /** What is before the colon. */
    String name() {
        return name;
    }

    /** Requires a name that is known. */
    void requireName(Collection<String> known) {
        if (!known.contains(name)) {
            throw new IllegalArgumentException(what + " '" + name + "' is unknown; expected one of "
                    + String.join(", ", known) + Spelling.suggestion(name, known));
        }
    }

    boolean has(String field) {
        return fields.containsKey(field);
    }

    /** The names of the fields that were not taken yet. */
    List<String> left() {
        return List.copyOf(fields.keySet());
    }

    /** Takes a field; the fallback is null where it is required. */
    String text(String field, String fallback) {
        String value = fields.remove(field);
        if (value == null && fallback == null) {
            throw wrong("needs " + field);
        }
        return value == null ? fallback : value;
    }

    int integer(String field, Integer fallback) {
        return whole(field, text(field, fallback == null ? null : fallback.toString()));
    }

    int whole(String field, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw wrong(field + ": found '" + value + "', expected a whole number below 2^31");
        }
    }

    double number(String field, Double fallback) {
        String value = text(field, fallback == null ? null : fallback.toString());
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw wrong(field + ": found '" + value + "', expected a number");
        }
    }

    /** Refuses fields that were not taken. */
    void requireAllTaken(Collection<String> known) {
        if (!fields.isEmpty()) {
            String field = fields.keySet().iterator().next();
            throw wrong("has no field '" + field + "'; its fields are "
                    + String.join(", ", new ArrayList<>(known))
                    + Spelling.suggestion(field, known));
        }
    }

    IllegalArgumentException wrong(String message) {
        return new IllegalArgumentException(what + " " + name + ": " + message);
    }
}
