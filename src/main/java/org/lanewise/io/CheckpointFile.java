package org.lanewise.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.zip.ZipOutputStream;
import org.lanewise.Parameters;
import org.lanewise.Parameters.Parameter;
import org.lanewise.RandomState;
import org.lanewise.TrainingState;

/**
 * A training's state in an {@code .npz} file: data only, under one checksum.
 *
 * <p>Parameters have the names that {@link ParameterFile} gives them, so {@code numpy.load} and
 * programs that read parameters can read them from here. The other entries are
 * {@code optimizer/0.weight/...} and the like, {@code random/key}, and {@code checkpoint.txt} with
 * all that is no array. The archive's comment ends with a CRC-32C of everything before it.
 */
public final class CheckpointFile {
    /** The entry that distinguishes a checkpoint from a parameter file. */
    static final String TEXT = "checkpoint.txt";

    private static final int LONGEST_TEXT = 1 << 24;
    private static final String OPTIMIZER = "optimizer/";
    private static final String RANDOM = "random/key";

    private CheckpointFile() {}

    /**
     * Writes a state; equal states give equal bytes.
     *
     * @param state what to write; not modified
     * @param file replaced whole or, after a failure, left as it was
     * @throws IllegalArgumentException if a parameter is not finite; the message names it, and
     *         nothing is written
     * @throws IOException if writing fails; the message is the path and the reason
     */
    public static void write(TrainingState state, Path file) throws IOException {
        SequencedMap<String, NumericArray.Doubles> arrays = ParameterFile.arrays(
                state.parameters());
        for (Parameter memory : state.memory().list()) {
            arrays.put(OPTIMIZER + memory.spec().name(), ParameterFile.array(memory));
        }
        arrays.put(RANDOM, words(state.position().order()));
        byte[] text = CheckpointText.text(state).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> {
            Seal seal = new Seal(out);
            ZipOutputStream zip = new ZipOutputStream(seal);
            zip.setComment(Seal.MARK + Seal.PLACE);
            NpzFile.writeBytes(zip, TEXT, text);
            NpzFile.writeArrays(zip, arrays);
            zip.finish();
            seal.finish();
        });
    }

    private static NumericArray.Doubles words(RandomState.State random) {
        int[] key = random.key();
        double[] words = new double[key.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = Integer.toUnsignedLong(key[i]);
        }
        return new NumericArray.Doubles(ElementType.FLOAT64, ArrayShape.of(words.length), words);
    }

    /**
     * {@return the state that a file holds, once its checksum has been found right}
     *
     * <p>Whether a trainer can take it over is {@link org.lanewise.Trainer#restore}'s to say.
     *
     * @param file as {@link #write} wrote it
     * @throws FileFormatException if it is damaged, cut, no checkpoint, or of a newer format
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static TrainingState read(Path file) throws IOException {
        Seal.verify(file);
        List<Parameter> parameters = new ArrayList<>();
        List<Parameter> memory = new ArrayList<>();
        double[] words = {};
        try (NpzFile npz = NpzFile.open(file)) {
            String text = new String(npz.bytes(TEXT, LONGEST_TEXT), StandardCharsets.UTF_8);
            for (String name : npz.names()) {
                if (name.equals(TEXT)) {
                    continue;
                }
                NumericArray.Doubles array = ParameterFile.floats(file, name, npz.read(name));
                if (name.equals(RANDOM)) {
                    words = array.values();
                } else if (name.startsWith(OPTIMIZER)) {
                    memory.add(ParameterFile.named(name.substring(OPTIMIZER.length()), array));
                } else {
                    parameters.add(ParameterFile.parameter(file, name, array));
                }
            }
            try {
                return CheckpointText.state(text, new Parameters(parameters),
                        new Parameters(memory), key(words));
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new FileFormatException(file, TEXT + ": " + e.getMessage());
            }
        }
    }

    private static int[] key(double[] words) {
        int[] key = new int[words.length];
        for (int i = 0; i < key.length; i++) {
            key[i] = (int) (long) words[i];
        }
        return key;
    }
}
