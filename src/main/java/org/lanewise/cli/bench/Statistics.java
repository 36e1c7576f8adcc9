package org.lanewise.cli.bench;

import java.util.Arrays;
import java.util.List;

/** What several samples of one quantity have in common. */
final class Statistics {
    /** The smallest relative distance between two groups; less is noise on a shared machine. */
    private static final double CLEAR_GAP = 0.1;

    /** How many times the widths of both groups together the gap between them must be. */
    private static final double GAP_OVER_WIDTHS = 3.0;

    /** Two samples are always two groups of one. */
    private static final int FEWEST_FOR_GROUPS = 3;

    /**
     * Samples that lie close together.
     *
     * @param count how many
     * @param median their median
     */
    record Group(int count, double median) {}

    private Statistics() {}

    /** The middle one of at least one sample, or the mean of the two in the middle. */
    static double median(double... samples) {
        double[] sorted = sorted(samples);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : (sorted[middle - 1] + sorted[middle]) / 2.0;
    }

    /** The difference between the largest and the smallest sample, divided by the median. */
    static double spread(double... samples) {
        return (max(samples) - min(samples)) / median(samples);
    }

    /** Whether the largest sample exceeds the smallest by at most this part of the smallest. */
    static boolean agree(double tolerance, double... samples) {
        return max(samples) <= (1.0 + tolerance) * min(samples);
    }

    /**
     * The two groups that samples fall into, the smaller values first; none where they do not: the
     * gap between the groups is at least 10 % and three times as wide as both groups together.
     */
    static List<Group> groups(double... samples) {
        double[] sorted = sorted(samples);
        if (sorted.length < FEWEST_FOR_GROUPS) {
            return List.of();
        }
        int upper = 1;
        for (int i = 2; i < sorted.length; i++) {
            if (sorted[i] - sorted[i - 1] > sorted[upper] - sorted[upper - 1]) {
                upper = i;
            }
        }
        double gap = sorted[upper] - sorted[upper - 1];
        double widths = sorted[upper - 1] - sorted[0] + sorted[sorted.length - 1] - sorted[upper];
        return gap >= CLEAR_GAP * sorted[upper - 1] && gap >= GAP_OVER_WIDTHS * widths
                ? List.of(group(Arrays.copyOf(sorted, upper)),
                        group(Arrays.copyOfRange(sorted, upper, sorted.length)))
                : List.of();
    }

    private static Group group(double[] samples) {
        return new Group(samples.length, median(samples));
    }

    static double max(double... samples) {
        return Arrays.stream(samples).max().orElseThrow();
    }

    static double min(double... samples) {
        return Arrays.stream(samples).min().orElseThrow();
    }

    private static double[] sorted(double[] samples) {
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        return sorted;
    }
}
