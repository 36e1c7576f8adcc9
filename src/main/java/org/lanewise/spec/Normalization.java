package org.lanewise.spec;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is done to inputs as they are read: {@code (x - mean) / std}, each channel with its own
 * numbers, where x is a byte divided by 255 or a number as the file has it.
 *
 * @param mean one number a channel, or one for all; none for {@link #NONE}
 * @param std as many, standard deviations
 */
public record Normalization(List<Double> mean, List<Double> std) {
    /** Inputs stay as they are. */
    public static final Normalization NONE = new Normalization(List.of(), List.of());

    /**
     * Checks the numbers.
     *
     * @param mean one number a channel, or one for all
     * @param std as many, standard deviations
     * @throws IllegalArgumentException if there are not as many of one as of the other, one is not
     *         finite or a standard deviation is not above 0
     */
    public Normalization {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != std.size()) {
            throw new IllegalArgumentException("normalization: found " + mean.size()
                    + " means and " + std.size() + " standard deviations, expected as many");
        }
        for (int i = 0; i < mean.size(); i++) {
            if (!Double.isFinite(mean.get(i))) {
                throw new IllegalArgumentException("normalization: mean " + i + " is "
                        + mean.get(i) + ", expected a finite number");
            }
            if (!(std.get(i) > 0) || std.get(i) == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException("normalization: standard deviation " + i
                        + " is " + std.get(i) + ", expected a finite number above 0");
            }
        }
    }

    /**
     * {@return the normalization by some numbers}
     *
     * @param mean one number a channel, or one for all; copied
     * @param std as many, standard deviations; copied
     * @throws IllegalArgumentException as the constructor does
     */
    public static Normalization of(double[] mean, double[] std) {
        return new Normalization(Arrays.stream(mean).boxed().toList(),
                Arrays.stream(std).boxed().toList());
    }

    /** {@return whether inputs are changed at all} */
    public boolean given() {
        return !mean.isEmpty();
    }

    /**
     * Checks that there is a number for each channel.
     *
     * @param shape of one input
     * @throws IllegalArgumentException if there are others than one, or one a channel (of flat
     *         inputs: one a feature)
     */
    public void requireFit(Shape shape) {
        int channels = shape instanceof Shape.Image image
                ? image.channels()
                : Math.toIntExact(shape.size());
        if (mean.size() > 1 && mean.size() != channels) {
            throw new IllegalArgumentException("normalization by " + mean.size()
                    + " means, but inputs of " + shape + " have " + channels
                    + (shape instanceof Shape.Image ? " channels" : " features")
                    + "; give one for each, or one for all");
        }
    }

    /**
     * Checks that samples are normalized as those that a network learned from, if that is known.
     *
     * @param learned of the samples that it learned from
     * @throws IllegalArgumentException if that is given, and another one
     */
    public void requireSame(Normalization learned) {
        if (learned.given() && !learned.equals(this)) {
            throw new IllegalArgumentException("samples with the normalization " + this
                    + " do not fit a network that learned from inputs with the normalization "
                    + learned + "; give them the same with Samples.normalize");
        }
    }

    /** {@return means, a colon and standard deviations, as the option of the commands takes them} */
    @Override
    public String toString() {
        return given() ? text(mean) + ":" + text(std) : "none";
    }

    private static String text(List<Double> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
