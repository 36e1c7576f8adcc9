package org.lanewise.io;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The Python dictionary in an {@code .npy} header, read as a literal and never run: the three keys
 * that NumPy writes, in any order, and nothing else.
 */
final class NpyLiteral {
    private final Source source;
    private final String text;
    private int at;
    private String descr;
    private Boolean columnMajor;
    private long[] shape;

    NpyLiteral(Source source, String text) {
        this.source = source;
        this.text = text;
    }

    NpyHeader header() throws FileFormatException {
        require('{');
        while (!take('}')) {
            entry();
            if (!take(',')) {
                require('}');
                break;
            }
        }
        skipSpace();
        if (at < text.length()) {
            throw fault("something follows the dictionary");
        }
        requireKey("descr", descr);
        requireKey("fortran_order", columnMajor);
        requireKey("shape", shape);
        ElementType type = NpyType.of(source, descr);
        ByteOrder order = descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return new NpyHeader(new Body(source.shape(shape), type), order, columnMajor);
    }

    private void entry() throws FileFormatException {
        String key = string();
        require(':');
        switch (key) {
            case "descr" -> {
                requireFirst(key, descr);
                descr = type();
            }
            case "fortran_order" -> {
                requireFirst(key, columnMajor);
                columnMajor = truth();
            }
            case "shape" -> {
                requireFirst(key, shape);
                shape = tuple();
            }
            default -> throw fault("an unknown key '" + Source.quote(key) + "'");
        }
    }

    private void requireFirst(String key, Object before) throws FileFormatException {
        if (before != null) {
            throw fault("the key '" + key + "' twice");
        }
    }

    private void requireKey(String key, Object value) throws FileFormatException {
        if (value == null) {
            throw fault("no key '" + key + "'");
        }
    }

    private String type() throws FileFormatException {
        skipSpace();
        if (peek() == '[' || peek() == '(') {
            throw source.fault("has a structured type, " + Source.quote(text.substring(at))
                    + "; " + NpyType.EXPECTED);
        }
        return string();
    }

    private String string() throws FileFormatException {
        skipSpace();
        char quote = peek();
        int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
        if (end < 0) {
            throw fault("expected a string at character " + at);
        }
        String value = text.substring(at + 1, end);
        at = end + 1;
        return value;
    }

    private boolean truth() throws FileFormatException {
        skipSpace();
        for (String word : List.of("True", "False")) {
            if (text.startsWith(word, at)) {
                at += word.length();
                return word.equals("True");
            }
        }
        throw fault("expected True or False at character " + at);
    }

    /** Python writes one size as (3,): without the comma it would be a number in brackets. */
    private long[] tuple() throws FileFormatException {
        require('(');
        List<Long> sizes = new ArrayList<>();
        boolean comma = true;
        while (!take(')')) {
            if (!comma) {
                throw fault("expected ',' or ')' at character " + at);
            }
            sizes.add(size());
            comma = take(',');
            if (sizes.size() > ArrayShape.MOST_AXES) {
                throw fault("a shape of more than " + ArrayShape.MOST_AXES + " axes");
            }
        }
        if (sizes.size() == 1 && !comma) {
            throw fault("a shape that is no tuple: (" + sizes.getFirst() + ")");
        }
        return sizes.stream().mapToLong(Long::longValue).toArray();
    }

    private long size() throws FileFormatException {
        skipSpace();
        int start = at;
        while (isDigit(peek())) {
            at++;
        }
        String digits = text.substring(start, at);
        if (digits.isEmpty() || peek() == '.' || peek() == 'e' || peek() == 'E') {
            throw fault("expected a size, 0 or more, at character " + start);
        }
        // Python 2 wrote long integers as 3L, and such files are still about.
        take('L');
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw fault("a size too large to be one: " + Source.quote(digits));
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void require(char wanted) throws FileFormatException {
        if (!take(wanted)) {
            throw fault("expected '" + wanted + "' at character " + at);
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
        while (peek() == ' ' || peek() == '\n') {
            at++;
        }
    }

    private FileFormatException fault(String message) {
        return source.fault("its header is not as NumPy writes it: " + message + "; found "
                + Source.quote(text.strip()));
    }
}
