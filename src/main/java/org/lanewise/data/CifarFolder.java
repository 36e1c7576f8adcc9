package org.lanewise.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lanewise.io.ArrayShape;
import org.lanewise.io.CifarFile;
import org.lanewise.io.CifarFile.LabelledImages;
import org.lanewise.io.FileFormatException;
import org.lanewise.io.MappedArray;
import org.lanewise.io.NumericArray;

/**
 * A folder of CIFAR-10's binary files, {@code data_batch_1.bin} to {@code data_batch_5.bin} and
 * perhaps {@code test_batch.bin}.
 *
 * @param listing what is in it
 */
record CifarFolder(Listing listing) {
    /** What such files are called. */
    static final String NAMES = "(data_batch_\\d+|test_batch)\\.bin";

    private static final List<String> TRAIN = List.of("data_batch_1.bin", "data_batch_2.bin",
            "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin");
    private static final String TEST = "test_batch.bin";

    /** All five or none: a missing part would not be noticed. */
    Split train() throws IOException {
        for (String name : TRAIN) {
            if (!listing.holds(name)) {
                throw new FileFormatException(listing.folder(),
                        "holds no " + name + ", which CIFAR-10 has; there is " + listing);
            }
        }
        return split(listing.folder(), TRAIN);
    }

    Optional<Split> test() throws IOException {
        return listing.holds(TEST)
                ? Optional.of(split(listing.folder().resolve(TEST), List.of(TEST)))
                : Optional.empty();
    }

    private Split split(Path from, List<String> names) throws IOException {
        List<Path> files = names.stream().map(listing.folder()::resolve).toList();
        MappedArray mapped = CifarFile.map(from, files);
        boolean large = Rows.isLarge(mapped);
        List<NumericArray.Bytes> images = new ArrayList<>();
        List<NumericArray.Bytes> labels = new ArrayList<>();
        for (Path file : files) {
            if (large) {
                labels.add(CifarFile.labels(file));
            } else {
                LabelledImages both = CifarFile.read(file);
                images.add(both.images());
                labels.add(both.labels());
            }
        }
        return new Split(
                large ? Rows.of(from, "", mapped) : new LoadedArray(from, "", join(images)),
                new LoadedArray(from, "", join(labels)));
    }

    /** The arrays concatenated along the first axis. */
    private static NumericArray.Bytes join(List<NumericArray.Bytes> parts) {
        List<Integer> sizes = new ArrayList<>(parts.getFirst().shape().sizes());
        sizes.set(0, parts.stream().map(part -> part.shape().sizes().getFirst()).reduce(0,
                Math::addExact));
        ArrayShape shape = new ArrayShape(sizes);
        byte[] values = new byte[shape.size()];
        int next = 0;
        for (NumericArray.Bytes part : parts) {
            System.arraycopy(part.values(), 0, values, next, part.values().length);
            next += part.values().length;
        }
        return new NumericArray.Bytes(shape, values);
    }
}
