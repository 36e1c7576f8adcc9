package org.lanewise.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.lanewise.Samples;
import org.lanewise.io.FileFormatException;
import org.lanewise.io.IdxFile;
import org.lanewise.io.MappedArray;
import org.lanewise.io.NpyFile;
import org.lanewise.io.NpzFile;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

/**
 * Reads samples from files and refuses what a network could not learn from.
 *
 * <p>Inputs are (samples, height, width), (samples, channels, height, width) or, for a network with
 * flat input, (samples, features). Unsigned bytes are divided by 255, others left as they are.
 * For softmax cross-entropy the answers are class labels, whole numbers of any type and of shape
 * (samples,); for other losses they are values of shape (samples, outputs).
 *
 * <p>An array that would take more than a quarter of the heap is mapped and read as it is needed, from
 * plain IDX, CIFAR-10 and {@code .npy} files and from archives that are not compressed. Images are
 * decoded as they are needed, and kept where they fit a quarter of the heap.
 *
 * <p>Images need the module {@code java.desktop}, which a program on the module path must require
 * itself; nothing else here does.
 */
public final class DataSets {
    /** Of a set for no network: labels are bytes. */
    private static final int MOST_CLASSES = 256;

    private DataSets() {}

    /**
     * {@return a set from files, images of another size than the network's input refused}
     *
     * @param data as {@link #read(Path, Network, NonFinite, OtherSize)} takes it
     * @param network what is to learn
     * @param nonFinite what to do with NaN and infinities
     * @throws FileFormatException if a file is damaged, missing or does not fit the network
     * @throws IOException if a file cannot be read; the message is the path and the reason
     */
    public static DataSet read(Path data, Network network, NonFinite nonFinite)
            throws IOException {
        return read(data, network, nonFinite, OtherSize.REFUSE);
    }

    /**
     * {@return a set from files}
     *
     * @param data an {@code .npz} archive with {@code x_train}, {@code y_train} and perhaps
     *        {@code x_test}, {@code y_test}, {@code classes.txt}; or a folder of IDX files with MNIST's names, plain or
     *        gzip; or one of CIFAR-10's binary files; or one with a folder of PNG and JPEG images
     *        for each class, in {@code train} and {@code test} or in itself. Classes are named by the
     *        folders of images, or by a file {@code classes.txt} (for CIFAR-10 also
     *        {@code batches.meta.txt}) next to the others, one name a line
     * @param network what is to learn
     * @param nonFinite what to do with NaN and infinities
     * @param otherSize what to do with images of another size than the network's input
     * @throws FileFormatException if a file is damaged, missing or does not fit the network; the
     *         message names the file, the array and the row
     * @throws IOException if a file cannot be read; the message is the path and the reason
     */
    public static DataSet read(Path data, Network network, NonFinite nonFinite,
            OtherSize otherSize) throws IOException {
        if (Files.isDirectory(data)) {
            return readFolder(Listing.of(data), network, nonFinite, otherSize);
        }
        try (NpzFile npz = NpzFile.open(data)) {
            NpzData arrays = new NpzData(data, npz);
            DataSet set = dataSet(arrays.train(), arrays.test(), network, nonFinite);
            Optional<ClassNames> names = arrays.classes(network);
            return names.isPresent()
                    ? named(set, data, names.get())
                    : named(set, data.toAbsolutePath().getParent(), List.of(ClassesFile.NAME),
                            network);
        }
    }

    private static DataSet readFolder(Listing listing, Network network, NonFinite nonFinite,
            OtherSize otherSize) throws IOException {
        if (listing.holdsAnyLike(IdxFolder.NAMES)) {
            IdxFolder folder = new IdxFolder(listing);
            return named(dataSet(folder.train(), folder.test(), network, nonFinite),
                    listing.folder(), List.of(ClassesFile.NAME), network);
        }
        if (listing.holdsAnyLike(CifarFolder.NAMES)) {
            CifarFolder folder = new CifarFolder(listing);
            return named(dataSet(folder.train(), folder.test(), network, nonFinite),
                    listing.folder(), List.of(ClassesFile.NAME, ClassesFile.CIFAR), network);
        }
        if (listing.folders().isEmpty()) {
            throw new FileFormatException(listing.folder(), "holds neither"
                    + " train-images-idx3-ubyte (IDX), nor data_batch_1.bin (CIFAR-10), nor a"
                    + " folder of images for each class; there is " + listing);
        }
        ImageFolder folder = ImageFolder.of(listing, network, otherSize);
        DataSet set = dataSet(folder.train(), folder.test(), network, nonFinite);
        return network.loss() instanceof Loss.SoftmaxCrossEntropy
                ? named(set, listing.folder(), new ClassNames(folder.classes()))
                : set;
    }

    private static DataSet named(DataSet set, Path folder, List<String> files, Network network)
            throws IOException {
        return named(set, folder, ClassesFile.in(folder, files, network));
    }

    private static DataSet named(DataSet set, Path folder, ClassNames names)
            throws FileFormatException {
        try {
            return new DataSet(set.train().classes(names),
                    set.test().map(test -> test.classes(names)), set.warnings());
        } catch (IllegalArgumentException e) {
            throw new FileFormatException(folder, e.getMessage());
        }
    }

    private static DataSet dataSet(Split train, Optional<Split> test, Network network,
            NonFinite nonFinite) throws FileFormatException {
        List<String> warnings = new ArrayList<>();
        Samples learned = train.samples(network, nonFinite);
        train.warning(learned).ifPresent(warnings::add);
        if (test.isEmpty()) {
            return new DataSet(learned, Optional.empty(), warnings);
        }
        Samples held = test.get().samples(network, nonFinite);
        test.get().warning(held).ifPresent(warnings::add);
        return new DataSet(learned, Optional.of(held), warnings);
    }

    /**
     * {@return images in a folder for each class, for no network}
     *
     * @param folder as {@link #read(Path, Network, NonFinite, OtherSize)} takes it
     * @param shape that images are to have; without it they have that of the first
     * @param otherSize what to do with images of another size
     * @throws FileFormatException if an image is damaged, or something else is in the folder
     * @throws IOException if a file cannot be read; the message is the path and the reason
     */
    public static DataSet readImageFolder(Path folder, Optional<Shape.Image> shape,
            OtherSize otherSize) throws IOException {
        Shape.Image input = shape.isPresent()
                ? shape.get()
                : ImageFile.shape(images(folder).getFirst());
        return read(folder, Network.input(input.channels(), input.height(), input.width()).flatten()
                .linear(MOST_CLASSES).softmaxCrossEntropy(), NonFinite.REFUSE, otherSize);
    }

    /**
     * {@return samples to predict, from a file of inputs alone; an image of another size than the
     * network's input is refused}
     *
     * @param file as {@link #readInputs(Path, Network, NonFinite, OtherSize)} takes it
     * @param network what is to predict
     * @param nonFinite what to do with NaN and infinities
     * @throws FileFormatException if the file is damaged or does not fit the network
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static Samples readInputs(Path file, Network network, NonFinite nonFinite)
            throws IOException {
        return readInputs(file, network, nonFinite, OtherSize.REFUSE);
    }

    /**
     * {@return samples to predict, from a file of inputs alone}
     *
     * @param file an {@code .npy} file, the array {@code x} of an {@code .npz} archive, a PNG or
     *        JPEG image, or, by any other name, an IDX file; IDX and {@code .npy} may be gzip
     * @param network what is to predict
     * @param nonFinite what to do with NaN and infinities
     * @param otherSize what to do with an image of another size than the network's input
     * @throws FileFormatException if the file is damaged or does not fit the network
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static Samples readInputs(Path file, Network network, NonFinite nonFinite,
            OtherSize otherSize) throws IOException {
        return isImage(file)
                ? readImages(List.of(file), network, otherSize)
                : Inputs.of(loadInputs(file), network, nonFinite).unlabelled();
    }

    /**
     * {@return whether a file is an image by its name: .png, .jpg or .jpeg}
     *
     * @param file perhaps an image
     */
    public static boolean isImage(Path file) {
        return ImageFolder.isImage(file.toString());
    }

    /**
     * {@return the images in a folder and in the folders in it, sorted by path; hidden files and
     * those of other names are left out}
     *
     * @param folder where
     * @throws FileFormatException if there are none
     * @throws IOException if a folder cannot be read; the message is the path and the reason
     */
    public static List<Path> images(Path folder) throws IOException {
        List<Path> images = new ArrayList<>();
        collect(Listing.of(folder), images);
        if (images.isEmpty()) {
            throw new FileFormatException(folder, "holds no images, .png, .jpg or .jpeg, and none"
                    + " of its folders does");
        }
        return images;
    }

    private static void collect(Listing listing, List<Path> images) throws IOException {
        for (String name : listing.names()) {
            Path path = listing.folder().resolve(name);
            // A link to a folder could lead back to where it is.
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                collect(Listing.of(path), images);
            } else if (ImageFolder.isImage(name) && !Files.isDirectory(path)) {
                images.add(path);
            }
        }
    }

    /**
     * {@return samples to predict, one an image}
     *
     * @param files images, at least one
     * @param network what is to predict
     * @param otherSize what to do with an image of another size than the network's input
     * @throws FileFormatException if an image is damaged or does not fit the network
     * @throws IOException if a file cannot be read; the message is the path and the reason
     */
    public static Samples readImages(List<Path> files, Network network, OtherSize otherSize)
            throws IOException {
        Shape.Image shape = ImageFolder.input(files.getFirst(), network);
        int each = Math.toIntExact(shape.size());
        byte[] pixels = new byte[Math.multiplyExact(files.size(), each)];
        for (int i = 0; i < files.size(); i++) {
            System.arraycopy(ImageFile.read(files.get(i), shape, otherSize), 0, pixels, i * each,
                    each);
        }
        return Samples.unlabelled(shape, pixels);
    }

    private static Rows loadInputs(Path file) throws IOException {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".npz")) {
            try (NpzFile npz = NpzFile.open(file)) {
                return new NpzData(file, npz).inputs("x");
            }
        }
        boolean npy = name.endsWith(".npy") || name.endsWith(".npy.gz");
        Optional<MappedArray> large = (npy ? NpyFile.map(file) : IdxFile.map(file))
                .filter(Rows::isLarge);
        return large.isPresent()
                ? Rows.of(file, "", large.get())
                : new LoadedArray(file, "", npy ? NpyFile.read(file) : IdxFile.read(file));
    }
}
