package org.lanewise.data;

import java.util.List;
import org.lanewise.Samples;
import org.lanewise.io.ArrayShape;
import org.lanewise.io.FileFormatException;
import org.lanewise.io.NumericArray;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

/**
 * Inputs that fit a network; bytes stay bytes and are scaled by {@link Samples}.
 *
 * @param shape of one sample
 * @param array every sample
 */
record Inputs(Shape shape, NumericArray array) {
    static Inputs of(LoadedArray loaded, Network network, NonFinite nonFinite)
            throws FileFormatException {
        loaded.rows();
        Shape shape = sampleShape(loaded);
        if (!shape.equals(network.input())) {
            throw loaded.fault("samples of " + shape + " (shape " + loaded.shape()
                    + ") do not fit the network's input " + network.input());
        }
        loaded.requireFinite(nonFinite);
        return new Inputs(shape, loaded.array());
    }

    /** Maps without an axis for channels have one channel. */
    private static Shape sampleShape(LoadedArray loaded) throws FileFormatException {
        List<Integer> sizes = loaded.shape().sizes();
        return switch (sizes.size()) {
            case 2 -> new Shape.Flat(sizes.get(1));
            case 3 -> new Shape.Image(1, sizes.get(1), sizes.get(2));
            case 4 -> new Shape.Image(sizes.get(1), sizes.get(2), sizes.get(3));
            default -> throw loaded.fault("has shape " + loaded.shape() + "; inputs are (samples,"
                    + " height, width), (samples, channels, height, width) or (samples, features)");
        };
    }

    /** {@return the sizes of one sample in a file} */
    static List<Integer> sizes(Shape shape) {
        return switch (shape) {
            case Shape.Image image -> List.of(image.channels(), image.height(), image.width());
            case Shape.Flat flat -> List.of(flat.features());
        };
    }

    int rows() {
        ArrayShape sizes = array.shape();
        return sizes.sizes().getFirst();
    }

    Samples labelled(int[] labels) {
        return switch (array) {
            case NumericArray.Bytes bytes -> Samples.labelled(shape, bytes.values(), labels);
            case NumericArray.Doubles doubles -> Samples.labelled(shape, doubles.values(), labels);
        };
    }

    Samples valued(double[] targets) {
        return switch (array) {
            case NumericArray.Bytes bytes -> Samples.valued(shape, bytes.values(), targets);
            case NumericArray.Doubles doubles -> Samples.valued(shape, doubles.values(), targets);
        };
    }

    Samples unlabelled() {
        return switch (array) {
            case NumericArray.Bytes bytes -> Samples.unlabelled(shape, bytes.values());
            case NumericArray.Doubles doubles -> Samples.unlabelled(shape, doubles.values());
        };
    }
}
