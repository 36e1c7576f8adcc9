package org.lanewise;

import java.util.Arrays;
import java.util.Optional;
import org.lanewise.TrainingState.Best;
import org.lanewise.TrainingState.Data;
import org.lanewise.TrainingState.Position;

/** The way that a training has gone so far, within one call that trains. */
final class Course {
    private final RandomState random;
    private TrainingProgress progress;
    private Batches batches;
    private Optional<Data> data = Optional.empty();
    private Optional<Best> best = Optional.empty();
    private RandomState.State order;
    private Position restored;
    /** Epochs that calls before the running one have begun. */
    private int earlier;

    /** A way not yet begun, in the order that random numbers give. */
    Course(RandomState random) {
        this.random = random;
    }

    /** Makes {@link #begin} resume from a saved position. */
    void restore(Position position) {
        random.set(position.order());
        restored = position;
    }

    /** Epochs before those of the next call: that resumes, or else follows the last one. */
    int before() {
        return restored != null
                ? restored.earlierEpochs()
                : earlier + (progress == null ? 0 : progress.begun());
    }

    /** Epochs before those of the running call, or of the last one. */
    int earlier() {
        return earlier;
    }

    /** The progress of a training that would begin or resume now, of epochs of some samples. */
    TrainingProgress ahead(int samples, double epochs, int batch) {
        TrainingProgress ahead = new TrainingProgress(epochs, Math.ceilDiv(samples, batch));
        if (restored != null) {
            ahead.resume(restored, (int) Math.min(samples, (long) restored.step() * batch));
        }
        return ahead;
    }

    /**
     * Begins, or resumes from the restored position, if the samples are the same; an epoch has
     * {@code each} of them.
     */
    TrainingProgress begin(Batches given, int each, double epochs, int batch) {
        Optional<Data> same = Optional.empty();
        if (restored != null && restored.data().isPresent()) {
            same = Optional.of(given.data());
            requireSame(restored.data().get(), same.get());
        }
        batches = given;
        earlier = before();
        progress = ahead(each, epochs, batch);
        // Of these samples, because the names of classes may be new.
        data = same;
        best = restored == null ? Optional.empty() : restored.best();
        restored = null;
        order = random.state();
        return progress;
    }

    private static void requireSame(Data saved, Data given) {
        if (!saved.isSameAs(given)) {
            throw new IllegalArgumentException("these are not the samples of the training to"
                    + " resume: found " + given + ", expected " + saved);
        }
        try {
            given.classes().or(saved.classes());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the classes have other names than in the training"
                    + " to resume: " + e.getMessage(), e);
        }
    }

    /** Begins an epoch and remembers the random state that its order is drawn from. */
    void beginEpoch() {
        order = random.state();
    }

    /**
     * Draws the order of an epoch that has begun.
     *
     * @param indices overwritten with the order of the samples
     * @param shuffle whether the order is random
     */
    void shuffle(int[] indices, boolean shuffle) {
        // Restarting from ascending order makes the result depend on the random state alone.
        Arrays.setAll(indices, i -> i);
        if (shuffle) {
            random.shuffle(indices);
        }
    }

    /** Ends the epoch; {@return whether none before had so low a loss} */
    boolean endEpoch(double loss) {
        boolean better = loss < best.map(Best::loss).orElse(Double.POSITIVE_INFINITY);
        if (better) {
            best = Optional.of(new Best(progress.epoch(), loss));
        }
        progress.endEpoch();
        order = random.state();
        return better;
    }

    /** Whether the last so many epochs were not better; 0 of them never. */
    boolean hasWaited(int epochs) {
        return epochs > 0 && progress.done() - best.map(Best::epoch).orElse(0) >= epochs;
    }

    /** The current position; the first call computes the checksum of the samples. */
    Position position(long steps) {
        if (restored != null) {
            return restored.steps(steps);
        }
        if (progress == null) {
            return new Position(steps, 0, 0, 0, 0, 0, 0, 0, best, data, random.state());
        }
        if (data.isEmpty()) {
            data = Optional.of(batches.data());
        }
        return new Position(steps, progress.done(), progress.step(), progress.lossSum(),
                progress.correct(), progress.divisor(), progress.counted(), earlier, best, data,
                order);
    }
}
