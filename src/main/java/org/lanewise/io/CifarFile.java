package org.lanewise.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The binary files of CIFAR-10: images of 32 by 32 pixels, each as a byte for its label, 0 to 9,
 * and a byte for each pixel of its red, its green and its blue map, row by row.
 *
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">the data set</a>
 */
public final class CifarFile {
    private static final int CLASSES = 10;
    private static final int CHANNELS = 3;
    private static final int SIDE = 32;
    private static final int PIXELS = CHANNELS * SIDE * SIDE;
    private static final int RECORD = 1 + PIXELS;

    private CifarFile() {}

    /**
     * Images and their labels.
     *
     * @param images of shape (images, 3, 32, 32)
     * @param labels of shape (images,)
     */
    public record LabelledImages(NumericArray.Bytes images, NumericArray.Bytes labels) {}

    /**
     * {@return the images of one file}
     *
     * @param file as {@code data_batch_1.bin}
     * @throws FileFormatException if it is empty or cut, or a label is none; the message names the
     *         image
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static LabelledImages read(Path file) throws IOException {
        try (Source source = Source.plain(file)) {
            ArrayShape shape = shape(file, source.left());
            byte[] pixels = source.allocateBytes(new Body(shape, ElementType.UINT8));
            NumericArray.Bytes labels = records(source, shape, pixels);
            return new LabelledImages(new NumericArray.Bytes(shape, pixels), labels);
        }
    }

    /**
     * {@return the labels of one file alone, as {@link #read} gives them}
     *
     * @param file as {@code data_batch_1.bin}
     * @throws FileFormatException if it is empty or cut, or a label is none
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static NumericArray.Bytes labels(Path file) throws IOException {
        try (Source source = Source.plain(file)) {
            return records(source, shape(file, source.left()), null);
        }
    }

    /**
     * {@return the images of several files, one file after another, mapped and not read}
     *
     * @param where the files are, for messages
     * @param files at least one, as {@code data_batch_1.bin}
     * @throws FileFormatException if one is empty or cut
     * @throws IOException if one cannot be read; the message is the path and the reason
     */
    public static MappedArray map(Path where, List<Path> files) throws IOException {
        List<MemorySegment> records = new ArrayList<>();
        long images = 0;
        for (Path file : files) {
            records.add(MappedArray.map(file));
            images += shape(file, records.getLast().byteSize()).sizes().getFirst();
        }
        return MappedArray.of(where, records, ArrayShape.of(images, CHANNELS, SIDE, SIDE));
    }

    private static ArrayShape shape(Path file, long bytes) throws FileFormatException {
        if (bytes == 0 || bytes % RECORD != 0) {
            throw new FileFormatException(file, "has " + bytes + " bytes; CIFAR-10 has " + RECORD
                    + " an image, a label and 3 x 32 x 32 pixels");
        }
        return ArrayShape.of(bytes / RECORD, CHANNELS, SIDE, SIDE);
    }

    /** {@return the labels}; fills in the pixels, unless those are null. */
    private static NumericArray.Bytes records(Source source, ArrayShape shape, byte[] pixels)
            throws IOException {
        int count = shape.sizes().getFirst();
        byte[] labels = new byte[count];
        byte[] record = new byte[RECORD];
        Body records = new Body(ArrayShape.of(count, RECORD), ElementType.UINT8);
        for (int i = 0; i < count; i++) {
            source.fill(record, RECORD, records);
            if (record[0] < 0 || record[0] >= CLASSES) {
                throw source.fault("image " + i + ": label " + Byte.toUnsignedInt(record[0])
                        + " is none of CIFAR-10's, 0 to " + (CLASSES - 1));
            }
            labels[i] = record[0];
            if (pixels != null) {
                System.arraycopy(record, 1, pixels, i * PIXELS, PIXELS);
            }
        }
        return new NumericArray.Bytes(ArrayShape.of(count), labels);
    }
}
