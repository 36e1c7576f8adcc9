package org.lanewise.data;

import java.util.List;
import java.util.Optional;
import org.lanewise.Samples;

/**
 * Samples to learn from and, where there are some, samples held out.
 *
 * @param train what to learn from
 * @param test what to evaluate on
 * @param warnings what is odd about the data but no fault, one line each; shown by the caller
 */
public record DataSet(Samples train, Optional<Samples> test, List<String> warnings) {
    /**
     * Copies the list.
     *
     * @param train what to learn from
     * @param test what to evaluate on
     * @param warnings what is odd about the data but no fault, one line each
     */
    public DataSet {
        warnings = List.copyOf(warnings);
    }
}
