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
     * Checks that a Java array could hold the elements.
     *
     * @param sizes how long each axis is; none for a single number
     * @throws IllegalArgumentException if a size is negative or there are too many elements
     */
    public ArrayShape {
        sizes = List.copyOf(sizes);
        check(sizes.stream().mapToLong(Integer::longValue).toArray());
    }

    /**
     * {@return a shape of given sizes}
     *
     * @param sizes how long each axis is, outermost first
     * @throws IllegalArgumentException if a size is negative or there are too many elements
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
            try {
                product = Math.multiplyExact(product, size);
            } catch (ArithmeticException e) {
                throw tooLarge(sizes, e);
            }
        }
        if (Arrays.stream(sizes).anyMatch(size -> size > Integer.MAX_VALUE)
                || product > Integer.MAX_VALUE) {
            throw tooLarge(sizes, null);
        }
    }

    private static IllegalArgumentException tooLarge(long[] sizes, ArithmeticException cause) {
        return new IllegalArgumentException("shape " + text(sizes)
                + " has more elements than an array can hold (" + Integer.MAX_VALUE + ")", cause);
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

    /** {@return how many elements} */
    public int size() {
        return sizes.stream().reduce(1, (a, b) -> a * b);
    }

    /**
     * {@return the position of an element, as {@code [3, 0, 27]}}
     *
     * @param index from 0, row-major
     */
    public String position(int index) {
        int[] position = new int[rank()];
        int rest = index;
        for (int axis = rank() - 1; axis >= 0; axis--) {
            position[axis] = rest % sizes.get(axis);
            rest /= sizes.get(axis);
        }
        return Arrays.toString(position);
    }

    @Override
    public String toString() {
        return text(sizes.stream().mapToLong(Integer::longValue).toArray());
    }
}
