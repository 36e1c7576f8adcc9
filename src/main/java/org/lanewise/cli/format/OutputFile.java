package org.lanewise.cli.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lanewise.io.AtomicFile;
import org.lanewise.io.FileAccess;

/** Files that a command writes when its work is done. */
public final class OutputFile {
    private OutputFile() {}

    /** Fails now, before the work, where writing would fail after it. */
    public static void requireWritable(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        FileAccess.requireNoDanglingLink(file);
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": is a folder, expected a file to write");
        }
        if (Files.exists(file)) {
            FileAccess.requireFile(file);
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException(file + ": there is no folder " + folder);
        }
        if (!Files.isWritable(folder)) {
            throw new IOException(file + ": the folder " + folder + " cannot be written");
        }
        probe(file);
    }

    /** Makes and deletes a file where the new one will be made; permissions are not sufficient. */
    private static void probe(Path file) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        try {
            Files.delete(Files.createTempFile(target.getParent(), ".lanewise-", ".tmp"));
        } catch (IOException e) {
            throw new IOException(file + ": cannot be written: "
                    + FileAccess.explain(target.getParent(), e).getMessage(), e);
        }
    }

    /** Refuses to replace a file that is no JSON, and so was not written as such before. */
    public static void requireNewOrJson(Path file) throws IOException {
        requireNewOr('{', file);
    }

    /** Refuses to replace a file that does not begin as what is to be written. */
    public static void requireNewOr(char first, Path file) throws IOException {
        if (Files.exists(file) && Files.size(file) > 0) {
            try (InputStream in = Files.newInputStream(file)) {
                if (in.read() != first) {
                    requireNew(file);
                }
            }
        }
    }

    /** Refuses a file that holds something already. */
    public static void requireNew(Path file) throws IOException {
        if (Files.exists(file) && Files.size(file) > 0) {
            throw new IOException(file + ": exists already; --overwrite replaces it");
        }
    }

    public static void write(Path file, JsonNode json) throws IOException {
        byte[] text = (Json.text(json) + "\n").getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(text));
    }
}
