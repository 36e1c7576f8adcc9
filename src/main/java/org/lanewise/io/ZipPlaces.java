package org.lanewise.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Where the content of an entry begins in a zip archive, which {@link java.util.zip} keeps to itself. */
final class ZipPlaces {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int LOCATOR = 0x07064b50;
    private static final int LOCATOR_BYTES = 20;
    private static final int CENTRAL = 0x02014b50;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_BYTES = 30;
    private static final long ELSEWHERE = 0xFFFFFFFFL;
    private static final int LONGEST_COMMENT = 0xFFFF;

    private ZipPlaces() {}

    /**
     * {@return the offset of an entry's content, or -1 if it is not found}
     *
     * @param zip the whole archive
     * @param name of the entry
     */
    static long of(MemorySegment zip, String name) {
        try {
            return find(zip, name.getBytes(StandardCharsets.UTF_8));
        } catch (IndexOutOfBoundsException _) {
            return -1;
        }
    }

    private static long find(MemorySegment zip, byte[] name) {
        long at = directory(zip);
        while (at >= 0 && zip.get(INT, at) == CENTRAL) {
            int length = unsigned(zip, at + 28);
            int extra = unsigned(zip, at + 30);
            MemorySegment found = zip.asSlice(at + CENTRAL_BYTES, length);
            if (found.mismatch(MemorySegment.ofArray(name)) < 0) {
                return content(zip, local(zip, at, length, extra));
            }
            at += CENTRAL_BYTES + length + extra + unsigned(zip, at + 32);
        }
        return -1;
    }

    private static long directory(MemorySegment zip) {
        long last = zip.byteSize() - END_BYTES;
        for (long at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
            // A comment may hold the signature; the one that is meant reaches to the end.
            if (zip.get(INT, at) == END
                    && at + END_BYTES + unsigned(zip, at + 20) == zip.byteSize()) {
                long offset = zip.get(INT, at + 16) & ELSEWHERE;
                long locator = at - LOCATOR_BYTES;
                return offset == ELSEWHERE && locator >= 0 && zip.get(INT, locator) == LOCATOR
                        ? zip.get(LONG, zip.get(LONG, locator + 8) + 48)
                        : offset;
            }
        }
        return -1;
    }

    /** Where an entry's own header is: where sizes do not fit 32 bits, a field of 64 says it. */
    private static long local(MemorySegment zip, long at, int length, int extra) {
        long offset = zip.get(INT, at + 42) & ELSEWHERE;
        if (offset != ELSEWHERE) {
            return offset;
        }
        int before = ((zip.get(INT, at + 20) & ELSEWHERE) == ELSEWHERE ? Long.BYTES : 0)
                + ((zip.get(INT, at + 24) & ELSEWHERE) == ELSEWHERE ? Long.BYTES : 0);
        long field = at + CENTRAL_BYTES + length;
        long end = field + extra;
        while (field < end && unsigned(zip, field) != 1) {
            field += 4 + unsigned(zip, field + 2);
        }
        return field < end ? zip.get(LONG, field + 4 + before) : -1;
    }

    private static long content(MemorySegment zip, long at) {
        return at < 0 || zip.get(INT, at) != LOCAL
                ? -1
                : at + LOCAL_BYTES + unsigned(zip, at + 26) + unsigned(zip, at + 28);
    }

    private static int unsigned(MemorySegment zip, long at) {
        return Short.toUnsignedInt(zip.get(SHORT, at));
    }
}
