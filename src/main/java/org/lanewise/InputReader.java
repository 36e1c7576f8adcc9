package org.lanewise;

import java.io.IOException;
import java.util.zip.Checksum;

/**
 * Reads inputs of samples that are not all in memory. Several threads may read at once, and a
 * sample may be read many times: its values must be the same every time.
 */
public interface InputReader {
    /**
     * Reads one input, before any normalization.
     *
     * @param sample index, from 0
     * @param into overwritten from {@code offset} with one input, row-major
     * @param offset where the input begins
     * @throws IOException if it cannot be read; the message is the path and the reason
     */
    void read(int sample, double[] into, int offset) throws IOException;

    /**
     * Adds what identifies these inputs, so that a resumed training refuses other samples:
     * the content, or where that would take too long names and lengths of files.
     *
     * @param checksum to be updated
     * @throws IOException if something cannot be read; the message is the path and the reason
     */
    void identify(Checksum checksum) throws IOException;

    /** {@return whether inputs are bytes divided by 255} */
    boolean readsBytes();

    /** {@return the bytes of memory that this keeps and cannot do without} */
    long memoryBytes();
}
