package org.lanewise.measure;

import org.lanewise.spec.Activation;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Shape;

/**
 * How much a pass has to do, from the shapes alone.
 *
 * @param flops floating-point operations of the direct algorithm, a multiply-add counting two; a
 *        backward pass counts as many as the forward pass
 * @param bytes memory that is read or written at least: every array once
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
    static Work of(LayerDescription layer, Pass pass, int batch) {
        long values = batch * (layer.inputs().stream().mapToLong(Shape::size).sum()
                + layer.output().size());
        long learned = layer.parameterCount();
        long doubles = switch (pass) {
            case FORWARD, BACKWARD_WEIGHTS -> values + learned;
            case BACKWARD_INPUT -> values + (layer.parameters().isEmpty()
                    ? 0
                    : layer.parameters().getFirst().size()) + remembered(layer, batch);
            case STEP -> throw new IllegalArgumentException("a step is the sum of its passes");
        };
        long argmax = layer.resolved() instanceof MaxPool2d ? batch * layer.output().size() : 0;
        return new Work(batch * layer.forwardFlops(),
                doubles * Double.BYTES + argmax * Integer.BYTES);
    }

    /** Outputs that the gradient of a function is computed from. */
    private static long remembered(LayerDescription layer, int batch) {
        return layer.layer() instanceof Activation ? batch * layer.output().size() : 0;
    }
}
