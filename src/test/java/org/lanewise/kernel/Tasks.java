package org.lanewise.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Runs tasks as threads would: blocks in any order, with any thread's memory. */
public final class Tasks {
    private static final int THREADS = 3;

    private Tasks() {}

    public static void run(List<Task> tasks, int samples) {
        run(tasks, samples, new Random(samples));
    }

    public static void run(List<Task> tasks, int samples, Random random) {
        for (Task task : tasks) {
            List<Integer> blocks = new ArrayList<>();
            for (int block = 0; block < task.blocks(samples); block++) {
                blocks.add(block);
            }
            Collections.shuffle(blocks, random);
            for (int block : blocks) {
                task.run(block, random.nextInt(THREADS), samples);
            }
        }
    }

    public static Scratchpad scratch() {
        return scratch(THREADS);
    }

    /** For some threads, three at least, of which blocks run in three; or for one. */
    public static Scratchpad scratch(int threads) {
        return new Scratchpad() {
            @Override
            public int threads() {
                return threads;
            }

            @Override
            public Elements elements(String name, long count) {
                return Elements.of(new double[Math.toIntExact(count)]);
            }

            @Override
            public double[] wide(String name, long count) { // double
                return new double[Math.toIntExact(count)]; // double
            }

            @Override
            public Elements shared(String name, long count) {
                double[] garbage = new double[Math.toIntExact(count)];
                Arrays.fill(garbage, Double.NaN);
                return Elements.of(garbage);
            }

            @Override
            public Elements[] perThread(String name, long count) {
                Elements[] arrays = new Elements[Math.max(threads, THREADS)];
                Arrays.setAll(arrays, _ -> elements(name, count));
                return arrays;
            }

            @Override
            public int[] integers(String name, int[] values) {
                return values;
            }
        };
    }
}
