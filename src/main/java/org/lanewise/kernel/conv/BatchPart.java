package org.lanewise.kernel.conv;

import java.util.ArrayList;
import java.util.List;

/** Some lines of some samples of a batch, small enough for a cache; {@code toSample} is the end, exclusive. */
record BatchPart(int fromSample, int toSample, int fromLine, int lines) {
    /** {@return a batch in parts of some samples and lines of their maps, in order} */
    static List<BatchPart> of(int capacity, int samples, int height, int lines) {
        List<BatchPart> parts = new ArrayList<>();
        for (int n = 0; n < capacity; n += samples) {
            for (int p = 0; p < height; p += lines) {
                parts.add(new BatchPart(n, Math.min(capacity, n + samples), p,
                        Math.min(lines, height - p)));
            }
        }
        return parts;
    }

    /** {@return the same part of samples that begin later} */
    BatchPart after(int sample) {
        return new BatchPart(fromSample + sample, toSample + sample, fromLine, lines);
    }

    boolean first() {
        return fromSample == 0 && fromLine == 0;
    }

    int toLine() {
        return fromLine + lines;
    }

    /** How many samples of a batch are in this part. */
    int samples(int all) {
        return Math.max(0, Math.min(all, toSample) - fromSample);
    }

    /** The sample of a line, counted through all samples. */
    int sample(int line) {
        return fromSample + line / lines;
    }

    /** Which line of its map it is. */
    int line(int line) {
        return fromLine + line % lines;
    }
}
