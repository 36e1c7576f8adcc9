package org.lanewise.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.lanewise.Parameters;
import org.lanewise.Parameters.Parameter;
import org.lanewise.TrainingState;
import org.lanewise.codec.NetworkDocument;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Precision;

/**
 * What a network learns, in an {@code .npz} or {@code .safetensors} file with the names of
 * PyTorch's {@code nn.Sequential}: {@code 0.weight}, {@code 0.bias}.
 *
 * <p>A file whose name ends in {@code .safetensors} is one; any other is {@code .npz}. A network in
 * the file, as {@link ModelFile} writes it, is left unread here.
 */
public final class ParameterFile {
    /** The entry of an {@code .npz} file with the network, and how {@code numpy.load} lists it. */
    static final String NETWORK_ENTRY = "network.json";
    /** The metadata of a {@code .safetensors} file with the network. */
    static final String NETWORK_METADATA = "lanewise.network";

    private ParameterFile() {}

    /**
     * What a file holds.
     *
     * @param parameters every array
     * @param network reads the network, if there is one
     */
    record Content(Parameters parameters, Document network) {
        Optional<NetworkDocument> document() throws IOException {
            return network.read();
        }
    }

    /** A document that is read only where it is needed. */
    @FunctionalInterface
    interface Document {
        Optional<NetworkDocument> read() throws IOException;
    }

    /**
     * {@return every array of a file, in its order; of a checkpoint, its parameters alone}
     *
     * <p>Whether they fit a network is {@link Parameters#requireMatch}'s to say.
     *
     * @param file arrays of float64 or float32
     * @throws FileFormatException if it is damaged, or an array is empty, not of floating point, or
     *         has a value that is not finite
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static Parameters read(Path file) throws IOException {
        return content(file).parameters();
    }

    static Content content(Path file) throws IOException {
        if (isSafetensors(file)) {
            SafetensorsFile.Content content = SafetensorsFile.content(file);
            Optional<byte[]> json = Optional.ofNullable(content.metadata().get(NETWORK_METADATA))
                    .map(text -> text.getBytes(StandardCharsets.UTF_8));
            return new Content(parameters(file, content.arrays()),
                    () -> document(file, "metadata " + NETWORK_METADATA, json));
        }
        try (NpzFile npz = NpzFile.open(file)) {
            if (npz.names().contains(CheckpointFile.TEXT)) {
                TrainingState state = CheckpointFile.read(file);
                return new Content(state.parameters(),
                        () -> Optional.of(CheckpointText.document(state)));
            }
            SequencedMap<String, NumericArray> arrays = new LinkedHashMap<>();
            for (String name : npz.names()) {
                arrays.put(name, npz.read(name));
            }
            Optional<NumericArray> network = Optional.ofNullable(arrays.remove(NETWORK_ENTRY));
            return new Content(parameters(file, arrays),
                    () -> document(file, NETWORK_ENTRY, network.isEmpty()
                            ? Optional.empty()
                            : Optional.of(bytes(file, network.get()))));
        }
    }

    private static byte[] bytes(Path file, NumericArray network) throws FileFormatException {
        if (network instanceof NumericArray.Bytes bytes) {
            return bytes.values();
        }
        throw new FileFormatException(file, "array " + NETWORK_ENTRY + ": has elements of "
                + network.type() + "; expected the bytes (uint8) of a network's JSON");
    }

    private static Optional<NetworkDocument> document(Path file, String part,
            Optional<byte[]> json) throws FileFormatException {
        return json.isEmpty()
                ? Optional.empty()
                : Optional.of(NetworkJson.document(file, part, json.get()));
    }

    private static Parameters parameters(Path file,
            SequencedMap<String, ? extends NumericArray> arrays) throws FileFormatException {
        List<Parameter> parameters = new ArrayList<>();
        for (var named : arrays.entrySet()) {
            String name = named.getKey();
            parameters.add(parameter(file, name, floats(file, name, named.getValue())));
        }
        return new Parameters(parameters);
    }

    private static boolean isSafetensors(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors");
    }

    /** The array, if its elements are floating point. */
    static NumericArray.Doubles floats(Path file, String name, NumericArray array)
            throws FileFormatException {
        if (array instanceof NumericArray.Doubles doubles
                && (!array.type().isInteger() || counts(name, array.shape().sizes()))) {
            return doubles;
        }
        throw new FileFormatException(file, "array " + Source.quote(name)
                + ": has elements of " + array.type() + "; parameters are float64 or float32");
    }

    /** The array as a parameter, if it has elements, all finite. */
    static Parameter parameter(Path file, String name, NumericArray.Doubles array)
            throws FileFormatException {
        String fault = fault(name, array);
        if (fault != null) {
            throw new FileFormatException(file, fault);
        }
        return named(name, array);
    }

    static Parameter named(String name, NumericArray.Doubles array) {
        return new Parameter(new ParameterSpec(name, array.shape().sizes()), array.values(),
                array.type() == ElementType.FLOAT32 ? Precision.SINGLE : Precision.DOUBLE);
    }

    private static String fault(String name, NumericArray.Doubles array) {
        int index = array.firstNonFinite();
        return index < 0
                ? null
                : "array " + Source.quote(name) + ": element " + array.shape().position(index)
                        + " is " + array.text(index) + "; parameters are finite";
    }

    /**
     * Writes float64, or float32 of single precision, uncompressed; equal parameters give equal bytes, and NumPy and PyTorch read
     * them.
     *
     * @param parameters what to write; not modified
     * @param file replaced whole or, after a failure, left as it was
     * @throws IllegalArgumentException if a value is not finite; the message names it, and nothing
     *         is written
     * @throws IOException if writing fails; the message is the path and the reason
     */
    public static void write(Parameters parameters, Path file) throws IOException {
        write(parameters, Optional.empty(), file);
    }

    /** Writes parameters and their network, if it is known. */
    static void write(Parameters parameters, Optional<NetworkDocument> network, Path file)
            throws IOException {
        SequencedMap<String, NumericArray.Doubles> arrays = arrays(parameters);
        if (isSafetensors(file)) {
            SafetensorsFile.write(file, arrays, network
                    .map(document -> Map.of(NETWORK_METADATA, document.text())).orElse(Map.of()));
        } else {
            NpzFile.write(file, arrays, network.map(document -> Map.of(NETWORK_ENTRY,
                    document.text().getBytes(StandardCharsets.UTF_8))).orElse(Map.of()));
        }
    }

    /** Every parameter by its name, if all elements are finite. */
    static SequencedMap<String, NumericArray.Doubles> arrays(Parameters parameters) {
        SequencedMap<String, NumericArray.Doubles> arrays = new LinkedHashMap<>();
        for (Parameter parameter : parameters.list()) {
            NumericArray.Doubles array = array(parameter);
            String fault = fault(parameter.spec().name(), array);
            if (fault != null) {
                throw new IllegalArgumentException(fault);
            }
            arrays.put(parameter.spec().name(), array);
        }
        return arrays;
    }

    static NumericArray.Doubles array(Parameter parameter) {
        ParameterSpec spec = parameter.spec();
        return new NumericArray.Doubles(
                counts(spec.name(), spec.shape())
                        ? ElementType.INT64
                        : isSingle(parameter)
                                ? ElementType.FLOAT32
                                : ElementType.FLOAT64,
                new ArrayShape(spec.shape()), parameter.values());
    }

    /** Whether every value is one of single precision; a caller may have changed them. */
    private static boolean isSingle(Parameter parameter) {
        return parameter.precision() == Precision.SINGLE
                && Arrays.stream(parameter.values()).allMatch(value -> value == (float) value);
    }

    /** Whether an array counts batches: PyTorch holds it as a whole number. */
    private static boolean counts(String name, List<Integer> shape) {
        return shape.isEmpty() && new ParameterSpec(name, shape).counts();
    }
}
