package org.lanewise.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ObjLongConsumer;
import java.util.stream.IntStream;
import org.lanewise.kernel.Task;
import org.lanewise.plan.Team;
import org.lanewise.spec.Network;

/**
 * The blocks of a training step that is cut for some threads, each timed alone on one thread, and how long the step
 * would take on all of them.
 *
 * <p>The schedule of {@link Team} is simulated: each thread takes the blocks of its share and then those that
 * others have left, and a task begins when the one before has ended, which costs messages between cores. A part
 * that reads and writes more than a cache holds is slowed down as much as copying is by a second thread.
 *
 * @param threads how many, each on a core of its own
 * @param parts in the order of a step
 * @param machine what threads share
 */
public record StepSchedule(int threads, List<PartTimes> parts, Machine machine) {
    private static final double WARM_UP_NANOS = 2e9;
    private static final double NANOS = 1e9;
    private static final int FEWEST_STEPS = 5;
    private static final int MOST_STEPS = 200;

    /** Bytes that a cache is taken to hold, so that no memory is read for them. */
    private static final long CACHE = 8 << 20;

    /** Bytes that each thread copies, beyond a cache. */
    private static final long COPIED = 64 << 20;
    private static final double COPY_SECONDS = 0.3;

    /**
     * What threads share.
     *
     * @param latencyNanos from one core to another
     * @param copyOne bytes a second that one thread copies
     * @param copyTwo bytes a second that two threads copy together
     */
    public record Machine(double latencyNanos, double copyOne, double copyTwo) {
        /**
         * {@return the machine at hand; threads are started and ended}
         *
         * @throws InterruptedException if the calling thread was interrupted
         */
        public static Machine measure() throws InterruptedException {
            CoreLatency.nanos();
            return new Machine(CoreLatency.nanos(), copySpeed(1), copySpeed(2));
        }

        private static double copySpeed(int threads) throws InterruptedException {
            return NANOS * CopySpeed.gigabytesPerSecond(threads, threads * COPIED, COPY_SECONDS);
        }
    }

    /**
     * One part of a step.
     *
     * @param name its layer and pass
     * @param bytes read and written at least
     * @param tasks nanoseconds of each block of each task
     * @param serial nanoseconds of what one thread does between tasks
     */
    public record PartTimes(String name, long bytes, List<double[]> tasks, double serial) {
        double alone() {
            return serial + tasks.stream().mapToDouble(blocks -> Arrays.stream(blocks).sum()).sum();
        }
    }

    /**
     * {@return the schedule of a network's step}
     *
     * @param network the network
     * @param batch samples
     * @param execution kernels, and how many threads the step is cut for
     * @param machine what threads share
     */
    public static StepSchedule measure(Network network, int batch, Execution execution,
            Machine machine) {
        Recorder recorder = new Recorder(batch);
        try (NetworkPasses passes = new NetworkPasses(network, batch, execution,
                new Sharing(Team.timed(execution.threads(), recorder), null))) {
            passes.fill(1);
            repeat(passes, recorder, WARM_UP_NANOS);
            List<List<Round>> rounds = new ArrayList<>();
            double begun = System.nanoTime();
            while (rounds.size() < FEWEST_STEPS
                    || rounds.size() < MOST_STEPS && System.nanoTime() - begun < NANOS) {
                List<Round> step = new ArrayList<>();
                for (Part part : passes.parts()) {
                    step.add(recorder.record(part.code()));
                }
                rounds.add(step);
            }
            List<PartTimes> parts = new ArrayList<>();
            for (int i = 0; i < passes.parts().size(); i++) {
                int index = i;
                parts.add(part(passes.parts().get(i),
                        rounds.stream().map(step -> step.get(index)).toList()));
            }
            return new StepSchedule(execution.threads(), parts, machine);
        }
    }

    private static void repeat(NetworkPasses passes, Recorder recorder, double nanos) {
        double begun = System.nanoTime();
        for (int steps = 0; steps < FEWEST_STEPS || System.nanoTime() - begun < nanos; steps++) {
            passes.parts().forEach(part -> recorder.record(part.code()));
        }
    }

    private static PartTimes part(Part part, List<Round> rounds) {
        List<double[]> tasks = new ArrayList<>();
        for (int t = 0; t < rounds.getFirst().tasks().size(); t++) {
            int task = t;
            tasks.add(IntStream.range(0, rounds.getFirst().tasks().get(t).length)
                    .mapToDouble(block -> median(rounds.stream()
                            .mapToDouble(round -> round.tasks().get(task)[block]).toArray()))
                    .toArray());
        }
        String name = part.layer().map(layer -> "layer " + layer.name() + " " + layer.layer().type()
                + " ").orElse("") + part.pass();
        return new PartTimes(name, part.work().bytes(), tasks,
                median(rounds.stream().mapToDouble(Round::serial).toArray()));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    /** One run of a part: nanoseconds of its blocks, and of everything else. */
    private record Round(List<double[]> tasks, double serial) {}

    /** Collects the times of blocks, task by task. */
    private static final class Recorder implements ObjLongConsumer<Task> {
        private static final int CALLS = 100_000;

        private final int batch;
        private final double nanosOfTimer;
        private List<double[]> tasks = new ArrayList<>();
        private int block;

        Recorder(int batch) {
            this.batch = batch;
            long begun = System.nanoTime();
            for (int i = 0; i < CALLS; i++) {
                System.nanoTime();
            }
            this.nanosOfTimer = (System.nanoTime() - begun) / (double) CALLS;
        }

        Round record(Runnable code) {
            tasks = new ArrayList<>();
            long begun = System.nanoTime();
            code.run();
            double all = System.nanoTime() - begun;
            // A block's time contains one reading of the clock, and another comes with it.
            double timed = tasks.stream().mapToDouble(
                    blocks -> Arrays.stream(blocks).sum() + blocks.length * nanosOfTimer).sum();
            return new Round(tasks, Math.max(0, all - timed));
        }

        @Override
        public void accept(Task task, long nanos) {
            if (tasks.isEmpty() || block == tasks.getLast().length) {
                tasks.add(new double[task.blocks(batch)]);
                block = 0;
            }
            tasks.getLast()[block++] = nanos;
        }
    }

    /** {@return nanoseconds of a step} */
    public double nanos() {
        return parts.stream().mapToDouble(this::nanos).sum();
    }

    /**
     * {@return nanoseconds that a part takes beyond its share of the threads}
     *
     * @param part index of the part
     * @param one the same step cut for one thread
     */
    public double lost(int part, StepSchedule one) {
        return nanos(parts.get(part)) - one.nanos(one.parts.get(part)) / threads;
    }

    /**
     * {@return the index of the part that loses most}
     *
     * @param one the same step cut for one thread
     */
    public int limit(StepSchedule one) {
        return IntStream.range(0, parts.size())
                .reduce((a, b) -> lost(b, one) > lost(a, one) ? b : a).getAsInt();
    }

    private double nanos(PartTimes part) {
        if (threads == 1) {
            return part.alone();
        }
        double shared = part.tasks().stream().mapToDouble(this::span).sum();
        double memory = part.bytes() <= CACHE
                ? 0
                : Math.min(1, part.bytes() / machine.copyOne() * 1e9 / part.alone());
        double slower = Math.max(1, 2 * machine.copyOne() / machine.copyTwo());
        return part.serial() + shared * (1 + memory * (slower - 1));
    }

    /** How long the blocks of a task take, the messages between them included. */
    private double span(double[] blocks) {
        if (blocks.length < 2) {
            return Arrays.stream(blocks).sum();
        }
        double[] busy = new double[threads];
        int[] next = new int[threads];
        int[] end = new int[threads];
        for (int thread = 0; thread < threads; thread++) {
            next[thread] = Math.toIntExact((long) blocks.length * thread / threads);
            end[thread] = Math.toIntExact((long) blocks.length * (thread + 1) / threads);
        }
        for (int taken = 0; taken < blocks.length; taken++) {
            int first = IntStream.range(0, threads).reduce((a, b) -> busy[b] < busy[a] ? b : a)
                    .getAsInt();
            int block;
            if (next[first] < end[first]) {
                block = next[first]++;
            } else {
                int other = first;
                while (next[other] >= end[other]) {
                    other = (other + 1) % threads;
                }
                block = --end[other];
            }
            busy[first] += blocks[block];
        }
        return Arrays.stream(busy).max().getAsDouble()
                + machine.latencyNanos() * (2 + Math.min(threads, blocks.length));
    }
}
