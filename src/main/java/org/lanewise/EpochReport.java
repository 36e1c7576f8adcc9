package org.lanewise;

import java.util.Optional;

/**
 * The result of one epoch.
 *
 * @param epoch from 1
 * @param epochs how many there will be
 * @param loss mean loss over the samples that count (and outputs, for losses of target values), with the weights
 *        of their classes; each taken before the update of its step, but for steps that were left out
 *        because their loss was not finite; NaN if all were
 * @param accuracy share of those samples classified right, likewise; NaN for target values
 * @param test the test samples after the epoch, if there are any
 * @param best whether no epoch before had so low a loss; that of the test samples, if there are any
 * @param seconds time of the epoch's steps, without the test
 * @param samplesPerSecond samples trained in a second of that time
 * @param learningRate of the last update
 */
public record EpochReport(
        int epoch,
        int epochs,
        double loss,
        double accuracy,
        Optional<Evaluation> test,
        boolean best,
        double seconds,
        double samplesPerSecond,
        double learningRate) {}
