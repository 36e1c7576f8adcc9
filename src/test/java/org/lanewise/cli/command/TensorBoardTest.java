package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.cli.CommandLineRun;
import org.lanewise.cli.format.Json;

/** The event files of {@code train --tensorboard}, decoded by code that shares nothing with the writer. */
class TensorBoardTest {
    @TempDir
    private Path folder;

    /** A scalar, or what an event holds instead of one. */
    private record Event(long step, String tag, float value) {}

    /** The polynomial of Castagnoli, bit by bit. */
    private static int crc32c(byte[] bytes) {
        int crc = ~0;
        for (byte each : bytes) {
            crc ^= each & 0xff;
            for (int i = 0; i < 8; i++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
            }
        }
        return ~crc;
    }

    private static int masked(byte[] bytes) {
        int crc = crc32c(bytes);
        return (crc >>> 15 | crc << 17) + 0xa282ead8;
    }

    private static byte[] take(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    private static long varint(ByteBuffer from) {
        long value = 0;
        for (int shift = 0;; shift += 7) {
            byte next = from.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    /** {@return the fields of a protobuf message: numbers as long, others as bytes} */
    private static Map<Integer, Object> fields(byte[] message) {
        ByteBuffer from = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        Map<Integer, Object> fields = new TreeMap<>();
        while (from.hasRemaining()) {
            long key = varint(from);
            fields.put((int) (key >> 3), switch ((int) (key & 7)) {
                case 0 -> varint(from);
                case 1 -> from.getDouble();
                case 2 -> take(from, (int) varint(from));
                case 5 -> from.getFloat();
                default -> throw new AssertionError("wire type " + (key & 7));
            });
        }
        return fields;
    }

    private static List<Event> read(Path file) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (from.hasRemaining()) {
            byte[] length = take(from, 8);
            assertEquals(masked(length), from.getInt());
            byte[] data = take(from,
                    (int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong());
            assertEquals(masked(data), from.getInt());
            events.add(event(fields(data)));
        }
        return events;
    }

    private static Event event(Map<Integer, Object> fields) {
        double wallTime = (Double) fields.get(1);
        assertTrue(wallTime > 1.7e9, String.valueOf(wallTime));
        long step = (Long) fields.getOrDefault(2, 0L);
        if (fields.get(5) instanceof byte[] summary) {
            Map<Integer, Object> value = fields((byte[]) fields(summary).get(1));
            return new Event(step, new String((byte[]) value.get(1), StandardCharsets.UTF_8),
                    (Float) value.get(2));
        }
        return fields.get(3) instanceof byte[] version
                ? new Event(step, new String(version, StandardCharsets.UTF_8), Float.NaN)
                : new Event(step, "session " + fields((byte[]) fields.get(7)).get(1), Float.NaN);
    }

    @Test
    void theChecksumIsThatOfTheStandard() {
        assertEquals(0xe3069283, crc32c("123456789".getBytes(StandardCharsets.US_ASCII)));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("events"))) {
            return all.sorted().toList();
        }
    }

    private void train(Object... more) {
        CommandLineRun run = CommandLineRun.of(Stream.concat(Stream.of("train", "--batch-size",
                100, "--schedule", "step:step_size=15,gamma=0.5", "--tensorboard",
                folder.resolve("events"), "--history", folder.resolve("history.json")),
                Stream.of(more)).toArray());
        assertEquals(0, run.code(), run.err());
    }

    private static List<Event> tagged(List<Event> events, String tag) {
        return events.stream().filter(event -> event.tag().equals(tag)).toList();
    }

    private void assertHolds(List<Event> events, int firstStep, int lastStep) throws IOException {
        JsonNode history = Json.parse("history",
                Files.readAllBytes(folder.resolve("history.json")));
        List<Event> losses = tagged(events, "loss/step");
        List<Event> rates = tagged(events, "learning_rate");
        assertEquals(lastStep - firstStep + 1, losses.size());
        for (int step = firstStep; step <= lastStep; step++) {
            int i = step - firstStep;
            assertEquals(new Event(step, "loss/step",
                    (float) history.get("steps").get(step - 1).doubleValue()), losses.get(i));
            assertEquals(new Event(step, "learning_rate",
                    (float) (0.02 * Math.pow(0.5, (step - 1) / 15))), rates.get(i));
        }
        for (int epoch = (firstStep - 1) / 15 + 1; epoch <= lastStep / 15; epoch++) {
            JsonNode report = history.get("epochs").get(epoch - 1);
            for (String[] pair : new String[][] {{"loss/train", "loss"},
                    {"accuracy/train", "accuracy"}, {"loss/test", "test_loss"},
                    {"accuracy/test", "test_accuracy"}}) {
                assertTrue(events.contains(new Event(15L * epoch, pair[0],
                        (float) report.get(pair[1]).doubleValue())), pair[0] + " " + epoch);
            }
        }
    }

    @Test
    void holdsWhatTheHistoryHolds() throws IOException {
        train("--epochs", 2);
        assertEquals(1, files().size());
        assertTrue(files().getFirst().getFileName().toString()
                .matches("events\\.out\\.tfevents\\.\\d{10}\\..*"));
        List<Event> events = read(files().getFirst());
        assertEquals(new Event(0, "brain.Event:2", Float.NaN), events.getFirst());
        assertEquals(1 + 2 * 30 + 2 * 4, events.size());
        assertHolds(events, 1, 30);
    }

    /** TensorBoard forgets what earlier files have from the first step of the session on. */
    @Test
    void aResumedTrainingContinuesInAnotherFile() throws IOException {
        train("--epochs", 1, "--checkpoint-dir", folder.resolve("run"));
        train("--epochs", 3, "--checkpoint-dir", folder.resolve("run"), "--resume");
        assertEquals(2, files().size());
        List<Event> events = read(files().getLast());
        assertEquals(new Event(16, "brain.Event:2", Float.NaN), events.get(0));
        assertEquals(new Event(16, "session 1", Float.NaN), events.get(1));
        assertHolds(events, 16, 45);
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        Files.writeString(folder.resolve("events"), "precious");
        CommandLineRun run = CommandLineRun.of("train", "--tensorboard",
                folder.resolve("events"));
        assertEquals(1, run.code());
        assertTrue(run.err().contains(folder.resolve("events") + ": is a file, expected a folder"),
                run.err());
        assertEquals("precious", Files.readString(folder.resolve("events")));
    }
}
