package org.lanewise.spec;

import java.util.Optional;

/**
 * PyTorch's ReduceLROnPlateau (with {@code mode="min"}): after more than {@code patience} epochs that were
 * not better, the learning rate is multiplied by {@code factor}. The loss is that of the test samples, where
 * there are any. An epoch is better if its loss is below {@code best * (1 - threshold)}, or with an absolute
 * threshold below {@code best - threshold}.
 *
 * <p>The only schedule that is no function of the step: {@link #rate} gives the rate as it is, and a
 * training reduces it after an epoch.
 *
 * @param factor of the learning rate, above 0, below 1
 * @param patience epochs that may be no better, at least 0
 * @param threshold least difference of a better loss, finite, at least 0
 * @param absolute whether the threshold is a difference, and not a share of the best loss
 * @param cooldown epochs after a reduction that do not count, at least 0
 * @param minLr the lowest rate, finite, at least 0
 * @param eps a rate is not reduced by less; finite, at least 0
 */
public record ReduceOnPlateau(double factor, int patience, double threshold, boolean absolute,
        int cooldown, double minLr, double eps) implements Schedule {
    /**
     * Checks the arguments.
     *
     * @param factor of the learning rate
     * @param patience epochs that may be no better
     * @param threshold least difference of a better loss
     * @param absolute whether the threshold is a difference
     * @param cooldown epochs after a reduction that do not count
     * @param minLr the lowest rate
     * @param eps a rate is not reduced by less
     * @throws IllegalArgumentException if one is out of range
     */
    public ReduceOnPlateau {
        Rates.require(factor > 0 && factor < 1, "factor", factor, "above 0 and below 1");
        Rates.require(patience >= 0, "patience", patience, "at least 0");
        Rates.atLeastZero("threshold", threshold);
        Rates.require(cooldown >= 0, "cooldown", cooldown, "at least 0");
        Rates.atLeastZero("min_lr", minLr);
        Rates.atLeastZero("eps", eps);
    }

    /**
     * {@return with PyTorch's defaults: a tenth after 10 epochs that are not better by a share of 1e-4}
     */
    public static ReduceOnPlateau standard() {
        return new ReduceOnPlateau(0.1, 10, 1e-4, false, 0, 0, 1e-8);
    }

    /**
     * {@return whether a loss is better than the best before}
     *
     * @param loss of an epoch
     * @param best the lowest before
     */
    public boolean isBetter(double loss, double best) {
        return loss < (absolute ? best - threshold : best * (1.0 - threshold));
    }

    /**
     * {@return a rate after a reduction}
     *
     * @param rate before
     */
    public double reduced(double rate) {
        double lower = Math.max(rate * factor, minLr);
        return rate - lower > eps ? lower : rate;
    }

    @Override
    public Optional<ReduceOnPlateau> plateau() {
        return Optional.of(this);
    }

    @Override
    public double rate(double base, long step) {
        return base;
    }

    @Override
    public String toString() {
        return Rates.text("reduce_on_plateau", "factor", factor, "patience", patience, "threshold",
                threshold, "threshold_mode", absolute ? "abs" : "rel", "cooldown", cooldown,
                "min_lr", minLr, "eps", eps);
    }
}
