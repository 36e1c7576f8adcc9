package org.lanewise.io;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipOutputStream;
import org.lanewise.Samples;
import org.lanewise.spec.Shape;

/**
 * Sets of images in an {@code .npz} file that NumPy reads: {@code x_train} of shape (samples,
 * channels, height, width) and {@code y_train} of shape (samples,), both bytes, and where there are
 * test samples {@code x_test} and {@code y_test}; names of classes as {@code classes.txt}, bytes of
 * UTF-8 with a line for each.
 */
public final class DataFile {
    /** The entry with the names of classes, and how {@code numpy.load} lists it. */
    public static final String CLASSES = "classes.txt";

    private static final int MOST_CLASSES = 256;

    /** Receives how far a file is written. */
    @FunctionalInterface
    public interface Progress {
        /**
         * Called after each sample.
         *
         * @param done samples so far, each of which is read twice
         * @param all samples in all, twice
         */
        void written(long done, long all);
    }

    private final Progress progress;
    private final long all;
    private long done;

    private DataFile(Progress progress, long all) {
        this.progress = progress;
        this.all = all;
    }

    /**
     * Writes samples whose inputs are images of bytes and whose answers are labels; equal samples give
     * equal bytes.
     *
     * @param train samples to learn from, without normalization
     * @param test samples held out
     * @param file replaced whole or, after a failure, left as it was
     * @param progress called after each sample
     * @throws IllegalArgumentException if inputs are no bytes, or there are no labels or more than
     *         256 classes
     * @throws IOException if a sample cannot be read or writing fails; the message is the path and
     *         the reason
     */
    public static void write(Samples train, Optional<Samples> test, Path file, Progress progress)
            throws IOException {
        requireBytes(train);
        test.ifPresent(DataFile::requireBytes);
        DataFile written = new DataFile(progress,
                2L * (train.size() + test.map(Samples::size).orElse(0)));
        try {
            AtomicFile.write(file, out -> {
                ZipOutputStream zip = new ZipOutputStream(out);
                written.add(zip, "train", train);
                if (test.isPresent()) {
                    written.add(zip, "test", test.get());
                }
                if (train.classes().known()) {
                    byte[] names = (String.join("\n", train.classes().names()) + "\n")
                            .getBytes(StandardCharsets.UTF_8);
                    NpzFile.writeArray(zip, CLASSES, "(" + names.length + ",)", names.length,
                            to -> to.write(names));
                }
                zip.finish();
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void requireBytes(Samples samples) {
        if (!samples.readsBytes() || !samples.hasLabels()
                || !(samples.shape() instanceof Shape.Image)) {
            throw new IllegalArgumentException("only images of bytes with class labels are written"
                    + " to such a file");
        }
        for (int i = 0; i < samples.size(); i++) {
            if (samples.label(i) < 0 || samples.label(i) >= MOST_CLASSES) {
                throw new IllegalArgumentException("sample " + i + ": label " + samples.label(i)
                        + "; labels are bytes, 0 to " + (MOST_CLASSES - 1));
            }
        }
    }

    private void add(ZipOutputStream zip, String set, Samples samples) throws IOException {
        Shape.Image shape = (Shape.Image) samples.shape();
        String sizes = "(" + samples.size() + ", " + shape.channels() + ", " + shape.height() + ", "
                + shape.width() + ")";
        byte[] one = new byte[(int) shape.size()];
        NpzFile.writeArray(zip, "x_" + set, sizes, samples.size() * shape.size(), to -> {
            for (int i = 0; i < samples.size(); i++) {
                samples.copyBytes(i, one);
                to.write(one);
                progress.written(++done, all);
            }
        });
        NpzFile.writeArray(zip, "y_" + set, "(" + samples.size() + ",)", samples.size(), to -> {
            for (int i = 0; i < samples.size(); i++) {
                to.write(samples.label(i));
            }
        });
    }
}
