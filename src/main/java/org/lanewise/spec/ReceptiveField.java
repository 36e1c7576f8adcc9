package org.lanewise.spec;

/**
 * The part of the network's input that one value of a layer depends on.
 *
 * <p>Through a window, {@code field' = field + dilation (kernel - 1) jump} and
 * {@code jump' = jump * stride}, along each dimension.
 *
 * @param fieldHeight rows of the input that one value sees
 * @param fieldWidth columns of the input that one value sees
 * @param jumpHeight distance of neighbouring values, in rows of the input
 * @param jumpWidth distance of neighbouring values, in columns of the input
 */
public record ReceptiveField(long fieldHeight, long fieldWidth, long jumpHeight, long jumpWidth) {
    /** One pixel, which sees itself. */
    public static final ReceptiveField PIXEL = new ReceptiveField(1, 1, 1, 1);

    /**
     * {@return the field of values that see everything; their jump is 0}
     *
     * @param map rows and columns of the network's input
     */
    public static ReceptiveField whole(Size map) {
        return new ReceptiveField(map.height(), map.width(), 0, 0);
    }

    /**
     * {@return the field one window later}
     *
     * @param window the next layer's window
     */
    public ReceptiveField through(Window window) {
        return new ReceptiveField(
                fieldHeight
                        + (window.kernel().height() - 1L) * window.dilation().height() * jumpHeight,
                fieldWidth + (window.kernel().width() - 1L) * window.dilation().width() * jumpWidth,
                jumpHeight * window.stride().height(), jumpWidth * window.stride().width());
    }

    /**
     * {@return the field of a value that depends on this one and another}
     *
     * @param other its field
     */
    public ReceptiveField with(ReceptiveField other) {
        // A jump of 0 is that of values that depend on everything.
        boolean whole = jumpHeight == 0 || other.jumpHeight == 0;
        return new ReceptiveField(Math.max(fieldHeight, other.fieldHeight),
                Math.max(fieldWidth, other.fieldWidth),
                whole ? 0 : Math.max(jumpHeight, other.jumpHeight),
                whole ? 0 : Math.max(jumpWidth, other.jumpWidth));
    }
}
