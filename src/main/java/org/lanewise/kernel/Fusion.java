package org.lanewise.kernel;

/**
 * What a kernel computes along with its own operation.
 *
 * @param rectify whether a ReLU follows: {@code max(0, x)} is written
 * @param rectified whether the input was written so; its gradient is then 0 where it is not above 0
 */
public record Fusion(boolean rectify, boolean rectified) {
    /** Nothing but the operation itself. */
    public static final Fusion NONE = new Fusion(false, false);
}
