package org.lanewise.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers with their lowest byte first, as NumPy and safetensors write them. */
final class LittleEndian {
    private static final int CHUNK = 1 << 16;

    private LittleEndian() {}

    /** Writes doubles, floats or whole numbers of 64 bits, as the type of the array says. */
    static void write(OutputStream out, NumericArray.Doubles array) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : array.values()) {
            if (!chunk.hasRemaining()) {
                out.write(chunk.array());
                chunk.clear();
            }
            switch (array.type()) {
                case INT64 -> chunk.putLong((long) value);
                case FLOAT32 -> chunk.putFloat((float) value);
                default -> chunk.putDouble(value);
            }
        }
        out.write(chunk.array(), 0, chunk.position());
    }
}
