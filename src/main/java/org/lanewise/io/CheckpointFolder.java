package org.lanewise.io;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lanewise.EpochReport;
import org.lanewise.Trainer;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingProgress;
import org.lanewise.TrainingState;

/**
 * The checkpoints of one training: the last few, named by their steps as
 * {@code checkpoint-000000938.npz}, and {@code best.npz} of the epoch with the lowest loss.
 *
 * <p>One trainer writes into a folder; a second is refused until the first closes it or its process
 * ends. An older checkpoint is deleted once the newer one is on disk.
 */
public final class CheckpointFolder implements Closeable {
    private static final String BEST = "best.npz";
    private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{9,18})\\.npz");
    private static final double NANOS = 1e9;

    private final Path folder;
    private final int keep;
    private final FolderLock lock;

    private CheckpointFolder(Path folder, int keep, FolderLock lock) {
        this.folder = folder;
        this.keep = keep;
        this.lock = lock;
    }

    /**
     * What a training resumed from.
     *
     * @param file the checkpoint; none where there was none, and the training begins
     * @param damaged newer ones that could not be read and bear {@code damaged-} before their
     *        names now; a line each
     */
    public record Resumed(Optional<Path> file, List<String> damaged) {
        /**
         * Copies the list.
         *
         * @param file the checkpoint
         * @param damaged newer ones that could not be read
         */
        public Resumed {
            damaged = List.copyOf(damaged);
        }
    }

    /**
     * {@return a folder for this trainer alone, made if there is none, rid of what killed writers
     * left}
     *
     * @param folder where
     * @param keep how many checkpoints to keep besides the best, at least 1
     * @throws IllegalArgumentException if fewer than 1 are to be kept
     * @throws IOException if it cannot be written, or another trainer has it; the message is the
     *         path and the reason
     */
    public static CheckpointFolder open(Path folder, int keep) throws IOException {
        if (keep < 1) {
            throw new IllegalArgumentException(
                    "checkpoints to keep: " + keep + "; expected at least 1");
        }
        FileAccess.requireNoDanglingLink(folder);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw FileAccess.explain(folder,
                    Files.exists(folder) ? new IOException("is a file, expected a folder", e) : e);
        }
        FolderLock lock = FolderLock.take(folder);
        try {
            AtomicFile.sweep(folder);
            return new CheckpointFolder(folder, keep, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * {@return the checkpoints, the newest first, without the best}
     *
     * @throws IOException if the folder cannot be read; the message is the path and the reason
     */
    public List<Path> newestFirst() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> steps(file) >= 0)
                    .sorted(Comparator.comparingLong(CheckpointFolder::steps).reversed()).toList();
        } catch (IOException e) {
            throw FileAccess.explain(folder, e);
        }
    }

    private static long steps(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : -1;
    }

    /**
     * Restores a trainer from the newest checkpoint that is not damaged.
     *
     * @param trainer made as the one before was; its backend may be another
     * @return what it resumes from
     * @throws IllegalArgumentException if the checkpoint is of another training; the message lists
     *         every difference, and nothing has changed
     * @throws IOException if all are damaged, or one cannot be read; nothing has changed
     */
    public Resumed resume(Trainer trainer) throws IOException {
        List<Path> checkpoints = newestFirst();
        List<String> damaged = new ArrayList<>();
        for (Path file : checkpoints) {
            try {
                Seal.verify(file);
            } catch (FileFormatException e) {
                damaged.add(e.getMessage());
                continue;
            }
            TrainingState state = CheckpointFile.read(file);
            try {
                trainer.restore(state);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
            }
            // They would count as the newest, and be kept while good ones are deleted.
            for (Path bad : checkpoints.subList(0, damaged.size())) {
                Files.move(bad, bad.resolveSibling("damaged-" + bad.getFileName()));
            }
            return new Resumed(Optional.of(file), damaged);
        }
        if (!damaged.isEmpty()) {
            throw new FileFormatException(folder, "none of its " + damaged.size()
                    + " checkpoints can be read: " + String.join("; ", damaged));
        }
        return new Resumed(Optional.empty(), damaged);
    }

    /**
     * Saves a training, then deletes what is older than the last few.
     *
     * @param state what {@link Trainer#state} gave; not modified
     * @return the new file
     * @throws IllegalArgumentException if a parameter is not finite; nothing has changed
     * @throws IOException if that fails; the last checkpoint is as it was
     */
    public Path save(TrainingState state) throws IOException {
        String steps = String.valueOf(state.position().steps());
        Path file = folder.resolve(
                "checkpoint-" + "0".repeat(Math.max(0, 9 - steps.length())) + steps + ".npz");
        CheckpointFile.write(state, file);
        for (Path old : newestFirst().stream().skip(keep).toList()) {
            try {
                Files.deleteIfExists(old);
            } catch (IOException e) {
                throw FileAccess.explain(old, e);
            }
        }
        return file;
    }

    /**
     * {@return a listener that saves a training at an interval, and each best epoch; the caller
     * saves the state after the last step}
     *
     * <p>It throws an {@link UncheckedIOException} where saving fails.
     *
     * @param trainer what is trained
     * @param interval when to save
     */
    public TrainingListener listener(Trainer trainer, CheckpointInterval interval) {
        return listener(trainer, interval, () -> {
        });
    }

    /**
     * {@return as {@link #listener(Trainer, CheckpointInterval)}, with something to do before}
     *
     * @param trainer what is trained
     * @param interval when to save
     * @param before runs before each save, so that what it writes is never older than the
     *        checkpoint
     */
    public TrainingListener listener(Trainer trainer, CheckpointInterval interval,
            Runnable before) {
        return new Saver(trainer, interval, before);
    }

    /** Gives the folder to the next trainer. */
    @Override
    public void close() throws IOException {
        lock.close();
    }

    private final class Saver implements TrainingListener {
        private final Trainer trainer;
        private final CheckpointInterval interval;
        private final Runnable before;
        private long saved = System.nanoTime();

        Saver(Trainer trainer, CheckpointInterval interval, Runnable before) {
            this.trainer = trainer;
            this.interval = interval;
            this.before = before;
        }

        @Override
        public void step(TrainingProgress progress) {
            boolean due = switch (interval) {
                case CheckpointInterval.EveryEpoch _ -> false;
                case CheckpointInterval.EverySteps every ->
                    ((long) (progress.epoch() - 1) * progress.stepsPerEpoch() + progress.step())
                            % every.steps() == 0;
                case CheckpointInterval.EverySeconds every ->
                    System.nanoTime() - saved >= every.seconds() * NANOS;
            };
            if (due) {
                save();
            }
        }

        @Override
        public void epoch(EpochReport report) {
            if (interval instanceof CheckpointInterval.EveryEpoch) {
                save();
            }
            if (report.best()) {
                try {
                    CheckpointFile.write(trainer.state(), folder.resolve(BEST));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        private void save() {
            before.run();
            try {
                CheckpointFolder.this.save(trainer.state());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            saved = System.nanoTime();
        }
    }
}
