package org.lanewise.kernel;

/**
 * What a kernel computes along with its own operation.
 *
 * @param fuseRelu whether a ReLU follows: {@code max(0, x)} is written
 * @param reluMask whether the input was written so; its gradient is then 0 where it is not above 0
 * @param maxPool the max pooling that follows, after the ReLU if there is one; null for none
 */
public record PostOps(boolean fuseRelu, boolean reluMask, FusedMaxPool maxPool) {
    /** Nothing but the operation itself. */
    public static final PostOps NONE = new PostOps(false, false);

    /** At most a ReLU and a mask. */
    public PostOps(boolean fuseRelu, boolean reluMask) {
        this(fuseRelu, reluMask, null);
    }
}
