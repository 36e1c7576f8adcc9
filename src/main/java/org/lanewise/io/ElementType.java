package org.lanewise.io;

import java.nio.ByteBuffer;
import java.util.Locale;

/** What one element of an array is in a file; written {@code float32}, as NumPy does. */
public enum ElementType {
    /** IEEE single precision. */
    FLOAT32(4, false),
    /** IEEE double precision. */
    FLOAT64(8, false),
    /** Two's complement in 8 bits. */
    INT8(1, true),
    /** Two's complement in 16 bits. */
    INT16(2, true),
    /** Two's complement in 32 bits. */
    INT32(4, true),
    /** Two's complement in 64 bits. */
    INT64(8, true),
    /** Unsigned in 8 bits: pixels. */
    UINT8(1, true),
    /** Unsigned in 16 bits. */
    UINT16(2, true),
    /** Unsigned in 32 bits. */
    UINT32(4, true),
    /** Unsigned in 64 bits. */
    UINT64(8, true);

    /** From 2^53 on, not every integer is a double. */
    private static final long LARGEST_EXACT = 1L << 53;

    private final int bytes;
    private final boolean integer;

    ElementType(int bytes, boolean integer) {
        this.bytes = bytes;
        this.integer = integer;
    }

    /** {@return bytes an element} */
    public int bytes() {
        return bytes;
    }

    /** {@return whether elements are whole numbers by their type} */
    public boolean isInteger() {
        return integer;
    }

    /**
     * Takes one element.
     *
     * @throws ArithmeticException if the nearest double is another number; the message is the
     *         element
     */
    double read(ByteBuffer from) {
        return switch (this) {
            case FLOAT32 -> from.getFloat();
            case FLOAT64 -> from.getDouble();
            case INT8 -> from.get();
            case INT16 -> from.getShort();
            case INT32 -> from.getInt();
            case INT64 -> exact(from.getLong());
            case UINT8 -> Byte.toUnsignedInt(from.get());
            case UINT16 -> Short.toUnsignedInt(from.getShort());
            case UINT32 -> Integer.toUnsignedLong(from.getInt());
            case UINT64 -> exactUnsigned(from.getLong());
        };
    }

    private static double exact(long value) {
        if (value > LARGEST_EXACT || value < -LARGEST_EXACT) {
            throw new ArithmeticException(Long.toString(value));
        }
        return value;
    }

    private static double exactUnsigned(long value) {
        if (Long.compareUnsigned(value, LARGEST_EXACT) > 0) {
            throw new ArithmeticException(Long.toUnsignedString(value));
        }
        return value;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
