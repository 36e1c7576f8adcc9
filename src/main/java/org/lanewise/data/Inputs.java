package org.lanewise.data;

import java.nio.file.Path;
import java.util.List;
import org.lanewise.InputReader;
import org.lanewise.Samples;
import org.lanewise.io.FileFormatException;
import org.lanewise.io.MappedArray;
import org.lanewise.io.NumericArray;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

/**
 * Inputs that fit a network; bytes stay bytes and are scaled by {@link Samples}.
 *
 * @param shape of one sample
 * @param source every sample
 * @param rows how many
 */
record Inputs(Shape shape, Rows source, int rows) {
    static Inputs of(Rows source, Network network, NonFinite nonFinite)
            throws FileFormatException {
        List<Integer> sizes = source.sizes();
        Shape shape = sampleShape(source, sizes);
        if (!shape.equals(network.input())) {
            throw source.fault("samples of " + shape + " (shape " + Rows.text(sizes)
                    + ") do not fit the network's input " + network.input());
        }
        if (source instanceof LoadedArray loaded) {
            loaded.requireFinite(nonFinite);
        }
        Rows checked = nonFinite == NonFinite.REFUSE
                && source instanceof Rows.Unread(Path file, String name, _, MappedArray array)
                        ? Rows.of(file, name, array.requireFinite())
                        : source;
        return new Inputs(shape, checked, sizes.getFirst());
    }

    /** Maps without an axis for channels have one channel. */
    private static Shape sampleShape(Rows source, List<Integer> sizes)
            throws FileFormatException {
        return switch (sizes.size()) {
            case 2 -> new Shape.Flat(sizes.get(1));
            case 3 -> new Shape.Image(1, sizes.get(1), sizes.get(2));
            case 4 -> new Shape.Image(sizes.get(1), sizes.get(2), sizes.get(3));
            default -> throw source.fault("has shape " + Rows.text(sizes) + "; inputs are (samples,"
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

    Samples labelled(int[] labels) {
        return switch (source) {
            case LoadedArray(_, _, NumericArray.Bytes bytes) -> Samples.labelled(shape,
                    bytes.values(), labels);
            case LoadedArray(_, _, NumericArray.Doubles doubles) -> Samples.labelled(shape,
                    doubles.values(), labels);
            case Rows.Unread(_, _, _, InputReader reader) -> Samples.read(shape, rows, reader,
                    labels, null);
        };
    }

    Samples valued(double[] targets) {
        return switch (source) {
            case LoadedArray(_, _, NumericArray.Bytes bytes) -> Samples.valued(shape,
                    bytes.values(), targets);
            case LoadedArray(_, _, NumericArray.Doubles doubles) -> Samples.valued(shape,
                    doubles.values(), targets);
            case Rows.Unread(_, _, _, InputReader reader) -> Samples.read(shape, rows, reader,
                    null, targets);
        };
    }

    Samples unlabelled() {
        return switch (source) {
            case LoadedArray(_, _, NumericArray.Bytes bytes) -> Samples.unlabelled(shape,
                    bytes.values());
            case LoadedArray(_, _, NumericArray.Doubles doubles) -> Samples.unlabelled(shape,
                    doubles.values());
            case Rows.Unread(_, _, _, InputReader reader) -> Samples.read(shape, rows, reader,
                    null, null);
        };
    }
}
