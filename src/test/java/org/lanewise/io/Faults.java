package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.Callable;

/** What every fault in a file has to look like. */
public final class Faults {
    private Faults() {}

    /**
     * Requires the library's own exception, whose message is one line, names the file first, and
     * contains the given text.
     */
    public static void assertFault(Path file, Callable<?> reading, String... said) {
        FileFormatException fault = assertThrows(FileFormatException.class, reading::call);
        String message = fault.getMessage();
        assertTrue(message.startsWith(file + ": "), message);
        assertEquals(1, message.lines().count(), message);
        for (String part : said) {
            assertTrue(message.contains(part), () -> "no '" + part + "' in: " + message);
        }
    }
}
