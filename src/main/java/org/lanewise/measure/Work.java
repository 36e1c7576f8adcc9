package org.lanewise.measure;

import org.lanewise.plan.SingleStep;
import org.lanewise.spec.LayerDescription;

/**
 * How much a pass has to do.
 *
 * @param flops floating-point operations of the direct algorithm, a multiply-add counting two; a
 *        backward pass counts as many as the forward pass
 * @param bytes read and written: maps without their halos, gradients, what is learned, and indices, each
 *        array once
 */
public record Work(long flops, long bytes) {
    /** Nothing to do. */
    public static final Work NONE = new Work(0, 0);

    /**
     * {@return both together}
     *
     * @param other added
     */
    public Work plus(Work other) {
        return new Work(flops + other.flops, bytes + other.bytes);
    }

    /** What one pass of one layer has to do for a batch. */
    static Work of(LayerDescription layer, SingleStep step, Pass pass, int batch) {
        return new Work(batch * layer.forwardFlops(), step.bytes(pass.toString(), batch));
    }
}
