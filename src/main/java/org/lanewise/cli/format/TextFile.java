package org.lanewise.cli.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lanewise.io.FileAccess;

/** Files of text, read whole: a person's, or the loss of every step of some million. */
public final class TextFile {
    private static final long LARGEST = 256 << 20;

    private TextFile() {}

    /** Reads a file; {@code expected} says, in the message of a failure, what it should be. */
    public static byte[] read(Path file, String expected) throws IOException {
        try {
            long bytes = FileAccess.requireFile(file);
            if (bytes > LARGEST) {
                throw new IOException(file + ": has " + bytes + " bytes, more than " + LARGEST);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IOException(e.getMessage() + "; expected " + expected, e);
        }
    }

    /** Reads a file of UTF-8; {@code expected} says what it should be. */
    public static String utf8(Path file, String expected) throws IOException {
        return utf8(file.toString(), read(file, expected));
    }

    /** Decodes UTF-8, with or without a byte order mark; {@code where} begins a failure's message. */
    public static String utf8(String where, byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(where + ": is no UTF-8 text", e);
        }
    }
}
