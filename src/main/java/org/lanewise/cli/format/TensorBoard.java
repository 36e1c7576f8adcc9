package org.lanewise.cli.format;

import com.google.protobuf.CodedOutputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.lanewise.EpochReport;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingProgress;
import org.lanewise.io.FileAccess;

/**
 * Writes the scalars of a training as an event file that TensorBoard reads: a TFRecord file of messages
 * {@code tensorflow.Event}, whose steps are those of the training, from 1.
 *
 * <p>Each opening writes a file of its own. That of a resumed training begins with the start of a
 * session, from whose step on TensorBoard forgets what earlier files of the folder hold.
 */
public final class TensorBoard implements TrainingListener, Closeable {
    // Fields of Event, Summary, Summary.Value and SessionLog in tensorflow/core/util/event.proto and
    // tensorflow/core/framework/summary.proto.
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION_LOG = 7;
    private static final int VALUE = 1;
    private static final int TAG = 1;
    private static final int SIMPLE_VALUE = 2;
    private static final int STATUS = 1;
    private static final int STATUS_START = 1;

    private static final long FLUSH_MILLIS = 5_000;

    /** Writes the fields of a message. */
    @FunctionalInterface
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private final Path file;
    private final OutputStream out;
    private long steps;
    private long flushed = System.currentTimeMillis();

    private TensorBoard(Path file, long steps) throws IOException {
        this.file = file;
        this.out = new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE_NEW));
        this.steps = steps;
    }

    /**
     * Opens a new file in a folder, which is made if there is none.
     *
     * @param done steps that the training has taken; 0 where it begins
     * @throws IOException if it cannot be written; the message is the path and the reason
     */
    public static TensorBoard open(Path folder, long done) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IOException(folder + ": is a file, expected a folder for TensorBoard");
        }
        Path file = folder;
        try {
            Files.createDirectories(folder);
            for (int i = 0; file == folder || Files.exists(file); i++) {
                file = folder.resolve(Report.format("events.out.tfevents.%010d.lanewise.%d.%d",
                        System.currentTimeMillis() / 1000, ProcessHandle.current().pid(), i));
            }
            TensorBoard board = new TensorBoard(file, done);
            board.event(done == 0 ? 0 : done + 1,
                    event -> event.writeString(FILE_VERSION, "brain.Event:2"));
            if (done > 0) {
                board.event(done + 1, event -> event.writeByteArray(SESSION_LOG,
                        message(log -> log.writeEnum(STATUS, STATUS_START))));
            }
            board.out.flush();
            return board;
        } catch (IOException e) {
            throw FileAccess.explain(file, e);
        }
    }

    @Override
    public void step(TrainingProgress progress) {
        steps++;
        scalar("loss/step", progress.loss());
        scalar("learning_rate", progress.learningRate());
        if (System.currentTimeMillis() - flushed >= FLUSH_MILLIS) {
            flush();
        }
    }

    @Override
    public void epoch(EpochReport report) {
        scalar("loss/train", report.loss());
        scalar("accuracy/train", report.accuracy());
        report.test().ifPresent(test -> {
            scalar("loss/test", test.loss());
            scalar("accuracy/test", test.accuracy());
        });
        flush();
    }

    /** Accuracies of target values and rates that no update had are NaN, and left out. */
    private void scalar(String tag, double value) {
        if (Double.isNaN(value)) {
            return;
        }
        try {
            byte[] summary = message(fields -> fields.writeByteArray(VALUE, message(one -> {
                one.writeString(TAG, tag);
                one.writeFloat(SIMPLE_VALUE, (float) value);
            })));
            event(steps, event -> event.writeByteArray(SUMMARY, summary));
        } catch (IOException e) {
            throw new UncheckedIOException(FileAccess.explain(file, e));
        }
    }

    private void event(long step, Fields fields) throws IOException {
        record(message(event -> {
            event.writeDouble(WALL_TIME, System.currentTimeMillis() / 1e3);
            event.writeInt64(STEP, step);
            fields.write(event);
        }));
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
        fields.write(coded);
        coded.flush();
        return bytes.toByteArray();
    }

    /** Length and checksum, data and checksum. */
    private void record(byte[] data) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(data.length).putInt(masked(head.array(), 8));
        out.write(head.array());
        out.write(data);
        out.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(masked(data, data.length)).array());
    }

    /** A CRC-32C, masked as the format demands, so that a file of checksums has others. */
    private static int masked(byte[] data, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(data, 0, length);
        return Integer.rotateRight((int) checksum.getValue(), 15) + 0xa282ead8;
    }

    private void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(FileAccess.explain(file, e));
        }
        flushed = System.currentTimeMillis();
    }

    @Override
    public void close() throws IOException {
        try {
            out.close();
        } catch (IOException e) {
            throw FileAccess.explain(file, e);
        }
    }
}
