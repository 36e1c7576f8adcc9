package org.lanewise.codec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** A JSON value; its string is the JSON, on one line and without blanks. */
public sealed interface JsonValue {
    /**
     * An object.
     *
     * @param byName its values, in their order
     */
    record Members(SequencedMap<String, JsonValue> byName) implements JsonValue {
        /**
         * Copies the map.
         *
         * @param byName its values, in their order
         */
        public Members {
            byName = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(byName));
        }

        @Override
        public String toString() {
            return text(this, ",", ":");
        }
    }

    /**
     * An array.
     *
     * @param list its values
     */
    record Array(List<JsonValue> list) implements JsonValue {
        /**
         * Copies the list.
         *
         * @param list its values
         */
        public Array {
            list = List.copyOf(list);
        }

        @Override
        public String toString() {
            return text(this, ",", ":");
        }
    }

    /**
     * A string.
     *
     * @param value its characters
     */
    record Text(String value) implements JsonValue {
        @Override
        public String toString() {
            return text(this, ",", ":");
        }
    }

    /**
     * A number.
     *
     * @param digits as JSON writes it
     */
    record Num(String digits) implements JsonValue {
        @Override
        public String toString() {
            return digits;
        }
    }

    /**
     * True or false.
     *
     * @param value which
     */
    record Bool(boolean value) implements JsonValue {
        @Override
        public String toString() {
            return String.valueOf(value);
        }
    }

    /** Nothing. */
    record Null() implements JsonValue {
        @Override
        public String toString() {
            return "null";
        }
    }

    /** {@return the JSON on one line, with a blank after every comma and colon} */
    default String spaced() {
        return text(this, ", ", ": ");
    }

    /**
     * {@return text fit for a message: on one line, of at most 40 characters}
     *
     * @param text of a file
     */
    static String brief(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints().limit(40).forEach(c -> clean.appendCodePoint(
                Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE
                        ? '?'
                        : c));
        return text.codePointCount(0, text.length()) > 40 ? clean + "..." : clean.toString();
    }

    private static String text(JsonValue value, String comma, String colon) {
        StringBuilder text = new StringBuilder();
        append(text, value, comma, colon);
        return text.toString();
    }

    private static void append(StringBuilder text, JsonValue value, String comma, String colon) {
        switch (value) {
            case Members object -> {
                text.append('{');
                String before = "";
                for (var member : object.byName().entrySet()) {
                    quote(text.append(before), member.getKey());
                    append(text.append(colon), member.getValue(), comma, colon);
                    before = comma;
                }
                text.append('}');
            }
            case Array array -> {
                text.append('[');
                String before = "";
                for (JsonValue element : array.list()) {
                    append(text.append(before), element, comma, colon);
                    before = comma;
                }
                text.append(']');
            }
            case Text string -> quote(text, string.value());
            case Num _,Bool _,Null _ -> text.append(value);
        }
    }

    /** As the format's own library of {@code .safetensors} escapes. */
    private static void quote(StringBuilder text, String value) {
        text.append('"');
        for (char c : value.toCharArray()) {
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> text.append(c < ' ' ? "\\u00%02x".formatted((int) c) : c);
            }
        }
        text.append('"');
    }
}
