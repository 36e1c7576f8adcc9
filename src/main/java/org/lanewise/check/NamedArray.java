package org.lanewise.check;

/**
 * An array that a step computed.
 *
 * @param name what it holds, as {@code 0.weight gradient}
 * @param values row-major
 */
record NamedArray(String name, double[] values) {
    static NamedArray of(String name, double value) {
        return new NamedArray(name, new double[] {value});
    }
}
