package org.lanewise.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.lanewise.Trainer;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingProgress;
import org.lanewise.TrainingState;
import org.lanewise.io.CheckpointFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The states of a training in a folder of any Hadoop file system, of which the last two are kept. */
final class Checkpoints implements TrainingListener {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final int KEPT = 2;
    private static final Pattern NAME = Pattern.compile("steps-\\d{12}\\.npz");

    private static final Pattern PART = Pattern.compile("\\." + NAME.pattern() + "\\.tmp");

    private final FileSystem files;
    private final Path folder;
    private final int interval;
    private final Trainer trainer;
    private long sinceLast;

    /**
     * A folder, which is made if it is missing.
     *
     * @param interval steps between two
     * @throws UncheckedIOException if there can be no such folder
     */
    Checkpoints(String location, int interval, Configuration configuration, Trainer trainer) {
        this.folder = new Path(location);
        this.interval = interval;
        this.trainer = trainer;
        try {
            this.files = folder.getFileSystem(configuration);
            files.mkdirs(folder);
            for (FileStatus status : files.listStatus(folder)) {
                // Left by a program that died while it wrote.
                if (PART.matcher(status.getPath().getName()).matches()) {
                    files.delete(status.getPath(), false);
                }
            }
        } catch (IOException e) {
            throw fault(e);
        }
    }

    private UncheckedIOException fault(IOException e) {
        return new UncheckedIOException("checkpoints in " + folder + ": " + e.getMessage(), e);
    }

    /** {@return the last state that can be read, if there is one} */
    Optional<TrainingState> last() {
        try {
            for (Path file : all().reversed()) {
                try (InputStream in = files.open(file)) {
                    return Optional.of(CheckpointFile.read(in, file.toString()));
                } catch (IOException e) {
                    LOG.warn("this checkpoint is left out, for the one before: {}",
                            e.getMessage());
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw fault(e);
        }
    }

    private List<Path> all() throws IOException {
        return Arrays.stream(files.listStatus(folder)).map(FileStatus::getPath)
                .filter(path -> NAME.matcher(path.getName()).matches())
                .sorted(Comparator.comparing(Path::getName)).toList();
    }

    /** Writes the state, whole or not at all: a file gets its name when it is complete. */
    void write() {
        TrainingState state = trainer.state();
        Path file = new Path(folder, "steps-%012d.npz".formatted(state.position().steps()));
        Path part = new Path(folder, "." + file.getName() + ".tmp");
        try {
            try (OutputStream out = files.create(part, true)) {
                CheckpointFile.write(state, out);
            }
            if (files.exists(file)) {
                files.delete(file, false);
            }
            if (!files.rename(part, file)) {
                throw new IOException(part + " could not be renamed to " + file);
            }
            List<Path> all = all();
            for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
                files.delete(old, false);
            }
        } catch (IOException e) {
            throw fault(e);
        }
    }

    @Override
    public void step(TrainingProgress progress) {
        sinceLast++;
        if (sinceLast == interval) {
            sinceLast = 0;
            write();
        }
    }
}
