package org.lanewise;

import java.util.List;
import org.lanewise.plan.Plan;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

/**
 * What one layer made of one sample.
 *
 * @param layer the layer and its shapes
 * @param values its outputs, row-major
 * @param argmax for max pooling, the argmax of each output's window in its input map,
 *        {@code row * width + column}; empty for other layers
 */
public record LayerTrace(LayerDescription layer, double[] values, int[] argmax) {
    /** The traces of all layers for one sample, which both plans compute. */
    static List<LayerTrace> of(double[] input, Plan plan, Plan unfused) {
        for (Plan one : List.of(plan, unfused)) {
            one.inputs().write(input, 0, 0, input.length);
            one.predict(1);
        }
        return plan.network().describe().stream().map(layer -> LayerTrace.of(layer,
                plan.stores(layer.index()) ? plan : unfused, unfused)).toList();
    }

    /**
     * The trace of a layer in plans that have computed one sample.
     *
     * @param plan stores the layer's outputs
     * @param unfused stores those of all layers: one with a ReLU that is fused into a max pooling has
     *        no argmax of a window without a gradient
     */
    private static LayerTrace of(LayerDescription layer, Plan plan, Plan unfused) {
        int[] places = layer.resolved() instanceof MaxPool2d
                ? places(layer, unfused.argmax(layer.index(), 1))
                : new int[0];
        return new LayerTrace(layer, plan.outputs(layer.index(), 1), places);
    }

    /**
     * Converts the argmax of each window from an offset in the window to an index in the input map.
     */
    private static int[] places(LayerDescription layer, int[] taps) {
        Window window = layer.resolved().window();
        Shape.Image in = (Shape.Image) layer.input();
        Shape.Image out = (Shape.Image) layer.output();
        int[] places = new int[taps.length];
        for (int i = 0; i < taps.length; i++) {
            int p = i / out.width() % out.height();
            int q = i % out.width();
            int r = taps[i] / window.kernel().width();
            int s = taps[i] % window.kernel().width();
            int row = p * window.stride().height() - window.padding().height()
                    + r * window.dilation().height();
            int column = q * window.stride().width() - window.padding().width()
                    + s * window.dilation().width();
            places[i] = row * in.width() + column;
        }
        return places;
    }
}
