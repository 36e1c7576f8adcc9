package org.lanewise.spark;

import java.io.Serializable;
import org.lanewise.Samples;

/**
 * What is done to inputs as they are read: (x - mean) / std.
 *
 * @param mean one number a channel, or one for all
 * @param std likewise
 */
record RowNormalization(double[] mean, double[] std) implements Serializable {
    Samples of(Samples samples) {
        return samples.normalize(mean, std);
    }
}
