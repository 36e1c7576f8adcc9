package org.lanewise.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.lanewise.Samples;
import org.lanewise.spec.Shape;

/**
 * 1,797 handwritten digits of 8x8 pixels, part of the library, to try things with.
 *
 * <p>The test set of the UCI "Optical Recognition of Handwritten Digits" (Alpaydin and Kaynak
 * 1998), as in scikit-learn. Pixels are 0 to 16 and are divided by 16. Every fifth digit is held
 * out, always the same ones: 1,438 to learn from and 359 to be judged by.
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
        List<String> train = new ArrayList<>();
        List<String> test = new ArrayList<>();
        for (String line : lines()) {
            boolean held = (train.size() + test.size()) % HELD_OUT == HELD_OUT - 1;
            (held ? test : train).add(line);
        }
        return new DataSet(samples(train), Optional.of(samples(test)), List.of());
    }

    private static List<String> lines() {
        try (InputStream resource = Digits.class.getResourceAsStream("digits.csv.gz");
                BufferedReader reader = new BufferedReader(new InputStreamReader(
                        new GZIPInputStream(resource), StandardCharsets.US_ASCII))) {
            return reader.readAllLines();
        } catch (IOException e) {
            throw new UncheckedIOException("the digits that are part of the library", e);
        }
    }

    private static Samples samples(List<String> lines) {
        double[] inputs = new double[lines.size() * PIXELS];
        int[] labels = new int[lines.size()];
        for (int row = 0; row < labels.length; row++) {
            String[] numbers = lines.get(row).split(",");
            for (int i = 0; i < PIXELS; i++) {
                inputs[row * PIXELS + i] = Integer.parseInt(numbers[i]) / LARGEST_PIXEL;
            }
            labels[row] = Integer.parseInt(numbers[PIXELS]);
        }
        return Samples.labelled(SHAPE, inputs, labels);
    }
}
