package org.lanewise.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.lanewise.Parameters;
import org.lanewise.Parameters.Parameter;
import org.lanewise.spec.ParameterSpec;

/**
 * What a network learns, in an {@code .npz} or {@code .safetensors} file with the names of
 * PyTorch's {@code nn.Sequential}: {@code 0.weight}, {@code 0.bias}.
 *
 * <p>A file whose name ends in {@code .safetensors} is one; any other is {@code .npz}.
 */
public final class ParameterFile {
    private ParameterFile() {}

    /**
     * {@return every array of a file, in its order}
     *
     * <p>Whether they fit a network is {@link Parameters#requireMatch}'s to say.
     *
     * @param file arrays of float64 or float32
     * @throws FileFormatException if it is damaged, or an array is empty, not of floating point, or
     *         has a value that is not finite
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static Parameters read(Path file) throws IOException {
        List<Parameter> parameters = new ArrayList<>();
        for (var named : arrays(file).entrySet()) {
            String name = named.getKey();
            parameters.add(switch (named.getValue()) {
                case NumericArray.Doubles array when !array.type().isInteger() ->
                    parameter(file, name, array);
                case NumericArray array -> throw new FileFormatException(file,
                        "array " + Source.quote(name) + ": has elements of " + array.type()
                                + "; parameters are float64 or float32");
            });
        }
        return new Parameters(parameters);
    }

    private static SequencedMap<String, ? extends NumericArray> arrays(Path file)
            throws IOException {
        if (isSafetensors(file)) {
            return SafetensorsFile.read(file);
        }
        try (NpzFile npz = NpzFile.open(file)) {
            SequencedMap<String, NumericArray> arrays = new LinkedHashMap<>();
            for (String name : npz.names()) {
                arrays.put(name, npz.read(name));
            }
            return arrays;
        }
    }

    private static boolean isSafetensors(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors");
    }

    private static Parameter parameter(Path file, String name, NumericArray.Doubles array)
            throws FileFormatException {
        String fault = fault(name, array);
        if (fault != null) {
            throw new FileFormatException(file, fault);
        }
        return new Parameter(new ParameterSpec(name, array.shape().sizes()), array.values());
    }

    private static String fault(String name, NumericArray.Doubles array) {
        int index = array.firstNonFinite();
        return index < 0
                ? null
                : "array " + Source.quote(name) + ": element " + array.shape().position(index)
                        + " is " + array.text(index) + "; parameters are finite";
    }

    /**
     * Writes float64, uncompressed; equal parameters give equal bytes, and NumPy and PyTorch read
     * them.
     *
     * @param parameters what to write; not modified
     * @param file replaced whole or, after a failure, left as it was
     * @throws IllegalArgumentException if a value is not finite; the message names it, and nothing
     *         is written
     * @throws IOException if writing fails; the message is the path and the reason
     */
    public static void write(Parameters parameters, Path file) throws IOException {
        SequencedMap<String, NumericArray.Doubles> arrays = new LinkedHashMap<>();
        for (Parameter parameter : parameters.list()) {
            String name = parameter.spec().name();
            NumericArray.Doubles array = new NumericArray.Doubles(ElementType.FLOAT64,
                    new ArrayShape(parameter.spec().shape()), parameter.values());
            String fault = fault(name, array);
            if (fault != null) {
                throw new IllegalArgumentException(fault);
            }
            arrays.put(name, array);
        }
        if (isSafetensors(file)) {
            SafetensorsFile.write(file, arrays);
        } else {
            NpzFile.write(file, arrays);
        }
    }
}
