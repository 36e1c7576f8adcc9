package org.lanewise.cli.command;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.lanewise.Samples;
import org.lanewise.cli.format.Report;
import org.lanewise.data.DataSet;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.Precision;

/**
 * The memory of a training process, in bytes.
 *
 * @param arrays what the trainer allocates
 * @param copies a copy of parameters and optimizer state, to begin and to save
 * @param samples the data set
 */
record MemoryNeed(long arrays, long copies, long samples) {
    /**
     * What a JVM takes besides: its own code, compiled code, threads, and the commands' objects. As
     * measured with JDK 25 on Linux: resident memory in a heap just large enough, less the arrays.
     */
    static final long JVM = 120_000_000;

    /** The heap holds more than arrays: room that the collector leaves between them. */
    private static final double HEAP_ROOM = 1.25;

    /**
     * The heap that the commands themselves take: classes, streams, the digits as they are read. As
     * measured with trainings whose arrays are small.
     */
    private static final long COMMANDS = 12_000_000;

    private static final long GIBIBYTE = 1L << 30;

    /**
     * The need of a training.
     *
     * @param uses the trainer's arrays
     * @param data nothing before it is read
     * @param precision of the trainer's arrays; copies, and samples as they are read, are doubles
     */
    static MemoryNeed of(List<MemoryUse> uses, Optional<DataSet> data, Precision precision) {
        int factor = Double.BYTES / precision.bytes();
        long copies = factor * (bytes(uses, Kind.PARAMETERS) + bytes(uses, Kind.OPTIMIZER));
        long samples = data.map(set -> set.train().memoryBytes()
                + set.test().map(Samples::memoryBytes).orElse(0L)
                // The next batch, which the pool reads, and the one that becomes floats.
                + factor * input(uses) * ((set.train().isRead() ? 1 : 0) + factor - 1)).orElse(0L);
        return new MemoryNeed(uses.stream().mapToLong(MemoryUse::bytes).sum(), copies, samples);
    }

    /** The bytes of a batch of inputs. */
    private static long input(List<MemoryUse> uses) {
        return uses.stream().filter(use -> use.layer() == MemoryUse.WHOLE_NETWORK
                && use.kind() == Kind.MAPS && use.name().equals("input"))
                .mapToLong(MemoryUse::bytes).sum();
    }

    private static long bytes(List<MemoryUse> uses, Kind kind) {
        return uses.stream().filter(use -> use.kind() == kind).mapToLong(MemoryUse::bytes).sum();
    }

    long heap() {
        return arrays + copies + samples;
    }

    long process() {
        return heap() + JVM;
    }

    /**
     * One line for people.
     *
     * @param limit the bytes to which the heap may grow
     */
    String line(long limit) {
        return Report.format(
                "needs at least %s: arrays %s, copies to save %s, samples %s, JVM %s; the heap"
                        + " may grow to %s",
                Report.bytes(process()), Report.bytes(arrays),
                Report.bytes(copies), Report.bytes(samples), Report.bytes(JVM),
                Report.bytes(limit));
    }

    /**
     * Refuses a training that the heap cannot hold, before anything is allocated.
     *
     * @param limit the bytes to which the heap may grow
     * @throws IOException if it cannot; the message names the flag that raises the limit
     */
    void requireHeap(long limit) throws IOException {
        long required = (long) Math.ceil(HEAP_ROOM * heap()) + COMMANDS;
        if (required > limit) {
            throw new IOException(Report.format("not enough memory: the heap may grow to %s, and"
                    + " this training needs at least %s of it (arrays %s, copies to save %s%s, the"
                    + " commands and room for the collector %s); a smaller --batch-size needs less,"
                    + " LANEWISE_JAVA_OPTS=-Xmx%dg gives more", Report.bytes(limit),
                    Report.bytes(required), Report.bytes(arrays), Report.bytes(copies),
                    samples == 0 ? "" : ", samples " + Report.bytes(samples),
                    Report.bytes(required - heap()),
                    (long) Math.ceil((double) required / GIBIBYTE)));
        }
    }
}
