package org.lanewise.data;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.lanewise.InputReader;
import org.lanewise.io.FileAccess;
import org.lanewise.spec.Shape;

/**
 * Decodes images as they are needed and keeps as many as fit a share of the heap, for as long as that
 * memory is not needed for something else.
 */
final class ImageReader implements InputReader {
    private final List<Path> files;
    private final Shape.Image shape;
    private final OtherSize otherSize;
    private final long identity;
    private final AtomicReferenceArray<SoftReference<byte[]>> kept;
    private final long most;
    private final AtomicLong used = new AtomicLong();

    /**
     * Looks up the length of each file, and decodes the first image, which shows whether images are
     * of the right size.
     *
     * @param folder that all files are in, themselves or in folders
     * @param files at least one
     * @param shape that they are to have
     * @param otherSize what to do with images of another size
     * @throws IOException if a file is missing, or the first image is damaged or of another size
     */
    ImageReader(Path folder, List<Path> files, Shape.Image shape, OtherSize otherSize)
            throws IOException {
        this.files = files;
        this.shape = shape;
        this.otherSize = otherSize;
        this.kept = new AtomicReferenceArray<>(files.size());
        this.most = Runtime.getRuntime().maxMemory() / Rows.SHARE_OF_HEAP;
        this.identity = identity(folder, files);
        image(0);
    }

    /** By name and length of each file: decoding all of them would take minutes. */
    private static long identity(Path folder, List<Path> files) throws IOException {
        CRC32C checksum = new CRC32C();
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES);
        for (Path file : files) {
            checksum.update(folder.relativize(file).toString().replace('\\', '/')
                    .getBytes(StandardCharsets.UTF_8));
            checksum.update(length.clear().putLong(FileAccess.requireFile(file)).flip());
        }
        return checksum.getValue();
    }

    /** Threads that read one image at the same time decode it twice, to the same bytes. */
    private byte[] image(int sample) throws IOException {
        SoftReference<byte[]> before = kept.get(sample);
        byte[] image = before == null ? null : before.get();
        if (image == null) {
            image = ImageFile.read(files.get(sample), shape, otherSize);
            // One that was dropped keeps its room.
            if (before != null || used.addAndGet(image.length) <= most) {
                kept.set(sample, new SoftReference<>(image));
            } else {
                used.addAndGet(-image.length);
            }
        }
        return image;
    }

    @Override
    public void read(int sample, double[] into, int offset) throws IOException {
        byte[] image = image(sample);
        for (int i = 0; i < image.length; i++) {
            into[offset + i] = Byte.toUnsignedInt(image[i]) / 255.0;
        }
    }

    @Override
    public void identify(Checksum checksum) {
        checksum.update(ByteBuffer.allocate(Long.BYTES).putLong(identity).flip());
    }

    @Override
    public boolean readsBytes() {
        return true;
    }

    @Override
    public long memoryBytes() {
        return 0;
    }
}
