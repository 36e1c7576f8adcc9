package org.lanewise;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** What code allocates, and where. */
final class Allocations {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocations() {}

    /** The frames that most allocations of some calls come from. */
    static String sites(int calls, Runnable code) {
        try (Recording recording = new Recording()) {
            recording.enable("jdk.ObjectAllocationSample").with("throttle", "10000/s")
                    .withStackTrace();
            recording.start();
            for (int i = 0; i < calls; i++) {
                code.run();
            }
            recording.stop();
            Path file = Files.createTempFile("allocations", ".jfr");
            try {
                recording.dump(file);
                Map<String, Long> weights = new HashMap<>();
                for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
                    if (event.getStackTrace() != null) {
                        weights.merge(frames(event), event.getLong("weight"), Long::sum);
                    }
                }
                return weights.entrySet().stream()
                        .sorted(Map.Entry.<String, Long>comparingByValue().reversed()).limit(3)
                        .map(Map.Entry::getKey).collect(Collectors.joining("\n"));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was allocated, and for which of the library's methods. */
    private static String frames(RecordedEvent event) {
        return event.getStackTrace().getFrames().stream().filter(Allocations::isLibrary)
                .limit(4)
                .map(frame -> "\n  " + frame.getMethod().getType().getName() + "."
                        + frame.getMethod().getName() + ":" + frame.getLineNumber() + " ("
                        + frame.getType() + ")")
                .collect(Collectors.joining("", event.getClass("objectClass").getName(), ""));
    }

    private static boolean isLibrary(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName();
        return type.startsWith("org.lanewise.") && !type.contains("Allocation");
    }

    /**
     * The fewest bytes that all threads together allocate during one of many calls. Vectors are
     * objects until their code is compiled, and the compiler and the test's own machinery allocate
     * now and then; so one quiet call is the proof.
     */
    static long least(int attempts, Runnable code) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < attempts && least > 0; i++) {
            long[] threads = THREADS.getAllThreadIds();
            long before = allocated(threads);
            long between = allocated(threads);
            code.run();
            long after = allocated(threads);
            least = Math.min(least, Math.max(0, after - between - (between - before)));
        }
        return least;
    }

    private static long allocated(long[] threads) {
        long sum = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(threads)) {
            sum += Math.max(bytes, 0);
        }
        return sum;
    }
}
