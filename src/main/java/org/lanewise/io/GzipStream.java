package org.lanewise.io;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * The content of a gzip file (RFC 1952), member after member, each checked against its checksum and
 * length; a fault is a {@link ZipException}.
 *
 * <p>The JDK's own stream takes whatever follows the last member for the end and says nothing.
 */
final class GzipStream extends InputStream {
    private static final int METHOD_DEFLATE = 8;
    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;
    private int members;
    private boolean inMember;

    GzipStream(InputStream in) {
        this.in = in;
    }

    /** {@return whether bytes begin as a gzip member does} */
    static boolean isMagic(byte[] head) {
        return head.length >= 2 && head[0] == 0x1F && head[1] == (byte) 0x8B;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        while (inMember || beginMember()) {
            int inflated = inflate(into, offset, length);
            if (inflated > 0) {
                checksum.update(into, offset, inflated);
                return inflated;
            }
            if (inflater.finished()) {
                endMember();
            } else if (inflater.needsInput()) {
                position = limit;
                int count = buffered();
                inflater.setInput(buffer, position, count);
            } else {
                throw fault("requires a preset dictionary");
            }
        }
        return -1;
    }

    private int inflate(byte[] into, int offset, int length) throws ZipException {
        try {
            return inflater.inflate(into, offset, length);
        } catch (DataFormatException e) {
            throw fault("is damaged: " + e.getMessage());
        }
    }

    private boolean beginMember() throws IOException {
        if (members > 0 && atEnd()) {
            return false;
        }
        checksum.reset();
        boolean magic = next() == 0x1F && next() == 0x8B;
        if (!magic) {
            throw new ZipException(members == 0
                    ? "does not begin as gzip does (1f 8b)"
                    : "something follows gzip member " + members + " that is no gzip member");
        }
        members++;
        int method = next();
        int flags = next();
        if (method != METHOD_DEFLATE || (flags & RESERVED) != 0) {
            throw fault("has method " + method + " and flags " + flags
                    + ", expected method 8 and flags below 32");
        }
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        skipText(flags & NAME);
        skipText(flags & COMMENT);
        if ((flags & HEADER_CHECKSUM) != 0) {
            long computed = checksum.getValue() & 0xFFFF;
            requireEqual("the checksum of its header", next() | next() << 8, computed);
        }
        checksum.reset();
        inflater.reset();
        inflater.setInput(buffer, position, limit - position);
        inMember = true;
        return true;
    }

    private void endMember() throws IOException {
        position = limit - inflater.getRemaining();
        long computed = checksum.getValue();
        requireEqual("the CRC-32", nextInt(), computed);
        requireEqual("the length mod 2^32", nextInt(), inflater.getBytesWritten() & 0xFFFF_FFFFL);
        inMember = false;
    }

    private void requireEqual(String what, long stored, long computed) throws ZipException {
        if (stored != computed) {
            throw fault("is damaged: " + what + " of its content is " + computed
                    + ", the file says " + stored);
        }
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private void skipText(int present) throws IOException {
        boolean inside = present != 0;
        while (inside) {
            inside = next() != 0;
        }
    }

    private long nextInt() throws IOException {
        long low = next() | next() << 8;
        return low | (long) (next() | next() << 8) << 16;
    }

    private int next() throws IOException {
        buffered();
        int value = buffer[position++];
        checksum.update(value);
        return value & 0xFF;
    }

    private int buffered() throws IOException {
        if (atEnd()) {
            throw fault("is cut: the file ends inside it");
        }
        return limit - position;
    }

    private boolean atEnd() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, in.read(buffer, 0, buffer.length));
        }
        return limit == 0;
    }

    private ZipException fault(String message) {
        return new ZipException("gzip member " + Math.max(1, members) + " " + message);
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
