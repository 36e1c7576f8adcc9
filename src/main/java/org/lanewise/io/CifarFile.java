package org.lanewise.io;

import java.io.IOException;
import java.nio.file.Path;

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
            long bytes = source.left();
            if (bytes == 0 || bytes % RECORD != 0) {
                throw source.fault("has " + bytes + " bytes; CIFAR-10 has " + RECORD
                        + " an image, a label and 3 x 32 x 32 pixels");
            }
            ArrayShape shape = source.shape(new long[] {bytes / RECORD, CHANNELS, SIDE, SIDE});
            int count = shape.sizes().getFirst();
            byte[] pixels = source.allocateBytes(new Body(shape, ElementType.UINT8));
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
                System.arraycopy(record, 1, pixels, i * PIXELS, PIXELS);
            }
            return new LabelledImages(new NumericArray.Bytes(shape, pixels),
                    new NumericArray.Bytes(ArrayShape.of(count), labels));
        }
    }
}
