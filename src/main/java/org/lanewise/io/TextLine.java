package org.lanewise.io;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/**
 * A line of text that holds values by name: a word, then {@code name=value} parts, all divided by
 * single blanks. A number is written so that the same number is read.
 */
final class TextLine {
    private final String word;
    private final Map<String, String> values = new LinkedHashMap<>();

    TextLine(String word) {
        this.word = word;
    }

    /**
     * {@return the line that a text is}
     *
     * @throws IllegalArgumentException if it is none
     */
    static TextLine parse(String text) {
        String[] parts = text.split(" ", -1);
        TextLine line = new TextLine(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("found '" + Source.quote(parts[i])
                        + "', expected name=value");
            }
            String name = parts[i].substring(0, equals);
            if (line.values.put(name, parts[i].substring(equals + 1)) != null) {
                throw new IllegalArgumentException(Source.quote(name) + " is given twice");
            }
        }
        return line;
    }

    String word() {
        return word;
    }

    TextLine with(String name, Object value) {
        values.put(name, value.toString());
        return this;
    }

    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(word);
        values.forEach((name, value) -> line.append(' ').append(name).append('=').append(value));
        return line.toString();
    }

    /** Requires this word and these names, each once. */
    TextLine require(String wanted, String... names) {
        if (!word.equals(wanted)) {
            throw new IllegalArgumentException("found '" + Source.quote(word) + "', expected '"
                    + wanted + "'");
        }
        if (!values.keySet().equals(Set.of(names))) {
            throw new IllegalArgumentException(word + " has "
                    + Source.quote(new TreeSet<>(values.keySet()).toString()) + ", expected "
                    + new TreeSet<>(Set.of(names)));
        }
        return this;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** {@return the names of all values, in order} */
    Set<String> names() {
        return values.keySet();
    }

    String text(String name) {
        return values.get(name);
    }

    int integer(String name) {
        long value = longInteger(name);
        if (value != (int) value) {
            throw wrong(name, "a whole number below 2^31");
        }
        return (int) value;
    }

    long longInteger(String name) {
        try {
            return Long.parseLong(values.get(name));
        } catch (NumberFormatException e) {
            throw wrong(name, "a whole number");
        }
    }

    double number(String name) {
        try {
            return Double.parseDouble(values.get(name));
        } catch (NumberFormatException e) {
            throw wrong(name, "a number");
        }
    }

    OptionalDouble numberOrNone(String name) {
        return has(name) ? OptionalDouble.of(number(name)) : OptionalDouble.empty();
    }

    boolean truth(String name) {
        return switch (values.get(name)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(name, "true or false");
        };
    }

    IllegalArgumentException wrong(String name, String expected) {
        return new IllegalArgumentException(word + ": " + name + ": found '"
                + Source.quote(values.get(name)) + "', expected " + expected);
    }
}
