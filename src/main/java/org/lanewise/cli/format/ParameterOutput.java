package org.lanewise.cli.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lanewise.io.ModelFile;
import org.lanewise.io.SavedModel;

/**
 * Where a training writes its parameters: to the requested file or, when that fails at the end, to
 * a fallback, so that hours of training are not lost.
 *
 * @param file the requested file
 * @param overwrite whether it may be replaced
 * @param fallbacks folders to try instead, in this order
 */
public record ParameterOutput(Path file, boolean overwrite, List<Path> fallbacks) {
    private static final Pattern ENDING = Pattern.compile(".+(\\.[a-z][a-z0-9]*)");

    /** The output with the folder of the data and the temporary folder as fallbacks. */
    public static ParameterOutput beside(Path file, boolean overwrite, Optional<Path> data) {
        List<Path> folders = new ArrayList<>();
        data.map(path -> path.toAbsolutePath().normalize().getParent()).ifPresent(folders::add);
        folders.add(Path.of(System.getProperty("java.io.tmpdir")));
        return new ParameterOutput(file, overwrite, List.copyOf(folders));
    }

    /**
     * Refuses a name whose ending promises another format; one without an ending is .npz.
     *
     * @throws IllegalArgumentException if it does; the message says what to do instead
     */
    public static void requireFormat(Path file) {
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        Matcher ending = ENDING.matcher(name.toLowerCase(Locale.ROOT));
        if (!ending.matches() || ending.group(1).equals(".npz")
                || ending.group(1).equals(".safetensors")) {
            return;
        }
        String stem = file.toString().substring(0,
                file.toString().length() - ending.group(1).length());
        throw new IllegalArgumentException("--save " + file + ": train writes .npz or .safetensors"
                + (ending.group(1).equals(".onnx")
                        ? "; for ONNX train with --save " + stem + ".npz, then: ./lanewise export"
                                + " --parameters " + stem + ".npz --save " + file
                        : ", and the name must end so, as in " + stem + ".npz"));
    }

    /** Fails now where writing would fail at the end. */
    public void requireWritable() throws IOException {
        OutputFile.requireWritable(file);
        requireLeave();
    }

    private void requireLeave() throws IOException {
        if (!overwrite) {
            OutputFile.requireNew(file);
        }
    }

    /**
     * Writes parameters with their network.
     *
     * @throws IOException if the file could not be written; the message says where the parameters
     *         are instead
     */
    public void write(SavedModel model) throws IOException {
        try {
            requireLeave();
            ModelFile.write(model, file);
        } catch (IOException e) {
            throw new IOException(rescue(model, e), e);
        }
    }

    /** Writes to the first fallback that takes it; {@return the message for both outcomes} */
    private String rescue(SavedModel model, IOException failure) {
        StringBuilder tried = new StringBuilder();
        for (Path folder : fallbacks) {
            Path rescued = unused(folder);
            try {
                ModelFile.write(model, rescued);
                return failure.getMessage() + "; the trained parameters were written to " + rescued
                        + " instead";
            } catch (IOException e) {
                failure.addSuppressed(e);
                tried.append("; ").append(e.getMessage());
            }
        }
        return failure.getMessage() + "; the trained parameters are lost, for no other place took"
                + " them" + tried;
    }

    private Path unused(Path folder) {
        String name = file.getFileName().toString();
        Path unused = folder.resolve("rescued-" + name);
        for (int i = 2; Files.exists(unused); i++) {
            unused = folder.resolve("rescued-" + i + "-" + name);
        }
        return unused;
    }
}
