package org.lanewise.codec;

/** Text that is not JSON; the message says where, what was found and what was expected. */
public final class JsonException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /** What is wrong, without its place. */
    private final String problem;
    private final int offset;

    JsonException(String problem, String text, int offset) {
        super(place(text, offset) + ": " + problem);
        this.problem = problem;
        this.offset = offset;
    }

    private static String place(String text, int offset) {
        String before = text.substring(0, Math.min(offset, text.length()));
        long line = 1 + before.chars().filter(c -> c == '\n').count();
        int column = before.length() - before.lastIndexOf('\n');
        return "line " + line + ", column " + column;
    }

    /** {@return what is wrong, without its place} */
    public String problem() {
        return problem;
    }

    /** {@return where, in characters from 0} */
    public int offset() {
        return offset;
    }
}
