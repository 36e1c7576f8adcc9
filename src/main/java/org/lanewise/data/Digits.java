package org.lanewise.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.lanewise.Samples;
import org.lanewise.spec.Shape;

/**
 * 1,797 handwritten digits of 8x8 pixels, part of the library, to try things with.
 *
 * <p>The test set of the UCI "Optical Recognition of Handwritten Digits" (Alpaydin and Kaynak
 * 1998), as in scikit-learn. Pixels are 0 to 16 and are divided by 16. Every fifth digit is held
 * out, always the same ones: 1,438 to learn from and 359 to evaluate on.
 */
public final class Digits {
    /** The shape of one digit. */
    public static final Shape.Image SHAPE = new Shape.Image(1, 8, 8);

    private static final int PIXELS = 64;
    private static final double LARGEST_PIXEL = 16;
    private static final int HELD_OUT = 5;

    private Digits() {}

    /** {@return the digits, the same in the same order every time} */
    public static DataSet dataSet() {
        byte[] columns = columns();
        return new DataSet(samples(columns, row -> !held(row)),
                Optional.of(samples(columns, Digits::held)), List.of());
    }

    private static boolean held(int row) {
        return row % HELD_OUT == HELD_OUT - 1;
    }

    /** Every digit's first pixel, then every digit's second, and at last every digit's label. */
    private static byte[] columns() {
        try (InputStream columns = new GZIPInputStream(
                Digits.class.getResourceAsStream("digits.gz"))) {
            return columns.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the digits that are part of the library", e);
        }
    }

    private static Samples samples(byte[] columns, IntPredicate chosen) {
        int digits = columns.length / (PIXELS + 1);
        int[] rows = IntStream.range(0, digits).filter(chosen).toArray();
        double[] inputs = new double[rows.length * PIXELS];
        int[] labels = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int pixel = 0; pixel < PIXELS; pixel++) {
                inputs[i * PIXELS + pixel] = columns[pixel * digits + rows[i]] / LARGEST_PIXEL;
            }
            labels[i] = columns[PIXELS * digits + rows[i]];
        }
        return Samples.labelled(SHAPE, inputs, labels);
    }
}
