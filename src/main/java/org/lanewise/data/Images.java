package org.lanewise.data;

import java.io.IOException;
import java.nio.file.Path;
import org.lanewise.io.FileFormatException;
import org.lanewise.spec.Shape;

/** Images whose files were read by someone else. */
public final class Images {
    private Images() {}

    /**
     * {@return the maps of an image, channel by channel, row-major, unsigned bytes: the same as of a file in a folder}
     *
     * @param name of the image, for messages
     * @param content of a PNG or JPEG file; not modified
     * @param wanted channels (1 makes colours grey, 3 repeats grey), height and width
     * @param otherSize what to do with an image of another height or width
     * @throws FileFormatException if it is damaged, of another size that is refused, or not opaque
     * @throws IOException if it cannot be decoded
     */
    public static byte[] decode(Path name, byte[] content, Shape.Image wanted, OtherSize otherSize)
            throws IOException {
        return ImageFile.read(name, content, wanted, otherSize);
    }
}
