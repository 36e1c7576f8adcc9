package org.lanewise.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Converts a nested array to the flat row-major array that the library takes, and back.
 *
 * @param shape sizes, outermost first
 * @param values the elements, the last index running fastest
 */
record RowMajor(List<Integer> shape, double[] values) {
    /**
     * Copies a nested array.
     *
     * @param name what messages call the array
     * @param nested {@code double[][]} or deeper
     * @throws IllegalArgumentException if a part is empty, or not shaped as its neighbours
     */
    static RowMajor of(String name, Object[] nested) {
        List<Integer> shape = shape(name, nested);
        double[] values = new double[shape.stream().reduce(1, Math::multiplyExact)];
        copy(nested, values, 0);
        return new RowMajor(shape, values);
    }

    private static List<Integer> shape(String name, Object array) {
        return switch (Objects.requireNonNull(array, name)) {
            case double[] row -> List.of(requireElements(name, row.length));
            case Object[] parts -> {
                requireElements(name, parts.length);
                List<Integer> first = shape(name + "[0]", parts[0]);
                for (int i = 1; i < parts.length; i++) {
                    List<Integer> other = shape(name + "[" + i + "]", parts[i]);
                    if (!other.equals(first)) {
                        throw new IllegalArgumentException(name + "[" + i + "] has shape " + other
                                + ", but " + name + "[0] has shape " + first);
                    }
                }
                List<Integer> shape = new ArrayList<>(List.of(parts.length));
                shape.addAll(first);
                yield List.copyOf(shape);
            }
            default -> throw new IllegalArgumentException(name + " is no array of doubles");
        };
    }

    private static int requireElements(String name, int length) {
        if (length == 0) {
            throw new IllegalArgumentException(name + " is empty");
        }
        return length;
    }

    private static int copy(Object array, double[] into, int from) {
        int at = from;
        switch (array) {
            case double[] row -> {
                System.arraycopy(row, 0, into, at, row.length);
                at += row.length;
            }
            case Object[] parts -> {
                for (Object part : parts) {
                    at = copy(part, into, at);
                }
            }
            default -> throw new AssertionError(array);
        }
        return at;
    }

    /** The size along one dimension, 0 the outermost. */
    int size(int dimension) {
        return shape.get(dimension);
    }

    /** Rows of some columns each, copied. */
    static double[][] rows(double[] values, int columns) {
        double[][] rows = new double[values.length / columns][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(values, i * columns, (i + 1) * columns);
        }
        return rows;
    }

    /** Maps of one size, copied. */
    static double[][][] maps(double[] values, int height, int width) {
        double[][] rows = rows(values, width);
        double[][][] maps = new double[rows.length / height][][];
        for (int i = 0; i < maps.length; i++) {
            maps[i] = Arrays.copyOfRange(rows, i * height, (i + 1) * height);
        }
        return maps;
    }
}
