package org.lanewise;

import java.util.Arrays;
import java.util.List;
import org.lanewise.plan.Plan;
import org.lanewise.spec.Normalization;
import org.lanewise.spec.Shape;

/**
 * Views of the samples of a batch, whose outputs are averaged: the image alone (1 view); the image
 * and its mirror image (2); or half of that and half of the same mean for the image shifted by a
 * pixel up and left and for the one shifted down and right, mirrored at its edges (6).
 */
final class Views {
    private final Plan plan;
    private final int views;
    private final Augmenter changes;
    private final double[] inputs;
    private final double[] changed;
    private final double[] outputs;

    /**
     * Allocates a batch where there are several views.
     *
     * @throws IllegalArgumentException if there are others than 1, 2 or 6 views, or the inputs do
     *         not have them
     */
    Views(Plan plan, int views) {
        Shape shape = plan.network().input();
        if (views != 1 && views != 2 && views != 6) {
            throw new IllegalArgumentException(views + " views; expected 1, 2 or 6");
        }
        if (views > 1 && !(shape instanceof Shape.Image image
                && (views == 2 || Math.min(image.height(), image.width()) > 1))) {
            throw new IllegalArgumentException(views + " views: expected images"
                    + (views == 6 ? " of 2x2 pixels or more" : "") + ", found inputs of " + shape);
        }
        this.plan = plan;
        this.views = views;
        this.changes = new Augmenter(List.of(), 0, shape, Normalization.NONE);
        this.inputs = new double[views == 1 ? 0 : plan.capacity() * plan.inputSize()];
        this.changed = new double[inputs.length];
        this.outputs = new double[views == 1 ? 0 : plan.capacity() * plan.outputSize()];
    }

    /** Computes the mean outputs of a batch that the plan's arrays hold, into the plan's outputs. */
    void predict(int count) {
        if (views == 1) {
            plan.predict(count);
            return;
        }
        int values = count * plan.outputSize();
        plan.inputs().read(0, inputs, 0, count * plan.inputSize());
        Arrays.fill(outputs, 0, values, 0.0);
        add(count, 0, views == 2 ? 0.5 : 0.25);
        if (views == 6) {
            add(count, -1, 0.125);
            add(count, 1, 0.125);
        }
        plan.outputs().write(outputs, 0, 0, values);
    }

    /** Adds the outputs of shifted images and of their mirror images, with a factor each. */
    private void add(int count, int shift, double factor) {
        int each = plan.inputSize();
        for (boolean mirror : new boolean[] {false, true}) {
            System.arraycopy(inputs, 0, changed, 0, count * each);
            for (int i = 0; i < count; i++) {
                if (shift != 0) {
                    changes.shift(shift, shift, true, changed, i * each);
                }
                if (mirror) {
                    changes.flip(changed, i * each);
                }
            }
            plan.inputs().write(changed, 0, 0, count * each);
            plan.predict(count);
            for (int i = 0; i < count * plan.outputSize(); i++) {
                outputs[i] += factor * plan.outputs().get(i);
            }
        }
    }
}
