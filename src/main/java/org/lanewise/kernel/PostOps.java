package org.lanewise.kernel;

/**
 * What a kernel computes along with its own operation.
 *
 * @param fuseRelu whether a ReLU follows: {@code max(0, x)} is written
 * @param reluMask whether the input was written so; its gradient is then 0 where it is not above 0
 */
public record PostOps(boolean fuseRelu, boolean reluMask) {
    /** Nothing but the operation itself. */
    public static final PostOps NONE = new PostOps(false, false);
}
