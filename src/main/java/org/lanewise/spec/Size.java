package org.lanewise.spec;

/**
 * A height and a width, in pixels.
 *
 * @param height rows
 * @param width columns
 */
public record Size(int height, int width) {
    /**
     * {@return the same number of rows and columns}
     *
     * @param side rows, and columns
     */
    public static Size square(int side) {
        return new Size(side, side);
    }

    @Override
    public String toString() {
        return height + "x" + width;
    }
}
