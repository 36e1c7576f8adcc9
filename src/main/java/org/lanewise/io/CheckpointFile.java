package org.lanewise.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
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
        Content content = new Content(state);
        AtomicFile.write(file, content::writeTo);
    }

    /**
     * Writes a state to a stream, the same bytes as to a file.
     *
     * @param state what to write; not modified
     * @param out where to; flushed, not closed
     * @throws IllegalArgumentException if a parameter is not finite; the message names it, and
     *         nothing is written
     * @throws IOException if writing fails
     */
    public static void write(TrainingState state, OutputStream out) throws IOException {
        new Content(state).writeTo(out);
    }

    /** The bytes of a state, of which everything is found right before any is written. */
    private static final class Content {
        private final SequencedMap<String, NumericArray.Doubles> arrays;
        private final byte[] text;

        Content(TrainingState state) {
            arrays = ParameterFile.arrays(state.parameters());
            for (Parameter memory : state.memory().list()) {
                arrays.put(OPTIMIZER + memory.spec().name(), ParameterFile.array(memory));
            }
            arrays.put(RANDOM, words(state.position().order()));
            text = CheckpointText.text(state).getBytes(StandardCharsets.UTF_8);
        }

        void writeTo(OutputStream out) throws IOException {
            Seal seal = new Seal(out);
            ZipOutputStream zip = new ZipOutputStream(seal);
            zip.setComment(Seal.MARK + Seal.PLACE);
            NpzFile.writeBytes(zip, TEXT, text);
            NpzFile.writeArrays(zip, arrays);
            zip.finish();
            seal.finish();
        }
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

    /**
     * {@return the state that a stream holds, once its checksum has been found right}
     *
     * <p>The stream is copied to a temporary file, which is deleted at the end.
     *
     * @param in as {@link #write(TrainingState, OutputStream)} wrote it; read to its end, not closed
     * @param name of what is read, for messages
     * @throws IOException if it cannot be read, or is damaged, cut, no checkpoint, or of a newer format
     */
    public static TrainingState read(InputStream in, String name) throws IOException {
        Path copy = Files.createTempFile("lanewise-", ".npz");
        try {
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            return read(copy);
        } catch (FileFormatException e) {
            throw new IOException(e.getMessage().replace(copy.toString(), name), e);
        } finally {
            Files.delete(copy);
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
