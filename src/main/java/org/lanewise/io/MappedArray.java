package org.lanewise.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.Checksum;
import org.lanewise.InputReader;

/**
 * An array in a file, or in several one after another, whose elements the system brings into memory as they are read; bytes are
 * divided by 255.
 *
 * <p>Its header was checked, its elements are as they are read. The CRC-32 of an archive's entry is
 * compared where everything is read, which is when a training begins, and nowhere else.
 */
public final class MappedArray implements InputReader {
    /** Of a file without a checksum. */
    static final long NO_CRC = -1;
    /** A row is read as one buffer, into one array. */
    private static final int MOST_ROW_BYTES = Integer.MAX_VALUE - 8;
    /** Bytes that are read for a checksum at once. */
    private static final int CHUNK = 1 << 16;

    private final Path file;
    private final String part;
    private final MemorySegment head;
    private final List<MemorySegment> rows;
    private final NpyHeader header;
    private final Body body;
    private final long crc;
    private final boolean finite;
    private final int each;
    private final long stride;

    private MappedArray(Path file, String part, MemorySegment head, List<MemorySegment> rows,
            NpyHeader header, long crc, boolean finite) {
        this.file = file;
        this.part = part;
        this.head = head;
        this.rows = rows;
        this.header = header;
        this.body = header.body();
        this.crc = crc;
        this.finite = finite;
        this.each = row(body).size();
        this.stride = rows.stream().mapToLong(MemorySegment::byteSize).sum()
                / Math.max(1, body.shape().sizes().getFirst());
    }

    /**
     * {@return an array whose rows are in several files, each row perhaps after other bytes}
     *
     * @param where the files are
     * @param rows whole rows of each file, all of one length
     * @param shape of all rows, unsigned bytes
     */
    static MappedArray of(Path where, List<MemorySegment> rows, ArrayShape shape) {
        return new MappedArray(where, "", MemorySegment.ofArray(new byte[0]), rows,
                new NpyHeader(new Body(shape, ElementType.UINT8), ByteOrder.BIG_ENDIAN, false),
                NO_CRC, false);
    }

    /**
     * {@return the array that a file holds alone, mapped; empty if the file is gzip, or the array in
     * Fortran order or a single number}
     *
     * @param npy whether it is .npy; else it is IDX
     */
    static Optional<MappedArray> of(Path file, boolean npy) throws IOException {
        MemorySegment content = map(file);
        if (content.byteSize() >= 2 && GzipStream.isMagic(
                content.asSlice(0, 2).toArray(ValueLayout.JAVA_BYTE))) {
            return Optional.empty();
        }
        try (Source source = Source.plain(file)) {
            NpyHeader header = npy ? NpyHeader.read(source) : IdxFile.header(source);
            source.begin(header.body());
            return of(file, "", content, 0, content.byteSize() - source.left(), header, NO_CRC);
        }
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
     * {@return the array with some header; empty if it is in Fortran order, a single number or has no
     * elements}
     *
     * @param content of the file
     * @param begin where the header is in it
     * @param start of the elements in it
     * @param crc CRC-32 of header and elements; {@link #NO_CRC} if there is none
     */
    static Optional<MappedArray> of(Path file, String part, MemorySegment content, long begin,
            long start, NpyHeader header, long crc) throws FileFormatException {
        ArrayShape shape = header.body().shape();
        if (header.columnMajor() || shape.rank() == 0 || shape.elements() == 0) {
            return Optional.empty();
        }
        long bytes = header.body().bytes();
        long row = bytes / shape.sizes().getFirst();
        if (row > MOST_ROW_BYTES) {
            throw new FileFormatException(file, part + header.body() + "; a row has " + row
                    + " bytes, and of at most " + MOST_ROW_BYTES + " it can be read: store smaller"
                    + " samples, or elements of fewer bytes");
        }
        if (start < 0 || bytes > content.byteSize() - start) {
            throw new FileFormatException(file, part + header.body() + ", found "
                    + (content.byteSize() - start) + " after the header");
        }
        return Optional.of(new MappedArray(file, part, content.asSlice(begin, start - begin),
                List.of(content.asSlice(start, bytes)), header, crc, false));
    }

    /**
     * {@return the same array, of which elements that are not finite are refused as they are read}
     */
    public MappedArray requireFinite() {
        return new MappedArray(file, part, head, rows, header, crc, true);
    }

    /** {@return the sizes, outermost first} */
    public ArrayShape shape() {
        return body.shape();
    }

    /** {@return the bytes that the elements would take in memory: 1 of unsigned bytes, or else 8} */
    public long loadedBytes() {
        return body.shape().elements() * (readsBytes() ? 1 : Double.BYTES);
    }

    private MemorySegment row(int sample) {
        long end = (sample + 1L) * stride;
        int at = 0;
        while (end > rows.get(at).byteSize()) {
            end -= rows.get(at++).byteSize();
        }
        long bytes = (long) each * body.type().bytes();
        return rows.get(at).asSlice(end - bytes, bytes);
    }

    @Override
    public void read(int sample, double[] into, int offset) throws IOException {
        MemorySegment row = row(sample);
        try {
            if (readsBytes()) {
                for (int i = 0; i < each; i++) {
                    into[offset + i] = (row.get(ValueLayout.JAVA_BYTE, i) & 0xFF) / 255.0;
                }
                return;
            }
            ByteBuffer numbers = row.asByteBuffer().order(header.order());
            for (int i = 0; i < each; i++) {
                into[offset + i] = element(numbers, (long) sample * each + i);
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
        byte[] bytes = new byte[CHUNK];
        double[] values = new double[readsBytes() ? 0 : each];
        ByteBuffer numbers = ByteBuffer.allocate(CHUNK);
        for (int sample = 0; sample < body.shape().sizes().getFirst(); sample++) {
            MemorySegment row = row(sample);
            for (long at = 0; at < row.byteSize(); at += CHUNK) {
                int count = (int) Math.min(CHUNK, row.byteSize() - at);
                try {
                    MemorySegment.copy(row, ValueLayout.JAVA_BYTE, at, bytes, 0, count);
                } catch (InternalError e) {
                    throw lost(e);
                }
                found.update(bytes, 0, count);
                if (readsBytes()) {
                    checksum.update(bytes, 0, count);
                }
            }
            if (!readsBytes()) {
                read(sample, values, 0);
                for (int i = 0; i < each; i += CHUNK / Double.BYTES) {
                    int count = Math.min(CHUNK / Double.BYTES, each - i);
                    numbers.clear().asDoubleBuffer().put(values, i, count);
                    checksum.update(numbers.limit(count * Double.BYTES));
                }
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
