package org.lanewise.spec;

import static org.lanewise.spec.Rates.annealed;
import static org.lanewise.spec.Rates.require;

/**
 * PyTorch's OneCycleLR without its cycle of momentum: from {@code maxLr / divFactor} up to maxLr
 * at step {@code pctStart * totalSteps - 1}, then down to
 * {@code maxLr / divFactor / finalDivFactor} at the last step. The optimizer's learning rate has
 * no effect.
 *
 * @param maxLr the highest rate, finite, at least 0
 * @param totalSteps updates in all, at least 1; there is no rate for more
 * @param pctStart share of the steps that go up, from 0 to 1
 * @param divFactor what the highest rate is divided by at first, finite, above 0
 * @param finalDivFactor what the first rate is divided by in the end, finite, above 0
 * @param linear whether the rate changes linearly, not along cosines
 */
public record OneCycle(double maxLr, int totalSteps, double pctStart, double divFactor,
        double finalDivFactor, boolean linear) implements Schedule {
    /**
     * Checks the arguments.
     *
     * @param maxLr the highest rate
     * @param totalSteps updates in all
     * @param pctStart share of the steps that go up
     * @param divFactor what the highest rate is divided by at first
     * @param finalDivFactor what the first rate is divided by in the end
     * @param linear whether the rate changes linearly
     * @throws IllegalArgumentException if one is out of range
     */
    public OneCycle {
        Rates.atLeastZero("max_lr", maxLr);
        Checks.positive("total_steps", totalSteps);
        require(pctStart >= 0 && pctStart <= 1, "pct_start", pctStart, "from 0 to 1");
        Rates.aboveZero("div_factor", divFactor);
        Rates.aboveZero("final_div_factor", finalDivFactor);
    }

    @Override
    public long updates() {
        return totalSteps;
    }

    @Override
    public double rate(double base, long step) {
        if (step >= totalSteps) {
            throw new IllegalArgumentException("one_cycle ended after its " + totalSteps
                    + " steps; there is no rate for step " + (step + 1));
        }
        double first = maxLr / divFactor;
        double peak = pctStart * totalSteps - 1.0;
        // A way up of one step has no length, and begins at its end.
        return step <= peak
                ? annealed(first, maxLr, peak == 0 ? 1.0 : step / peak, linear)
                : annealed(maxLr, first / finalDivFactor,
                        (step - peak) / (totalSteps - 1 - peak), linear);
    }

    @Override
    public String toString() {
        return Rates.text("one_cycle", "max_lr", maxLr, "total_steps", totalSteps, "pct_start",
                pctStart, "div_factor", divFactor, "final_div_factor", finalDivFactor,
                "anneal_strategy", linear ? "linear" : "cos");
    }
}
