package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

import org.lanewise.kernel.Element;

/**
 * An average of some parameters over the updates, the reference; bounds count elements.
 *
 * @param values read; overwritten with the average where it feeds back
 * @param average overwritten
 * @param feedsBack whether training continues from the average
 */
public record AverageScalar(double[] values, double[] average, boolean feedsBack) {

    /**
     * {@code average = keep * average + (1 - keep) * values}, and {@code values = average} where it feeds
     * back; as PyTorch's {@code lerp} it adds to the nearer of both, so that 0 and 1 are exact.
     *
     * @param keep share of the average that stays
     * @param from first element
     * @param to end, exclusive
     */
    public void update(double keep, int from, int to) { // double
        double toValue = Element.round(1.0 - keep);
        double toAverage = Element.round(-keep);
        for (int i = from; i < to; i++) {
            double way = values[i] - average[i];
            average[i] = keep > 0.5
                    ? fma(toValue, way, average[i])
                    : fma(toAverage, way, values[i]);
            if (feedsBack) {
                values[i] = average[i];
            }
        }
    }

    /**
     * Exchanges values and average.
     *
     * @param from first element
     * @param to end, exclusive
     */
    public void exchange(int from, int to) {
        for (int i = from; i < to; i++) {
            double value = values[i];
            values[i] = average[i];
            average[i] = value;
        }
    }
}
