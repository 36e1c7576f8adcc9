package org.lanewise.plan;

import org.lanewise.kernel.Layout;
import org.lanewise.spec.Shape;

/**
 * What flows between two steps: a batch of values and, in training, the gradient by them.
 *
 * @param shape shape of one sample
 * @param values the batch, one sample behind the other, row-major
 * @param gradient the same for the gradient; null where nobody asks for it
 */
record Tensor(Shape shape, double[] values, double[] gradient) {
    int sampleSize() {
        return (int) shape.size();
    }

    Layout layout() {
        return switch (shape) {
            case Shape.Image image ->
                Layout.rowMajor(image.channels(), image.height(), image.width());
            case Shape.Flat flat -> Layout.rowMajor(1, 1, flat.features());
        };
    }

    /** The same arrays seen with another shape. */
    Tensor as(Shape other) {
        return new Tensor(other, values, gradient);
    }
}
