package org.lanewise.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers with their lowest byte first, as NumPy and safetensors write them. */
final class LittleEndian {
    private static final int CHUNK = 1 << 16;

    private LittleEndian() {}

    /** Writes doubles, or whole numbers of 64 bits where that is the type of the array. */
    static void write(OutputStream out, NumericArray.Doubles array) throws IOException {
        boolean whole = array.type() == ElementType.INT64;
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : array.values()) {
            if (!chunk.hasRemaining()) {
                out.write(chunk.array());
                chunk.clear();
            }
            chunk.putLong(whole ? (long) value : Double.doubleToRawLongBits(value));
        }
        out.write(chunk.array(), 0, chunk.position());
    }
}
