package org.lanewise.cli.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.lanewise.codec.LayerCodecs;
import org.lanewise.codec.NetworkDocument;
import org.lanewise.io.FileAccess;
import org.lanewise.io.ModelFile;
import org.lanewise.io.SavedModel;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Network;

/** Networks by name: a JSON file, a file of weights that holds its network, or a built-in one. */
public final class NetworkFile {
    /** The networks that come with the program. */
    public static final List<String> BUILT_IN = List.of("digits", "lenet-5", "mnist-cnn", "vgg-8",
            "resnet-20", "resnet-18", "mobilenet-v2-small", "cifar-94", "fashion-94");

    /** The types of layers, as files spell them. */
    public static final List<String> TYPES = LayerCodecs.types();

    private static final byte[] ZIP = {'P', 'K', 3, 4};

    private NetworkFile() {}

    /** Reads a file, or a network that comes with the program where no file has that name. */
    public static Network read(String name) throws IOException {
        return document(name).network();
    }

    /** Reads a network and, where they are known, the names of its classes. */
    public static NetworkDocument document(String name) throws IOException {
        if (isJson(name)) {
            return NetworkDocument.parse("network", name);
        }
        return document(name, Path.of(name));
    }

    /** Whether a name is no name, but a network itself. */
    public static boolean isJson(String name) {
        return name.startsWith("{");
    }

    /** The file is where the name is looked for, in a test another folder than the program's. */
    static NetworkDocument document(String name, Path file) throws IOException {
        if (BUILT_IN.contains(name) && !Files.isRegularFile(file)) {
            return new NetworkDocument(builtIn(name),
                    ClassNames.UNKNOWN);
        }
        if (isWeights(file)) {
            SavedModel saved = ModelFile.read(file);
            return new NetworkDocument(saved.network().orElseThrow(() -> noNetwork(file)),
                    saved.classes(), saved.normalization());
        }
        return NetworkDocument.parse(name, TextFile.utf8(file,
                "a network file, or one of " + String.join(", ", BUILT_IN)));
    }

    /** By its ending, or as .npz by the first bytes of a zip archive. */
    private static boolean isWeights(Path file) throws IOException {
        String lower = file.toString().toLowerCase(Locale.ROOT);
        return lower.endsWith(".npz") || lower.endsWith(".safetensors")
                || Files.isRegularFile(file) && begins(file, ZIP);
    }

    private static boolean begins(Path file, byte[] magic) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(magic.length), magic);
        } catch (IOException e) {
            throw FileAccess.explain(file, e);
        }
    }

    /** What to throw for weights of which nothing says what they are of. */
    public static IllegalArgumentException noNetwork(Path file) {
        return new IllegalArgumentException(file + ": holds parameters alone, no network; give the"
                + " network that they were trained with by --network");
    }

    public static Network builtIn(String name) {
        try (InputStream in = NetworkFile.class.getResourceAsStream("networks/" + name + ".json")) {
            return parse(name, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Turns JSON into a network; {@code where} begins the message of a failure. */
    public static Network parse(String where, byte[] json) {
        return NetworkDocument.parse(where, TextFile.utf8(where, json)).network();
    }
}
