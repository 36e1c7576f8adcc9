package org.lanewise.spec;

import static org.lanewise.spec.Rates.annealed;
import static org.lanewise.spec.Rates.atLeastZero;
import static org.lanewise.spec.Rates.power;
import static org.lanewise.spec.Rates.require;
import static org.lanewise.spec.Rates.text;

import java.util.List;
import java.util.Optional;

/**
 * The learning rate of each update, a function of the number of updates before it alone (but for
 * {@link ReduceOnPlateau}). All but {@link PiecewiseLinear} have PyTorch's names and definitions, with the same bits on every machine.
 *
 * <p>In the formulas, base is the optimizer's learning rate and t the number of updates before; with
 * {@link PerEpoch} it is the number of epochs. {@code toString} gives the text that
 * {@code lanewise train --schedule} and checkpoints use, as {@code cosine:t_max=1000,eta_min=0.0}.
 */
public sealed interface Schedule
        permits
        Schedule.Constant,
        Schedule.Step,
        Schedule.MultiStep,
        Schedule.Exponential,
        Schedule.Cosine,
        Schedule.CosineWarmRestarts,
        OneCycle,
        PiecewiseLinear,
        ReduceOnPlateau,
        Schedule.PerEpoch,
        Schedule.WarmUp {
    /** The learning rate of the optimizer, always. */
    Schedule CONSTANT = new Constant();

    /**
     * {@return the learning rate of an update}
     *
     * @param base learning rate of the optimizer
     * @param step number of updates before, at least 0
     * @throws IllegalArgumentException if the schedule ended before
     */
    double rate(double base, long step);

    /** {@return what reduces the rate by the losses of epochs; empty where updates alone decide} */
    default Optional<ReduceOnPlateau> plateau() {
        return Optional.empty();
    }

    /** {@return the number of updates after which it gives no rate; {@code Long.MAX_VALUE} if none} */
    default long updates() {
        return Long.MAX_VALUE;
    }

    /**
     * {@return this schedule after a linear warm-up}
     *
     * @param steps updates of the warm-up, at least 1
     * @param startFactor factor of the first update, above 0, at most 1; PyTorch's default is 1/3
     */
    default Schedule warmUp(int steps, double startFactor) {
        return new WarmUp(steps, startFactor, this);
    }

    /**
     * {@return one_cycle with PyTorch's defaults, but without its cycle of the momentum: 30 % of the steps up, from a rate of 1/25, down to
     * 1e-4 of that, along cosines}
     *
     * @param maxLr the highest rate
     * @param totalSteps updates in all
     */
    static Schedule oneCycle(double maxLr, int totalSteps) {
        return new OneCycle(maxLr, totalSteps, 0.3, 25, 1e4, false);
    }

    /** {@code base}. */
    record Constant() implements Schedule {
        @Override
        public double rate(double base, long step) {
            return base;
        }

        @Override
        public String toString() {
            return "constant";
        }
    }

    /**
     * PyTorch's StepLR: {@code base * gamma^floor(t / stepSize)}.
     *
     * @param stepSize steps between two changes, at least 1
     * @param gamma factor of each change, finite, at least 0
     */
    record Step(int stepSize, double gamma) implements Schedule {
        /**
         * Checks the arguments.
         *
         * @param stepSize steps between two changes
         * @param gamma factor of each change
         * @throws IllegalArgumentException if one is out of range
         */
        public Step {
            Checks.positive("step_size", stepSize);
            atLeastZero("gamma", gamma);
        }

        @Override
        public double rate(double base, long step) {
            return base * power(gamma, step / stepSize);
        }

        @Override
        public String toString() {
            return text("step", "step_size", stepSize, "gamma", gamma);
        }
    }

    /**
     * PyTorch's MultiStepLR: {@code base * gamma^n}, n the number of milestones up to t.
     *
     * @param milestones steps before each change, ascending, at least 1
     * @param gamma factor of each change, finite, at least 0
     */
    record MultiStep(List<Integer> milestones, double gamma) implements Schedule {
        /**
         * Checks the arguments and copies the list.
         *
         * @param milestones steps before each change
         * @param gamma factor of each change
         * @throws IllegalArgumentException if one is out of range
         */
        public MultiStep {
            milestones = List.copyOf(milestones);
            require(!milestones.isEmpty(), "milestones", milestones, "at least one number");
            for (int i = 0; i < milestones.size(); i++) {
                require(milestones.get(i) > (i == 0 ? 0 : milestones.get(i - 1)), "milestones",
                        milestones, "at least 1 and ascending");
            }
            atLeastZero("gamma", gamma);
        }

        @Override
        public double rate(double base, long step) {
            int passed = 0;
            while (passed < milestones.size() && milestones.get(passed) <= step) {
                passed++;
            }
            return base * power(gamma, passed);
        }

        @Override
        public String toString() {
            return text("multi_step", "milestones", Rates.joined(milestones), "gamma", gamma);
        }
    }

    /**
     * PyTorch's ExponentialLR: {@code base * gamma^t}.
     *
     * @param gamma factor of each step, finite, at least 0
     */
    record Exponential(double gamma) implements Schedule {
        /**
         * Checks the argument.
         *
         * @param gamma factor of each step
         * @throws IllegalArgumentException if it is out of range
         */
        public Exponential {
            atLeastZero("gamma", gamma);
        }

        @Override
        public double rate(double base, long step) {
            return base * power(gamma, step);
        }

        @Override
        public String toString() {
            return text("exponential", "gamma", gamma);
        }
    }

    /**
     * PyTorch's CosineAnnealingLR: {@code etaMin + (base - etaMin) * (1 + cos(pi t / tMax)) / 2};
     * after tMax steps the rate rises again.
     *
     * @param tMax steps down to the lowest rate, at least 1
     * @param etaMin the lowest rate, finite, at least 0
     */
    record Cosine(int tMax, double etaMin) implements Schedule {
        /**
         * Checks the arguments.
         *
         * @param tMax steps down to the lowest rate
         * @param etaMin the lowest rate
         * @throws IllegalArgumentException if one is out of range
         */
        public Cosine {
            Checks.positive("t_max", tMax);
            atLeastZero("eta_min", etaMin);
        }

        @Override
        public double rate(double base, long step) {
            long passed = step % (2L * tMax);
            double share = (double) Math.min(passed, 2L * tMax - passed) / tMax;
            return annealed(base, etaMin, share, false);
        }

        @Override
        public String toString() {
            return text("cosine", "t_max", tMax, "eta_min", etaMin);
        }
    }

    /**
     * PyTorch's CosineAnnealingWarmRestarts: a cosine from the base down to etaMin over t0 steps,
     * then from the base again over tMult times as many, and so on.
     *
     * @param t0 steps of the first cosine, at least 1
     * @param tMult factor of the steps of each next one, at least 1
     * @param etaMin the lowest rate, finite, at least 0
     */
    record CosineWarmRestarts(int t0, int tMult, double etaMin) implements Schedule {
        /**
         * Checks the arguments.
         *
         * @param t0 steps of the first cosine
         * @param tMult factor of the steps of each next one
         * @param etaMin the lowest rate
         * @throws IllegalArgumentException if one is out of range
         */
        public CosineWarmRestarts {
            Checks.positive("t_0", t0);
            Checks.positive("t_mult", tMult);
            atLeastZero("eta_min", etaMin);
        }

        @Override
        public double rate(double base, long step) {
            long length = t0;
            long passed = tMult == 1 ? step % t0 : step;
            while (passed >= length) {
                passed -= length;
                length = length > Long.MAX_VALUE / tMult ? Long.MAX_VALUE : length * tMult;
            }
            return annealed(base, etaMin, (double) passed / length, false);
        }

        @Override
        public String toString() {
            return text("cosine_warm_restarts", "t_0", t0, "t_mult", tMult, "eta_min", etaMin);
        }
    }

    /**
     * A schedule in epochs: its t is the number of updates divided by those of an epoch, rounded down, as
     * where PyTorch's {@code scheduler.step()} is called after each epoch. Steps that are left out do
     * not count.
     *
     * @param schedule what counts epochs; neither a warm-up nor in epochs itself
     * @param stepsPerEpoch updates of an epoch, at least 1: samples by batch size, rounded up
     */
    record PerEpoch(Schedule schedule, int stepsPerEpoch) implements Schedule {
        /**
         * Checks the arguments.
         *
         * @param schedule what counts epochs
         * @param stepsPerEpoch updates of an epoch
         * @throws IllegalArgumentException if one is out of range
         */
        public PerEpoch {
            require(!(schedule instanceof PerEpoch || schedule instanceof WarmUp
                    || schedule instanceof ReduceOnPlateau), "schedule", schedule,
                    "neither a warm-up nor in epochs, to count epochs");
            Checks.positive("steps_per_epoch", stepsPerEpoch);
        }

        @Override
        public long updates() {
            long epochs = schedule.updates();
            return epochs == Long.MAX_VALUE ? epochs : epochs * stepsPerEpoch;
        }

        @Override
        public double rate(double base, long step) {
            return schedule.rate(base, step / stepsPerEpoch);
        }

        @Override
        public String toString() {
            return Rates.with(schedule, "steps_per_epoch=" + stepsPerEpoch);
        }
    }

    /**
     * PyTorch's LinearLR in front of another schedule, as by SequentialLR: the factor of the first
     * rate of that schedule is {@code startFactor + (1 - startFactor) * t / steps}; after so many
     * steps, that schedule begins at its t = 0.
     *
     * @param steps updates of the warm-up, at least 1
     * @param startFactor factor of the first update, above 0, at most 1
     * @param then what follows; no warm-up
     */
    record WarmUp(int steps, double startFactor, Schedule then) implements Schedule {
        /**
         * Checks the arguments.
         *
         * @param steps updates of the warm-up
         * @param startFactor factor of the first update
         * @param then what follows
         * @throws IllegalArgumentException if one is out of range
         */
        public WarmUp {
            Checks.positive("warm_up", steps);
            require(startFactor > 0 && startFactor <= 1, "warm_up_start", startFactor,
                    "above 0 and at most 1");
            require(!(then instanceof WarmUp), "schedule", then, "no warm-up after a warm-up");
        }

        @Override
        public Optional<ReduceOnPlateau> plateau() {
            return then.plateau();
        }

        @Override
        public long updates() {
            long after = then.updates();
            return after == Long.MAX_VALUE ? after : after + steps;
        }

        @Override
        public double rate(double base, long step) {
            return step < steps
                    ? annealed(startFactor, 1.0, (double) step / steps, true) * then.rate(base, 0)
                    : then.rate(base, step - steps);
        }

        @Override
        public String toString() {
            return Rates.with(then, "warm_up=" + steps + ",warm_up_start=" + startFactor);
        }
    }
}
