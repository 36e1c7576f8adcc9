package org.lanewise;

/** The position of a training after a step; one instance, overwritten by every step. */
public final class TrainingProgress {
    private final int epochs;
    private final int stepsPerEpoch;
    private int done;
    private int step;
    private double loss;
    private double lossSum;
    private int samples;
    private int correct;
    private double learningRate;

    TrainingProgress(int epochs, int stepsPerEpoch) {
        this.epochs = epochs;
        this.stepsPerEpoch = stepsPerEpoch;
    }

    /** Resumes from a saved position, including the sums of the running epoch. */
    void resume(TrainingState.Position position, int seen) {
        done = position.epochs();
        step = position.step();
        lossSum = position.lossSum();
        correct = position.correct();
        samples = seen;
    }

    void endEpoch() {
        done++;
        step = 0;
        lossSum = 0;
        samples = 0;
        correct = 0;
    }

    void add(double stepLoss, double stepLossSum, int stepSamples, int stepCorrect) {
        step++;
        loss = stepLoss;
        lossSum += stepLossSum;
        samples += stepSamples;
        correct += stepCorrect;
    }

    void learningRate(double rate) {
        learningRate = rate;
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

    /** {@return the epoch, from 1} */
    public int epoch() {
        return done + 1;
    }

    /** {@return how many epochs there will be} */
    public int epochs() {
        return epochs;
    }

    /** {@return the step within the epoch, from 1} */
    public int step() {
        return step;
    }

    /** {@return how many steps an epoch has} */
    public int stepsPerEpoch() {
        return stepsPerEpoch;
    }

    /** {@return the loss of this step's batch, before its update, reduced as the network says} */
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
