package org.lanewise.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lanewise.codec.NetworkDocument;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Network;

/** Networks as JSON in PyTorch's words: the text of network files, and of networks in weights. */
public final class NetworkJson {
    /** More than a network of some ten thousand layers. */
    static final int LONGEST = 1 << 22;

    private NetworkJson() {}

    /**
     * {@return a network as JSON, every field of every layer written, a line a layer}
     *
     * @param network what to write
     */
    public static String write(Network network) {
        return new NetworkDocument(network, ClassNames.UNKNOWN).text();
    }

    /**
     * {@return the network that a text describes; names of classes in it are checked and left out}
     *
     * @param json as {@link #write} or a person wrote it; a field that is missing has its default
     * @throws IllegalArgumentException if it is no JSON, or describes no network; the message names
     *         the place
     */
    public static Network read(String json) {
        return NetworkDocument.parse("", json).network();
    }

    /**
     * {@return the network that a file describes}
     *
     * @param file JSON in UTF-8, as {@link #read(String)} takes it
     * @throws FileFormatException if it is no JSON, or describes no network
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static Network read(Path file) throws IOException {
        long length = FileAccess.requireFile(file);
        if (length > LONGEST) {
            throw new FileFormatException(file, "has " + length + " bytes; a network file has no"
                    + " more than " + LONGEST);
        }
        try {
            return document(file, "", Files.readAllBytes(file)).network();
        } catch (FileFormatException e) {
            throw e;
        } catch (IOException e) {
            throw FileAccess.explain(file, e);
        }
    }

    /** {@return the document in some bytes of a file}; {@code part} begins the message of a failure */
    static NetworkDocument document(Path file, String part, byte[] json)
            throws FileFormatException {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
            // Some editors begin a file with a byte order mark.
            text = text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new FileFormatException(file, part + (part.isEmpty() ? "" : ": ")
                    + "is no UTF-8");
        }
        try {
            return NetworkDocument.parse(part, text);
        } catch (IllegalArgumentException e) {
            throw new FileFormatException(file, e.getMessage());
        }
    }
}
