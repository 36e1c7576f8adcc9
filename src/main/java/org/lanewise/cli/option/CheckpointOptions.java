package org.lanewise.cli.option;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.lanewise.SampleException;
import org.lanewise.Trainer;
import org.lanewise.TrainingEnd;
import org.lanewise.TrainingState;
import org.lanewise.cli.format.Report;
import org.lanewise.io.CheckpointFolder;
import org.lanewise.io.CheckpointInterval;
import picocli.CommandLine.Option;

/** Whether a training is saved on its way, where and when. */
public final class CheckpointOptions {
    private static final int KEEP = 3;

    @Option(names = "--checkpoint-dir", paramLabel = "DIR",
            description = "Save the training here; --resume continues it after any interruption.")
    private Path folder;

    @Option(names = "--checkpoint-every", paramLabel = "N|Ns",
            description = "Save after every N steps, or after N seconds (default: after every"
                    + " epoch).")
    private String every;

    @Option(names = "--keep", paramLabel = "K",
            description = "Checkpoints to keep, besides that of the best epoch (default: " + KEEP
                    + ").")
    private Integer keep;

    @Option(names = "--resume",
            description = "Resume from the newest checkpoint, if there is one, with the same bits.")
    private boolean resume;

    /** Complains about what cannot be, before any work. */
    public void check() {
        if (folder == null && (every != null || keep != null || resume)) {
            throw new IllegalArgumentException("--checkpoint-every, --keep and --resume need"
                    + " --checkpoint-dir");
        }
        if (keep != null && keep < 1) {
            throw new IllegalArgumentException("--keep " + keep + " must be at least 1");
        }
        interval();
    }

    public CheckpointInterval interval() {
        if (every == null) {
            return new CheckpointInterval.EveryEpoch();
        }
        boolean seconds = every.endsWith("s");
        try {
            int number = Integer.parseInt(seconds ? every.substring(0, every.length() - 1) : every);
            return seconds
                    ? new CheckpointInterval.EverySeconds(number)
                    : new CheckpointInterval.EverySteps(number);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--checkpoint-every " + every
                    + ": expected steps as 500, or seconds as 60s, at least 1", e);
        }
    }

    public boolean given() {
        return folder != null;
    }

    public boolean resumes() {
        return resume;
    }

    /** The folder, taken for this process; refused if an earlier training would be lost in it. */
    public CheckpointFolder open() throws IOException {
        CheckpointFolder opened = CheckpointFolder.open(folder, keep == null ? KEEP : keep);
        if (!resume && !opened.newestFirst().isEmpty()) {
            Path newest = opened.newestFirst().getFirst();
            opened.close();
            throw new IOException(folder + ": holds a training already, saved in "
                    + newest.getFileName() + "; --resume continues it");
        }
        return opened;
    }

    /** Trains; where a sample cannot be read, what was learned before it is saved first. */
    public static TrainingEnd train(Trainer trainer, Optional<CheckpointFolder> folder,
            Supplier<TrainingEnd> training) throws IOException {
        try {
            return training.get();
        } catch (SampleException e) {
            if (folder.isEmpty()) {
                throw e;
            }
            Path saved = folder.get().save(trainer.state());
            throw new IOException(e.getMessage() + "; --resume continues from " + saved, e);
        }
    }

    /** Loads the last intact checkpoint of a folder, if there is one, and prints which. */
    public static void resume(CheckpointFolder folder, Trainer trainer, PrintWriter info,
            PrintWriter err) throws IOException {
        CheckpointFolder.Resumed resumed = folder.resume(trainer);
        for (String damaged : resumed.damaged()) {
            err.println("lanewise: warning: " + damaged + "; it is set aside");
        }
        TrainingState.Position position = trainer.state().position();
        info.println(resumed.file().map(file -> Report.format(
                "resumed   %s: %d epochs done, %,d steps into the next", file, position.epochs(),
                position.step())).orElse("resumed   there is no checkpoint: training begins"));
    }
}
