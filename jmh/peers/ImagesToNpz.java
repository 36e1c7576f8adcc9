import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/**
 * Folders of images (train/CLASS/*, test/CLASS/*) as one .npz of bytes: x_train and x_test of shape
 * (N, 3, H, W), y_train and y_test with the classes in the order of their names.
 *
 * <p>Usage: {@code java jmh/peers/ImagesToNpz.java FOLDER OUT.npz}
 */
public class ImagesToNpz {
    /** An image and its class. */
    private record Sample(Path file, int label) {}

    private ImagesToNpz() {}

    /**
     * Writes the file.
     *
     * @param args folder and file
     * @throws IOException if one cannot be read or written
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: java ImagesToNpz.java FOLDER OUT.npz");
        }
        ImageIO.setUseCache(false);
        try (ZipOutputStream zip = new ZipOutputStream(
                new BufferedOutputStream(Files.newOutputStream(Path.of(args[1])), 1 << 20))) {
            zip.setLevel(1);
            for (String part : List.of("train", "test")) {
                write(zip, part, samples(Path.of(args[0], part)));
            }
        }
    }

    /** Classes are mixed by a fixed shuffle: the order that a training without one sees. */
    private static List<Sample> samples(Path folder) throws IOException {
        List<Sample> samples = new ArrayList<>();
        List<Path> classes = sorted(folder);
        for (int label = 0; label < classes.size(); label++) {
            for (Path file : sorted(classes.get(label))) {
                samples.add(new Sample(file, label));
            }
        }
        Collections.shuffle(samples, new Random(0));
        return samples;
    }

    private static List<Path> sorted(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static void write(ZipOutputStream zip, String part, List<Sample> samples)
            throws IOException {
        BufferedImage first = ImageIO.read(samples.getFirst().file().toFile());
        int height = first.getHeight();
        int width = first.getWidth();
        zip.putNextEntry(new ZipEntry("x_" + part + ".npy"));
        header(zip, "(" + samples.size() + ", 3, " + height + ", " + width + ")");
        byte[] pixels = new byte[3 * height * width];
        for (Sample sample : samples) {
            BufferedImage image = ImageIO.read(sample.file().toFile());
            if (image.getHeight() != height || image.getWidth() != width) {
                throw new IOException(sample.file() + ": found " + image.getHeight() + "x"
                        + image.getWidth() + ", expected " + height + "x" + width);
            }
            for (int i = 0; i < height * width; i++) {
                int rgb = image.getRGB(i % width, i / width);
                for (int channel = 0; channel < 3; channel++) {
                    pixels[channel * height * width + i] = (byte) (rgb >> 16 - 8 * channel);
                }
            }
            zip.write(pixels);
        }
        zip.closeEntry();
        zip.putNextEntry(new ZipEntry("y_" + part + ".npy"));
        header(zip, "(" + samples.size() + ",)");
        for (Sample sample : samples) {
            zip.write(sample.label());
        }
        zip.closeEntry();
        System.out.println(part + ": " + samples.size() + " images of " + height + "x" + width);
    }

    /** The header of an .npy file of unsigned bytes, padded to a multiple of 64. */
    private static void header(OutputStream out, String shape) throws IOException {
        String text = "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }";
        int length = Math.ceilDiv(10 + text.length() + 1, 64) * 64 - 10;
        out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) length,
                (byte) (length >> 8)});
        out.write((text + " ".repeat(length - text.length() - 1) + "\n")
                .getBytes(StandardCharsets.US_ASCII));
    }
}
