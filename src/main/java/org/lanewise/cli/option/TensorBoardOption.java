package org.lanewise.cli.option;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.lanewise.TrainingListener;
import org.lanewise.cli.format.TensorBoard;
import picocli.CommandLine.Option;

/** Whether TensorBoard can watch a training. */
public final class TensorBoardOption {
    /**
     * A listener that is closed when the training is over.
     *
     * @param listener takes the scalars
     * @param file ends its file
     */
    public record Events(TrainingListener listener, Closeable file) implements Closeable {
        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    @Option(names = "--tensorboard", paramLabel = "FOLDER",
            description = "Write losses, accuracies and learning rates as events that TensorBoard"
                    + " shows: tensorboard --logdir FOLDER.")
    private Path folder;

    /**
     * Opens a file of events, if there is to be one.
     *
     * @param steps that the training has taken
     */
    public Events open(long steps) throws IOException {
        if (folder == null) {
            return new Events(TrainingListener.SILENT, () -> {
            });
        }
        TensorBoard board = TensorBoard.open(folder, steps);
        return new Events(board, board);
    }
}
