package org.lanewise.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.lanewise.io.FileAccess;
import org.lanewise.io.FileFormatException;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Size;

/**
 * A PNG or JPEG file as maps of bytes: one of grey, or red, green and blue.
 *
 * <p>Colour profiles and the orientation that a camera noted are left unread.
 */
final class ImageFile {
    private static final byte[] PNG = HexFormat.of().parseHex("89504e470d0a1a0a");
    private static final byte[] JPEG = HexFormat.of().parseHex("ffd8ff");
    private static final int LARGEST_FILE = 1 << 28;
    /** An 8K screen has almost as many; a header that claims more is after our memory. */
    private static final long MOST_PIXELS = 1 << 25;

    private final Path file;

    private ImageFile(Path file) {
        this.file = file;
    }

    /**
     * {@return the maps, channel by channel, row-major}
     *
     * @param file a PNG or JPEG file, detected by its content
     * @param wanted channels (1 makes colours grey, 3 repeats grey), height and width
     * @throws FileFormatException if the file is damaged, of another size, or not opaque
     * @throws IOException if it cannot be read; the message is the path and the reason
     */
    static byte[] read(Path file, Shape.Image wanted, OtherSize otherSize) throws IOException {
        ImageFile one = new ImageFile(file);
        return one.read(one.content(), wanted, otherSize);
    }

    /**
     * {@return the maps of a file that was read already, channel by channel, row-major}
     *
     * @param name of the file, for messages
     * @param content of the file
     * @throws FileFormatException if it is damaged, of another size, or not opaque
     */
    static byte[] read(Path name, byte[] content, Shape.Image wanted, OtherSize otherSize)
            throws IOException {
        return new ImageFile(name).read(content, wanted, otherSize);
    }

    /** {@return the shape of an image: one channel where it is grey, or three} */
    static Shape.Image shape(Path file) throws IOException {
        ImageFile one = new ImageFile(file);
        BufferedImage image = one.decode(one.content(), new Size(1, 1), OtherSize.RESIZE);
        ColorModel colours = image.getColorModel();
        one.requireGreyOrColour(colours);
        return new Shape.Image(colours.getColorSpace().getType() == ColorSpace.TYPE_GRAY ? 1 : 3,
                image.getHeight(), image.getWidth());
    }

    private byte[] read(byte[] content, Shape.Image wanted, OtherSize otherSize)
            throws IOException {
        BufferedImage image = decode(content, wanted.map(), otherSize);
        int height = image.getHeight();
        int width = image.getWidth();
        byte[] all = new byte[(int) wanted.size()];
        int next = 0;
        for (byte[] map : maps(image, wanted.channels())) {
            byte[] scaled = height == wanted.height() && width == wanted.width()
                    ? map
                    : Scaling.scale(map, height, width, wanted.height(), wanted.width());
            System.arraycopy(scaled, 0, all, next, scaled.length);
            next += scaled.length;
        }
        return all;
    }

    private byte[] content() throws IOException {
        long bytes = FileAccess.requireFile(file);
        if (bytes > LARGEST_FILE) {
            throw fault("has " + bytes + " bytes; images have at most " + LARGEST_FILE);
        }
        // An interrupt closes the file; it is kept for later, when it ends a training after a step.
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return Files.readAllBytes(file);
                } catch (ClosedByInterruptException _) {
                    interrupted |= Thread.interrupted();
                } catch (IOException e) {
                    throw FileAccess.explain(file, e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private BufferedImage decode(byte[] content, Size wanted, OtherSize otherSize)
            throws IOException {
        ImageReader reader = reader(content);
        List<String> warnings = new ArrayList<>();
        reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
        try {
            reader.setInput(new MemoryCacheImageInputStream(new ByteArrayInputStream(content)),
                    true, true);
            requireSize(new Size(reader.getHeight(0), reader.getWidth(0)), wanted, otherSize);
            BufferedImage image = reader.read(0);
            if (!warnings.isEmpty()) {
                throw fault("is damaged: " + oneLine(warnings.getFirst()));
            }
            return image;
        } catch (FileFormatException e) {
            throw e;
        } catch (OutOfMemoryError e) {
            throw fault("needs more memory than this JVM has ("
                    + Runtime.getRuntime().maxMemory() + " bytes, -Xmx)");
        } catch (IOException | RuntimeException e) {
            // The JDK's readers answer some damage with whatever the damage led to.
            throw fault("cannot be decoded: " + oneLine(String.valueOf(e.getMessage())));
        } finally {
            reader.dispose();
        }
    }

    /** The JDK's own, so that the same file is the same pixels whatever else is installed. */
    private ImageReader reader(byte[] content) throws FileFormatException {
        String format = format(content);
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (reader.getClass().getModule() == ImageIO.class.getModule()) {
                return reader;
            }
        }
        throw fault("is " + format + ", which this Java cannot read");
    }

    private String format(byte[] content) throws FileFormatException {
        if (begins(content, PNG)) {
            var damage = PngChunks.fault(content);
            if (damage.isPresent()) {
                throw fault(damage.get());
            }
            return "png";
        }
        if (begins(content, JPEG)) {
            return "jpeg";
        }
        byte[] head = Arrays.copyOf(content, Math.min(content.length, 4));
        throw fault("begins with " + (head.length == 0
                ? "nothing"
                : HexFormat.ofDelimiter(" ").formatHex(head))
                + "; PNG begins with 89 50 4e 47, JPEG with ff d8 ff");
    }

    private static boolean begins(byte[] content, byte[] magic) {
        return content.length >= magic.length
                && Arrays.equals(content, 0, magic.length, magic, 0, magic.length);
    }

    private void requireSize(Size found, Size wanted, OtherSize otherSize)
            throws FileFormatException {
        if (otherSize == OtherSize.REFUSE && !found.equals(wanted)) {
            throw fault("is " + found + " (height x width), the network takes " + wanted
                    + "; " + OtherSize.ADVICE);
        }
        if ((long) found.height() * found.width() > MOST_PIXELS) {
            throw fault("says that it is " + found + ", more than " + MOST_PIXELS + " pixels");
        }
    }

    private byte[][] maps(BufferedImage image, int channels) throws FileFormatException {
        requireGreyOrColour(image.getColorModel());
        requireOpaque(image);
        int width = image.getWidth();
        byte[][] maps = new byte[channels][image.getHeight() * width];
        Pixels pixels = Pixels.of(image);
        for (int i = 0; i < maps[0].length; i++) {
            int rgb = pixels.rgb(i % width, i / width);
            if (channels == 1) {
                maps[0][i] = (byte) grey(rgb);
            } else {
                maps[0][i] = (byte) (rgb >> 16);
                maps[1][i] = (byte) (rgb >> 8);
                maps[2][i] = (byte) rgb;
            }
        }
        return maps;
    }

    private void requireGreyOrColour(ColorModel colours) throws FileFormatException {
        int type = colours.getColorSpace().getType();
        if (type != ColorSpace.TYPE_GRAY && type != ColorSpace.TYPE_RGB) {
            throw fault("has " + colours.getNumComponents()
                    + " channels that are neither grey nor RGB (CMYK?); save it as RGB first");
        }
    }

    /** The background of a transparent pixel is unknown. */
    private void requireOpaque(BufferedImage image) throws FileFormatException {
        ColorModel colours = image.getColorModel();
        if (!colours.hasAlpha()) {
            return;
        }
        Raster raster = image.getRaster();
        Object pixel = null;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                pixel = raster.getDataElements(x, y, pixel);
                if (colours.getAlpha(pixel) != 255) {
                    throw fault("is transparent at row " + y + ", column " + x
                            + "; put it on a background first");
                }
            }
        }
    }

    /** Luma of ITU-R BT.601 in 65536ths, as Pillow and OpenCV have it. */
    private static int grey(int rgb) {
        return ((rgb >> 16 & 0xFF) * 19595 + (rgb >> 8 & 0xFF) * 38470 + (rgb & 0xFF) * 7471
                + 0x8000) >> 16;
    }

    /** The colours as the file has them. {@code BufferedImage.getRGB} would brighten greys. */
    @FunctionalInterface
    private interface Pixels {
        int rgb(int x, int y);

        static Pixels of(BufferedImage image) {
            Raster raster = image.getRaster();
            if (image.getColorModel() instanceof IndexColorModel palette) {
                return (x, y) -> palette.getRGB(raster.getSample(x, y, 0));
            }
            boolean wide = raster.getSampleModel().getSampleSize(0) == 16;
            boolean grey = raster.getNumBands() < 3;
            return (x, y) -> {
                int red = level(raster.getSample(x, y, 0), wide);
                return grey
                        ? red * 0x010101
                        : red << 16 | level(raster.getSample(x, y, 1), wide) << 8
                                | level(raster.getSample(x, y, 2), wide);
            };
        }

        /** 65535 is 255 * 257. */
        private static int level(int sample, boolean wide) {
            return wide ? (sample + 128) / 257 : sample;
        }
    }

    private static String oneLine(String text) {
        return String.join(" ", text.lines().toList());
    }

    private FileFormatException fault(String message) {
        return new FileFormatException(file, message);
    }
}
