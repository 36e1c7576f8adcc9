package org.lanewise;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** The position of a training after a step; one instance, overwritten by every step. */
public final class TrainingProgress {
    private final long total;
    private final int stepsPerEpoch;
    private int done;
    private int step;
    private double loss;
    private double lossSum;
    private int samples;
    private int correct;
    private double divisor;
    private int counted;
    private double learningRate;

    /**
     * Begins a training.
     *
     * @param epochs of the training; its steps are those that make up a fraction, rounded up
     * @param stepsPerEpoch steps of a whole epoch
     */
    TrainingProgress(double epochs, int stepsPerEpoch) {
        this.total = steps(epochs, stepsPerEpoch);
        this.stepsPerEpoch = stepsPerEpoch;
    }

    /** Resumes from a saved position, including the sums of the running epoch. */
    void resume(TrainingState.Position position, int seen) {
        done = position.epochs();
        step = position.step();
        lossSum = position.lossSum();
        correct = position.correct();
        divisor = position.divisor();
        counted = position.counted();
        samples = seen;
    }

    void endEpoch() {
        done++;
        step = 0;
        lossSum = 0;
        samples = 0;
        correct = 0;
        divisor = 0;
        counted = 0;
    }

    /** Adds steps that end together. */
    void add(double stepLoss, int stepSamples, int steps) {
        step += steps;
        loss = stepLoss;
        samples += stepSamples;
    }

    /** Adds the losses of the last step, and what their mean is divided by, where they are finite. */
    void count(Tally tally) {
        lossSum += tally.lossSum;
        divisor += tally.divisor;
        counted += tally.counted;
        correct += tally.correct;
    }

    /** Of the steps of the running epoch that count, the mean loss; NaN where none does. */
    double meanLoss() {
        return lossSum / divisor;
    }

    /** Likewise, the share of samples classified right. */
    double accuracy() {
        return (double) correct / counted;
    }

    /** Epochs that are done or have begun. */
    int begun() {
        return done + (step > 0 ? 1 : 0);
    }

    void learningRate(double rate) {
        learningRate = rate;
    }

    /**
     * {@return the steps of a training: those that make up its epochs, rounded up}
     *
     * @param epochs of the training, in decimals: 1.1 epochs of 10 steps are 11 steps, not more
     * @param stepsPerEpoch steps of a whole epoch
     */
    public static long steps(double epochs, int stepsPerEpoch) {
        return epochs == Math.rint(epochs)
                ? (long) epochs * stepsPerEpoch
                : BigDecimal.valueOf(epochs).multiply(BigDecimal.valueOf(stepsPerEpoch))
                        .setScale(0, RoundingMode.CEILING).longValueExact();
    }

    /**
     * {@return the updates of a training, each after some steps of an epoch, the last of an epoch after
     * those that are left}
     *
     * @param steps of the training
     * @param stepsPerEpoch steps of a whole epoch
     * @param accumulate steps of an update
     */
    public static long updates(long steps, int stepsPerEpoch, int accumulate) {
        return steps / stepsPerEpoch * Math.ceilDiv(stepsPerEpoch, accumulate)
                + Math.ceilDiv(steps % stepsPerEpoch, accumulate);
    }

    /** Updates of the training, each after some steps of an epoch, the last of them after fewer. */
    long updates(int each) {
        return updates(total, stepsPerEpoch, each);
    }

    /** Updates before the running epoch's next step, in their count of the whole training. */
    long updatesDone(int each) {
        return (long) done * Math.ceilDiv(stepsPerEpoch, each)
                + (step == stepsOfEpoch() ? Math.ceilDiv(step, each) : step / each);
    }

    /** Whether an update follows the next step. */
    boolean updatesNext(int each) {
        return (step + 1) % each == 0 || step + 1 == stepsOfEpoch();
    }

    int done() {
        return done;
    }

    double lossSum() {
        return lossSum;
    }

    int correct() {
        return correct;
    }

    double divisor() {
        return divisor;
    }

    int counted() {
        return counted;
    }

    /** {@return the epoch, from 1} */
    public int epoch() {
        return done + 1;
    }

    /** {@return how many epochs there will be, a last one that is cut included} */
    public int epochs() {
        return (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(total, stepsPerEpoch));
    }

    /** {@return the epochs of the training, of a last one that is cut the share that there will be} */
    public double length() {
        return (double) total / stepsPerEpoch;
    }

    /** {@return how many steps the running epoch has: fewer than others where a last one is cut} */
    public int stepsOfEpoch() {
        return Math.clamp(total - (long) done * stepsPerEpoch, 0, stepsPerEpoch);
    }

    /** {@return the step within the epoch, from 1} */
    public int step() {
        return step;
    }

    /** {@return how many steps a whole epoch has} */
    public int stepsPerEpoch() {
        return stepsPerEpoch;
    }

    /**
     * {@return the loss of this step's batch, before its update, reduced as the network says; where shards take several
     * steps before they are averaged, of all of those}
     */
    public double loss() {
        return loss;
    }

    /** {@return the learning rate of this step's update; of the last, where a step has none} */
    public double learningRate() {
        return learningRate;
    }

    /** {@return samples seen in this epoch} */
    public int samples() {
        return samples;
    }
}
