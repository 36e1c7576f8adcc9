package org.lanewise;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.lanewise.kernel.Elements;

/**
 * An array as it is serialized: as bytes, which Java's serialization copies whole, where it would write floats and doubles
 * one by one.
 *
 * @param bytesOfElement 4 for floats, 8 for doubles
 * @param length elements
 * @param chunks their bytes, little-endian, in several arrays because one could be too short
 */
record PackedArray(int bytesOfElement, int length, byte[][] chunks) implements Serializable {
    private static final int ELEMENTS_OF_CHUNK = 1 << 24;

    /** {@return a copy of an array} */
    static PackedArray of(Elements values) {
        int length = values.length();
        byte[][] chunks = new byte[Math.ceilDiv(length, ELEMENTS_OF_CHUNK)][];
        for (int i = 0; i < chunks.length; i++) {
            int from = i * ELEMENTS_OF_CHUNK;
            int count = Math.min(ELEMENTS_OF_CHUNK, length - from);
            chunks[i] = new byte[count * values.bytes()];
            ByteBuffer bytes = buffer(chunks[i]);
            switch (values) {
                case Elements.Doubles(double[] array) -> bytes.asDoubleBuffer().put(array, from,
                        count);
                case Elements.Floats(float[] array) -> bytes.asFloatBuffer().put(array, from,
                        count);
            }
        }
        return new PackedArray(values.bytes(), length, chunks);
    }

    /** {@return the array, a copy} */
    Elements unpacked() {
        Elements values = bytesOfElement == Float.BYTES
                ? Elements.of(new float[length])
                : Elements.of(new double[length]);
        for (int i = 0; i < chunks.length; i++) {
            int from = i * ELEMENTS_OF_CHUNK;
            int count = Math.min(ELEMENTS_OF_CHUNK, length - from);
            ByteBuffer bytes = buffer(chunks[i]);
            switch (values) {
                case Elements.Doubles(double[] array) -> bytes.asDoubleBuffer().get(array, from,
                        count);
                case Elements.Floats(float[] array) -> bytes.asFloatBuffer().get(array, from,
                        count);
            }
        }
        return values;
    }

    private static ByteBuffer buffer(byte[] chunk) {
        return ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
    }
}
