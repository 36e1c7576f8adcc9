package org.lanewise.spec;

/**
 * A second copy of all parameters, an average over the updates. States of layers are part of it (running
 * means and variances), counts of batches are not.
 *
 * <p>{@code toString} gives the text that {@code lanewise train --average} and checkpoints use, as
 * {@code lookahead:every=5,decay=0.95,power=3.0}.
 */
public sealed interface Average permits Average.Lookahead, Average.Ema {
    /** {@return the number of updates from one averaging to the next} */
    int every();

    /**
     * {@return the share of the average that stays, where an averaging follows an update}
     *
     * @param number of the update, from 1: in its training, for an {@link Ema} of all that were applied
     * @param updates of the whole training; not read unless {@link #needsLength}
     */
    double keep(long number, long updates);

    /** {@return whether it depends on the length of the training} */
    default boolean needsLength() {
        return false;
    }

    /**
     * Lookahead (Zhang et al. 2019): slow weights e, which begin as the parameters p. After each
     * {@code every}-th update, {@code e += (1 - d) (p - e)} and {@code p = e}, with
     * {@code d = decay^every (k / T)^power} after k of T updates; at the end of the training once more
     * with d = 1, which makes p the slow weights. With power 0, d is constant; with power 3 it grows
     * with the training, as in K. Jordan's CIFAR-10 training (arXiv:2404.00498). Frozen parameters are pulled
     * like all others.
     *
     * @param every updates from one averaging to the next, at least 1
     * @param decay share of the slow weights that stays, for one update; at least 0, below 1
     * @param power of the share of the training that is done; a whole number, at least 0
     */
    record Lookahead(int every, double decay, double power) implements Average {
        /**
         * Checks the arguments.
         *
         * @param every updates from one averaging to the next
         * @param decay share of the slow weights that stays
         * @param power of the share of the training that is done
         * @throws IllegalArgumentException if one is out of range
         */
        public Lookahead {
            Checks.positive("every", every);
            Rates.belowOne("decay", decay);
            Rates.require(power >= 0 && power <= Integer.MAX_VALUE && power == Math.rint(power),
                    "power", power, "a whole number, at least 0");
        }

        @Override
        public boolean needsLength() {
            return power > 0;
        }

        @Override
        public double keep(long number, long updates) {
            double constant = Rates.power(decay, every);
            return power == 0
                    ? constant
                    : constant * Rates.power((double) number / updates, (long) power);
        }

        @Override
        public String toString() {
            return Rates.text("lookahead", "every", every, "decay", decay, "power", power);
        }
    }

    /**
     * An exponential moving average, PyTorch's {@code AveragedModel} with
     * {@code get_ema_multi_avg_fn(decay)}: after each {@code every}-th update,
     * {@code e += (1 - decay) (p - e)}; the first time e becomes p. It does not change the training, but
     * is what is evaluated and kept; before the first time, p is. Updates that were left out do not
     * count, and those of earlier trainings do.
     *
     * @param every updates from one averaging to the next, at least 1
     * @param decay share of the average that stays each time; at least 0, below 1
     */
    record Ema(int every, double decay) implements Average {
        /**
         * Checks the arguments.
         *
         * @param every updates from one averaging to the next
         * @param decay share of the average that stays each time
         * @throws IllegalArgumentException if one is out of range
         */
        public Ema {
            Checks.positive("every", every);
            Rates.belowOne("decay", decay);
        }

        @Override
        public double keep(long number, long updates) {
            return number == every ? 0.0 : decay;
        }

        @Override
        public String toString() {
            return Rates.text("ema", "every", every, "decay", decay);
        }
    }
}
