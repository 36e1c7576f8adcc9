package org.lanewise.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.lanewise.io.ArrayShape;
import org.lanewise.io.ElementType;
import org.lanewise.io.FileFormatException;
import org.lanewise.io.NumericArray;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

/**
 * Images in a folder for each class, {@code CLASS/*.png}, or {@code train/CLASS/*.png} and perhaps
 * {@code test/CLASS/*.png}. Classes are numbered by their names in order, images too.
 *
 * @param listing what is in the folder
 * @param input the shape that images are to have
 * @param outputs of the network, one a class
 * @param otherSize what to do with images of another size
 */
record ImageFolder(Listing listing, Shape.Image input, long outputs, OtherSize otherSize) {
    private static final String TRAIN = "train";
    private static final String TEST = "test";
    private static final String LEFT_BY_WINDOWS = "Thumbs.db";
    private static final List<String> SUFFIXES = List.of(".png", ".jpg", ".jpeg");

    static ImageFolder of(Listing listing, Network network, OtherSize otherSize)
            throws IOException {
        return new ImageFolder(listing, input(listing.folder(), network), network.output().size(),
                otherSize);
    }

    /** {@return whether a name is that of an image} */
    static boolean isImage(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SUFFIXES.stream().anyMatch(lower::endsWith);
    }

    /** {@return the shape that images are to have, where images can be read at all} */
    static Shape.Image input(Path where, Network network) throws IOException {
        if (ModuleLayer.boot().findModule("java.desktop").isEmpty()) {
            throw new IOException(where + ": images are read by Java's module java.desktop, which"
                    + " is not there; start java with --add-modules java.desktop");
        }
        if (network.input() instanceof Shape.Image image
                && (image.channels() == 1 || image.channels() == 3)) {
            return image;
        }
        throw new FileFormatException(where, "images have 1 channel or 3; the network's input is "
                + network.input());
    }

    /** {@return the names of the classes, the first that of label 0} */
    List<String> classes() throws IOException {
        return trainListing().folders();
    }

    Split train() throws IOException {
        Listing classes = trainListing();
        return split(classes, classes.folders());
    }

    Optional<Split> test() throws IOException {
        if (!listing.holds(TRAIN) || !listing.holds(TEST)) {
            return Optional.empty();
        }
        List<String> known = trainListing().folders();
        Listing test = Listing.of(listing.folder().resolve(TEST));
        for (String name : test.folders()) {
            if (!known.contains(name)) {
                throw new FileFormatException(test.folder().resolve(name),
                        "is no class of " + trainListing().folder() + "; those are "
                                + trainListing());
            }
        }
        return Optional.of(split(test, known));
    }

    private Listing trainListing() throws IOException {
        return listing.holds(TRAIN) ? Listing.of(listing.folder().resolve(TRAIN)) : listing;
    }

    private Split split(Listing set, List<String> classes) throws IOException {
        if (classes.size() > outputs) {
            throw new FileFormatException(set.folder(), "holds folders of " + classes.size()
                    + " classes, but the network has " + outputs + " outputs");
        }
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (String name : set.names()) {
            if (!classes.contains(name)) {
                throw new FileFormatException(set.folder().resolve(name),
                        "is no folder; expected only a folder of images for each class");
            }
            List<Path> images = images(Listing.of(set.folder().resolve(name)));
            files.addAll(images);
            int label = classes.indexOf(name);
            images.forEach(_ -> labels.add(label));
        }
        return new Split(unread(set.folder(), files, input, otherSize),
                new LoadedArray(set.folder(), "", new NumericArray.Doubles(ElementType.INT32,
                        ArrayShape.of(labels.size()),
                        labels.stream().mapToDouble(Integer::doubleValue).toArray())));
    }

    private static List<Path> images(Listing one) throws FileFormatException {
        List<Path> images = new ArrayList<>();
        for (String name : one.names()) {
            Path file = one.folder().resolve(name);
            if (isImage(name)) {
                images.add(file);
            } else if (!name.equals(LEFT_BY_WINDOWS)) {
                throw new FileFormatException(file,
                        "is no image by its name; expected .png, .jpg or .jpeg");
            }
        }
        if (images.isEmpty()) {
            throw new FileFormatException(one.folder(), "holds no images");
        }
        return images;
    }

    /** {@return images that are decoded as they are needed; the first is decoded here} */
    static Rows unread(Path folder, List<Path> files, Shape.Image input, OtherSize otherSize)
            throws IOException {
        return new Rows.Unread(folder, "", List.of(files.size(), input.channels(), input.height(),
                input.width()), new ImageReader(folder, files, input, otherSize));
    }
}
