package org.lanewise.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.lanewise.io.NetworkJson;
import org.lanewise.spec.Network;

/** Finds networks by the names that the commands have for them. */
final class Networks {
    private Networks() {}

    /**
     * {@return a network}
     *
     * @param text JSON, or the name of a network that comes with Lanewise
     * @throws IllegalArgumentException if it is neither
     */
    static Network of(String text) {
        if (text.strip().startsWith("{")) {
            return NetworkJson.read(text);
        }
        try (InputStream in = Networks.class.getResourceAsStream("networks/" + text + ".json")) {
            if (in == null) {
                throw new IllegalArgumentException("no network has the name " + text
                        + "; expected that of one that comes with Lanewise, such as lenet-5, or its"
                        + " JSON");
            }
            return NetworkJson.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
