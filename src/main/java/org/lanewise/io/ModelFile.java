package org.lanewise.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.lanewise.Model;
import org.lanewise.codec.NetworkDocument;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Normalization;

/**
 * Trained models in a file each: parameters as {@link ParameterFile} writes them, with the network
 * that they are of, the names of its classes and the normalization of its inputs.
 *
 * <p>The network is JSON as {@link NetworkJson} writes it, with a field {@code classes} where names
 * are known and a field {@code normalize} where inputs are normalized: in {@code .safetensors} files the metadata {@code network}, in {@code .npz} files an
 * array of bytes {@code network.json}.
 */
public final class ModelFile {
    private static final int BATCH_SIZE = 32;

    private ModelFile() {}

    /**
     * Writes network, normalization and parameters, of which equal ones give equal bytes.
     *
     * @param model what to write; not modified
     * @param file replaced whole or, after a failure, left as it was
     * @throws IllegalArgumentException if a parameter is not finite; nothing is written
     * @throws IOException if writing fails; the message is the path and the reason
     */
    public static void save(Model model, Path file) throws IOException {
        save(model, ClassNames.UNKNOWN, file);
    }

    /**
     * Writes network, normalization, parameters and the names of classes.
     *
     * @param model what to write; not modified
     * @param classes names, as those of the samples that it learned from
     * @param file replaced whole or, after a failure, left as it was
     * @throws IllegalArgumentException if a parameter is not finite, or there are more names than
     *         classes; nothing is written
     * @throws IOException if writing fails; the message is the path and the reason
     */
    public static void save(Model model, ClassNames classes, Path file) throws IOException {
        write(new SavedModel(Optional.of(model.network()), classes, model.normalization(),
                model.parameters()), file);
    }

    /**
     * {@return the model in a file, which computes up to 32 samples at once}
     *
     * @param file as {@link #save} wrote it, or a checkpoint
     * @throws FileFormatException if it is damaged, or holds no network
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static Model load(Path file) throws IOException {
        return load(file, BATCH_SIZE);
    }

    /**
     * {@return the model in a file}
     *
     * @param file as {@link #save} wrote it, or a checkpoint
     * @param batchSize the most samples computed at once
     * @throws FileFormatException if it is damaged, or holds no network
     * @throws IllegalArgumentException if the batch is too large
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static Model load(Path file, int batchSize) throws IOException {
        SavedModel saved = read(file);
        if (saved.network().isEmpty()) {
            throw new FileFormatException(file, "holds parameters alone, without a network; make a"
                    + " Model of its network and ParameterFile.read");
        }
        return saved.model(batchSize);
    }

    /**
     * {@return all that a file holds}
     *
     * @param file as {@link #write}, {@link ParameterFile#write} or another program wrote it, or a
     *        checkpoint
     * @throws FileFormatException if it is damaged, or its parts do not belong together
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static SavedModel read(Path file) throws IOException {
        ParameterFile.Content content = ParameterFile.content(file);
        Optional<NetworkDocument> document = content.document();
        try {
            return new SavedModel(document.map(NetworkDocument::network),
                    document.map(NetworkDocument::classes).orElse(ClassNames.UNKNOWN),
                    document.map(NetworkDocument::normalization).orElse(Normalization.NONE),
                    content.parameters());
        } catch (IllegalArgumentException e) {
            throw new FileFormatException(file, e.getMessage());
        }
    }

    /**
     * Writes network, names, normalization and parameters.
     *
     * @param model what to write; not modified
     * @param file replaced whole or, after a failure, left as it was
     * @throws IllegalArgumentException if a parameter is not finite; nothing is written
     * @throws IOException if writing fails; the message is the path and the reason
     */
    public static void write(SavedModel model, Path file) throws IOException {
        ParameterFile.write(model.parameters(),
                model.network().map(network -> new NetworkDocument(network, model.classes(),
                        model.normalization())),
                file);
    }
}
