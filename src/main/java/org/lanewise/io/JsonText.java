package org.lanewise.io;

import java.util.stream.LongStream;

/**
 * Reads the JSON that a header may hold, front to back: objects, texts and lists of whole numbers.
 * What is expected is asked for; anything else is a fault, so nothing is nested deeper than asked.
 */
final class JsonText {
    /** Reads the value of one key. */
    @FunctionalInterface
    interface Value {
        void read(String key) throws FileFormatException;
    }

    /** Longs of more digits could wrap. */
    private static final int MOST_DIGITS = 18;

    private final Source source;
    private final String text;
    private int at;

    JsonText(Source source, String text) {
        this.source = source;
        this.text = text;
    }

    /** Reads an object; keys may come twice, that is the reader's to refuse. */
    void object(Value value) throws FileFormatException {
        require('{');
        if (take('}')) {
            return;
        }
        do {
            String key = string();
            require(':');
            value.read(key);
        } while (take(','));
        require('}');
    }

    String string() throws FileFormatException {
        require('"');
        StringBuilder value = new StringBuilder();
        while (peek() != '"') {
            char c = peek();
            if (at >= text.length() || c < ' ') {
                throw expected("a text that ends");
            }
            at++;
            value.append(c == '\\' ? escaped() : c);
        }
        at++;
        return value.toString();
    }

    private char escaped() throws FileFormatException {
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
            default -> throw expected("an escaped letter");
        };
    }

    private char unicode() throws FileFormatException {
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

    /** {@return a list of numbers from 0; more than {@code most} are a fault} */
    long[] wholeNumbers(int most) throws FileFormatException {
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

    private long wholeNumber() throws FileFormatException {
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

    /** Requires that nothing but blanks is left. */
    void requireEnd() throws FileFormatException {
        skipSpace();
        if (at < text.length()) {
            throw expected("nothing more");
        }
    }

    private void require(char wanted) throws FileFormatException {
        if (!take(wanted)) {
            throw expected("'" + wanted + "'");
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

    /** {@return the next character, or 0 behind the last} */
    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private FileFormatException expected(String what) {
        return source.fault("its header is not the JSON of a .safetensors file: expected " + what
                + " at character " + at + ", found " + (at < text.length()
                        ? Source.quote(text.substring(at))
                        : "its end"));
    }
}
