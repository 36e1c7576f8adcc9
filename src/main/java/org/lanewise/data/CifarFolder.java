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
        List<LabelledImages> parts = new ArrayList<>();
        for (String name : TRAIN) {
            if (!listing.holds(name)) {
                throw new FileFormatException(listing.folder(),
                        "holds no " + name + ", which CIFAR-10 has; there is " + listing);
            }
            parts.add(CifarFile.read(listing.folder().resolve(name)));
        }
        return split(listing.folder(), joined(parts));
    }

    Optional<Split> test() throws IOException {
        if (!listing.holds(TEST)) {
            return Optional.empty();
        }
        Path file = listing.folder().resolve(TEST);
        return Optional.of(split(file, CifarFile.read(file)));
    }

    private static Split split(Path from, LabelledImages images) {
        return new Split(new LoadedArray(from, "", images.images()),
                new LoadedArray(from, "", images.labels()));
    }

    private static LabelledImages joined(List<LabelledImages> parts) {
        return new LabelledImages(join(parts.stream().map(LabelledImages::images).toList()),
                join(parts.stream().map(LabelledImages::labels).toList()));
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
