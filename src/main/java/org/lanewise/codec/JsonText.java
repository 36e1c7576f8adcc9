package org.lanewise.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * Reads JSON from front to back: whole values as trees, or, where only one structure is allowed,
 * the parts that the caller expects. Strict: no comments, no trailing commas, no name twice.
 */
public final class JsonText {
    /**
     * Reads the value of one name of an object.
     *
     * @param <E> what it may throw
     */
    @FunctionalInterface
    public interface Member<E extends Exception> {
        /**
         * Reads the value.
         *
         * @param name of the value that comes next
         * @throws E if it is not what is expected
         */
        void read(String name) throws E;
    }

    /** Longs of more digits could wrap. */
    private static final int MOST_DIGITS = 18;
    /** Each level is a call; no network file needs more than four. */
    private static final int DEEPEST = 64;
    private static final int LONGEST_QUOTE = 40;
    private static final Pattern NUMBER = Pattern
            .compile("-?(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?(?:[eE][+-]?[0-9]++)?");

    private final String text;
    private int at;
    /** After the last name of an object. */
    private int nameEnd;

    /**
     * Begins at the front of a text.
     *
     * @param text the JSON
     */
    public JsonText(String text) {
        this.text = text;
    }

    /**
     * {@return the one value that a text holds}
     *
     * @param text the JSON
     * @throws JsonException if it is not JSON, or something follows
     */
    public static JsonValue parse(String text) {
        JsonText json = new JsonText(text);
        JsonValue value = json.value();
        json.requireEnd();
        return value;
    }

    /**
     * {@return the next value}
     *
     * @throws JsonException if it is not JSON, has a name twice, or is nested deeper than 64 levels
     */
    public JsonValue value() {
        return value(1);
    }

    private JsonValue value(int depth) {
        skipSpace();
        if (depth > DEEPEST) {
            throw new JsonException("nested deeper than " + DEEPEST + " levels", text, at);
        }
        return switch (peek()) {
            case '{' -> members(depth);
            case '[' -> array(depth);
            case '"' -> new JsonValue.Text(string());
            case 't' -> literal("true", new JsonValue.Bool(true));
            case 'f' -> literal("false", new JsonValue.Bool(false));
            case 'n' -> literal("null", new JsonValue.Null());
            default -> number();
        };
    }

    private JsonValue members(int depth) {
        SequencedMap<String, JsonValue> byName = new LinkedHashMap<>();
        object(name -> {
            if (byName.containsKey(name)) {
                throw new JsonException("Duplicate field " + new JsonValue.Text(name), text,
                        nameEnd);
            }
            byName.put(name, value(depth + 1));
        });
        return new JsonValue.Members(byName);
    }

    private JsonValue array(int depth) {
        require('[');
        List<JsonValue> list = new ArrayList<>();
        if (!take(']')) {
            do {
                list.add(value(depth + 1));
            } while (take(','));
            require(']', "',' or ']'");
        }
        return new JsonValue.Array(list);
    }

    private JsonValue literal(String word, JsonValue value) {
        if (!text.startsWith(word, at)) {
            throw expected("a value");
        }
        at += word.length();
        return value;
    }

    private JsonValue number() {
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) {
            throw expected("a value");
        }
        at = number.end();
        return new JsonValue.Num(number.group());
    }

    /**
     * Reads an object; names may come twice, that is the caller's to refuse.
     *
     * @param member reads each value
     * @param <E> what that may throw
     * @throws E what it throws
     * @throws JsonException if what comes next is no object
     */
    public <E extends Exception> void object(Member<E> member) throws E {
        require('{');
        if (take('}')) {
            return;
        }
        do {
            String name = string();
            nameEnd = at;
            require(':');
            member.read(name);
        } while (take(','));
        require('}', "',' or '}'");
    }

    /**
     * {@return the next string}
     *
     * @throws JsonException if what comes next is none
     */
    public String string() {
        require('"');
        StringBuilder value = new StringBuilder();
        while (peek() != '"') {
            char c = peek();
            if (at >= text.length() || c < ' ') {
                throw expected("a string that ends");
            }
            at++;
            value.append(c == '\\' ? escaped() : c);
        }
        at++;
        return value.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                at--;
                throw expected("an escaped letter");
            }
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = peek() < 0x80 ? Character.digit(peek(), 16) : -1;
            if (digit < 0) {
                throw expected("four hexadecimal digits");
            }
            code = code * 16 + digit;
            at++;
        }
        return (char) code;
    }

    /**
     * {@return a list of whole numbers from 0}
     *
     * @param most how many there may be
     * @throws JsonException if what comes next is none, or longer
     */
    public long[] wholeNumbers(int most) {
        require('[');
        LongStream.Builder numbers = LongStream.builder();
        int count = 0;
        if (!take(']')) {
            do {
                if (++count > most) {
                    throw expected("no more than " + most + " numbers");
                }
                numbers.add(wholeNumber());
            } while (take(','));
            require(']');
        }
        return numbers.build().toArray();
    }

    private long wholeNumber() {
        skipSpace();
        int start = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        int digits = at - start;
        boolean plain = digits == 1 || digits > 1 && text.charAt(start) != '0';
        if (!plain || digits > MOST_DIGITS || ".eE".indexOf(peek()) >= 0) {
            at = start;
            throw expected("a whole number from 0 of at most " + MOST_DIGITS + " digits");
        }
        return Long.parseLong(text, start, at, 10);
    }

    /**
     * Requires that nothing but blanks is left.
     *
     * @throws JsonException if more follows
     */
    public void requireEnd() {
        skipSpace();
        if (at < text.length()) {
            throw expected("nothing more");
        }
    }

    private void require(char wanted) {
        require(wanted, "'" + wanted + "'");
    }

    private void require(char wanted, String expected) {
        if (!take(wanted)) {
            throw expected(expected);
        }
    }

    private boolean take(char wanted) {
        skipSpace();
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    /** {@return the next character, or 0 after the last} */
    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private JsonException expected(String what) {
        String found = at < text.length()
                ? JsonValue.brief(text.substring(at, Math.min(text.length(), at + LONGEST_QUOTE)))
                : "end";
        return new JsonException("Unexpected " + found + ", expected " + what, text, at);
    }
}
