package org.lanewise.io;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The sizes of an array in a file, outermost first; written {@code (60000, 28, 28)}, as NumPy does.
 *
 * @param sizes how long each axis is; none for a single number
 */
public record ArrayShape(List<Integer> sizes) {
    /** The most axes that files are read with: weights have 4, and 8 leave room. */
    static final int MOST_AXES = 8;

    /**
     * Checks the sizes. There may be more elements than a Java array can hold: such arrays are mapped.
     *
     * @param sizes how long each axis is; none for a single number
     * @throws IllegalArgumentException if a size is negative or above 2^31 - 1, or there are so many
     *         elements that their bytes cannot be counted
     */
    public ArrayShape {
        sizes = List.copyOf(sizes);
        check(sizes.stream().mapToLong(Integer::longValue).toArray());
    }

    /**
     * {@return a shape of given sizes}
     *
     * @param sizes how long each axis is, outermost first
     * @throws IllegalArgumentException if a size is negative or above 2^31 - 1, or there are so many
     *         elements that their bytes cannot be counted
     */
    public static ArrayShape of(long... sizes) {
        check(sizes);
        return new ArrayShape(Arrays.stream(sizes).mapToObj(Math::toIntExact).toList());
    }

    private static void check(long[] sizes) {
        long product = 1;
        for (long size : sizes) {
            if (size < 0) {
                throw new IllegalArgumentException(
                        "shape " + text(sizes) + ": size " + size + " is negative");
            }
            if (size > Integer.MAX_VALUE
                    || size > 0 && product > Long.MAX_VALUE / Double.BYTES / size) {
                throw tooLarge(text(sizes));
            }
            product *= size;
        }
    }

    private static IllegalArgumentException tooLarge(String shape) {
        return new IllegalArgumentException("shape " + shape
                + " has more elements than an array can hold (" + Integer.MAX_VALUE + ")");
    }

    private static String text(long[] sizes) {
        String inside = Arrays.stream(sizes).mapToObj(String::valueOf)
                .collect(Collectors.joining(", "));
        return sizes.length == 1 ? "(" + inside + ",)" : "(" + inside + ")";
    }

    /** {@return how many axes} */
    public int rank() {
        return sizes.size();
    }

    /** {@return how many elements, which may be more than a Java array can hold} */
    public long elements() {
        return sizes.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    }

    /**
     * {@return how many elements, as a Java array counts them}
     *
     * @throws IllegalArgumentException if there are more than 2^31 - 1
     */
    public int size() {
        long elements = elements();
        if (elements > Integer.MAX_VALUE) {
            throw tooLarge(toString());
        }
        return (int) elements;
    }

    /**
     * {@return the position of an element, as {@code [3, 0, 27]}}
     *
     * @param index from 0, row-major
     */
    public String position(long index) {
        int[] position = new int[rank()];
        long rest = index;
        for (int axis = rank() - 1; axis >= 0; axis--) {
            position[axis] = (int) (rest % sizes.get(axis));
            rest /= sizes.get(axis);
        }
        return Arrays.toString(position);
    }

    @Override
    public String toString() {
        return text(sizes.stream().mapToLong(Integer::longValue).toArray());
    }
}
