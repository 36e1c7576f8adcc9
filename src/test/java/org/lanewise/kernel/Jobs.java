package org.lanewise.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Runs tasks as threads would: blocks in any order, with any thread's memory. */
public final class Jobs {
    private static final int THREADS = 3;

    private Jobs() {}

    public static void run(List<Job> jobs, int samples) {
        run(jobs, samples, new Random(samples));
    }

    public static void run(List<Job> jobs, int samples, Random random) {
        for (Job job : jobs) {
            List<Integer> pieces = new ArrayList<>();
            for (int piece = 0; piece < job.pieces(samples); piece++) {
                pieces.add(piece);
            }
            Collections.shuffle(pieces, random);
            for (int piece : pieces) {
                job.run(piece, random.nextInt(THREADS), samples);
            }
        }
    }

    public static Scratch scratch() {
        return new Scratch() {
            @Override
            public double[] doubles(String name, long count) {
                return new double[Math.toIntExact(count)];
            }

            @Override
            public double[][] perThread(String name, long count) {
                return new double[THREADS][Math.toIntExact(count)];
            }

            @Override
            public int[] integers(String name, int[] values) {
                return values;
            }
        };
    }
}
