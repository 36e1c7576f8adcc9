package org.lanewise.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Checksum;
import org.lanewise.InputReader;

/**
 * An array in a file, whose elements the system brings into memory as they are read; bytes are
 * divided by 255.
 *
 * <p>Its header was checked, its elements are as they are read. The CRC-32 of an archive's entry is
 * compared where everything is read, which is when a training begins, and nowhere else.
 */
public final class MappedArray implements InputReader {
    /** Of a file without a checksum. */
    static final long NO_CRC = -1;

    private final Path file;
    private final String part;
    private final MemorySegment head;
    private final MemorySegment elements;
    private final NpyHeader header;
    private final Body body;
    private final long crc;
    private final boolean finite;
    private final int each;

    private MappedArray(Path file, String part, MemorySegment head, MemorySegment elements,
            NpyHeader header, long crc, boolean finite) {
        this.file = file;
        this.part = part;
        this.head = head;
        this.elements = elements;
        this.header = header;
        this.body = header.body();
        this.crc = crc;
        this.finite = finite;
        this.each = row(body).size();
    }

    private static ArrayShape row(Body body) {
        List<Integer> sizes = body.shape().sizes();
        return new ArrayShape(sizes.subList(1, sizes.size()));
    }

    /** {@return a file's content, mapped; it is unmapped once it is unreachable} */
    static MemorySegment map(Path file) throws IOException {
        FileAccess.requireFile(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
        } catch (IOException e) {
            throw FileAccess.explain(file, e);
        }
    }

    /**
     * {@return the array with some header, which is row-major and has an axis or more}
     *
     * @param content of the file
     * @param begin where the header is in it
     * @param start of the elements in it
     * @param crc CRC-32 of header and elements; {@link #NO_CRC} if there is none
     */
    static MappedArray of(Path file, String part, MemorySegment content, long begin, long start,
            NpyHeader header, long crc) throws FileFormatException {
        long bytes = header.body().bytes();
        if (start < 0 || bytes > content.byteSize() - start) {
            throw new FileFormatException(file, part + header.body() + ", found "
                    + (content.byteSize() - start) + " after the header");
        }
        if (row(header.body()).elements() > Integer.MAX_VALUE) {
            throw new FileFormatException(file, part + header.body()
                    + "; a row has more elements than an array can hold");
        }
        return new MappedArray(file, part, content.asSlice(begin, start - begin),
                content.asSlice(start, bytes), header, crc, false);
    }

    /**
     * {@return the same array, of which elements that are not finite are refused as they are read}
     */
    public MappedArray requireFinite() {
        return new MappedArray(file, part, head, elements, header, crc, true);
    }

    /** {@return the sizes, outermost first} */
    public ArrayShape shape() {
        return body.shape();
    }

    /** {@return the bytes that the elements would take in memory: 1 of unsigned bytes, or else 8} */
    public long loadedBytes() {
        return body.shape().elements() * (readsBytes() ? 1 : Double.BYTES);
    }

    @Override
    public void read(int sample, double[] into, int offset) throws IOException {
        int width = body.type().bytes();
        try {
            if (readsBytes()) {
                long from = (long) sample * each;
                for (int i = 0; i < each; i++) {
                    into[offset + i] = (elements.get(ValueLayout.JAVA_BYTE, from + i) & 0xFF)
                            / 255.0;
                }
                return;
            }
            ByteBuffer row = elements.asSlice((long) sample * each * width, (long) each * width)
                    .asByteBuffer().order(header.order());
            for (int i = 0; i < each; i++) {
                double value = element(row, (long) sample * each + i);
                into[offset + i] = value;
            }
        } catch (InternalError e) {
            throw lost(e);
        }
    }

    /** {@return what to throw for what the JVM throws where a page of a mapped file cannot be had} */
    private IOException lost(InternalError cause) {
        return new IOException(file + ": cannot be read any more; it became shorter, or its disk"
                + " failed", cause);
    }

    private double element(ByteBuffer row, long index) throws FileFormatException {
        double value;
        try {
            value = body.type().read(row);
        } catch (ArithmeticException e) {
            throw new FileFormatException(file, part + "element " + body.shape().position(index)
                    + " is " + e.getMessage() + ", beyond 2^53 and not to be had in doubles");
        }
        if (finite && !Double.isFinite(value)) {
            throw new FileFormatException(file, part + "element " + body.shape().position(index)
                    + " is " + value + "; every value must be finite unless NonFinite.ALLOW"
                    + " (--allow-non-finite) says otherwise");
        }
        return value;
    }

    /**
     * By the content, as if it were in memory.
     *
     * @throws FileFormatException if its CRC-32 is not the archive's
     */
    @Override
    public void identify(Checksum checksum) throws IOException {
        CRC32 found = new CRC32();
        found.update(head.toArray(ValueLayout.JAVA_BYTE));
        byte[] row = new byte[Math.multiplyExact(each, body.type().bytes())];
        double[] values = new double[readsBytes() ? 0 : each];
        ByteBuffer numbers = ByteBuffer.allocate(Double.BYTES * values.length);
        for (int sample = 0; sample < body.shape().sizes().getFirst(); sample++) {
            try {
                MemorySegment.copy(elements, ValueLayout.JAVA_BYTE, (long) sample * row.length,
                        row, 0, row.length);
            } catch (InternalError e) {
                throw lost(e);
            }
            found.update(row);
            if (readsBytes()) {
                checksum.update(row);
            } else {
                read(sample, values, 0);
                numbers.clear().asDoubleBuffer().put(values);
                checksum.update(numbers);
            }
        }
        if (crc != NO_CRC && crc != found.getValue()) {
            throw new FileFormatException(file, part + "is damaged: the CRC-32 of its content is "
                    + found.getValue() + ", the archive says " + crc);
        }
    }

    @Override
    public boolean readsBytes() {
        return body.type() == ElementType.UINT8;
    }

    @Override
    public long memoryBytes() {
        return 0;
    }
}
