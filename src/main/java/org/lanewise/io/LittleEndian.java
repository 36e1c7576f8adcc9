package org.lanewise.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers with their lowest byte first, as NumPy and safetensors write them. */
final class LittleEndian {
    private static final int CHUNK = 1 << 16;

    private LittleEndian() {}

    static void write(OutputStream out, double[] values) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            if (!chunk.hasRemaining()) {
                out.write(chunk.array());
                chunk.clear();
            }
            chunk.putDouble(value);
        }
        out.write(chunk.array(), 0, chunk.position());
    }
}
