package org.lanewise.cli.bench;

import java.util.List;
import org.lanewise.measure.Execution;
import org.lanewise.cli.format.Report;
import org.lanewise.measure.LayerPasses;
import org.lanewise.measure.NetworkPasses;
import org.lanewise.measure.Pass;
import org.lanewise.measure.Passes;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Layer;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Size;
import org.lanewise.spec.Window;

/** Something to measure or to check: a layer or a network, and how many samples at once. */
public sealed interface Problem {
    String name();

    /** Allocates what the problem needs. */
    Passes passes(Execution execution);

    /** The passes that there are, without the memory to run them. */
    List<Pass> passes();

    /** The shapes in one word, as benchdnn writes them. */
    String shapes();

    /** One layer by itself. */
    record OneLayer(String name, int batch, Shape input, Layer layer) implements Problem {
        @Override
        public LayerPasses passes(Execution execution) {
            return Passes.of(layer, input, batch, execution);
        }

        @Override
        public List<Pass> passes() {
            return layer.parameters(input).isEmpty()
                    ? List.of(Pass.FORWARD, Pass.BACKWARD_INPUT, Pass.STEP)
                    : List.of(Pass.values());
        }

        @Override
        public String shapes() {
            return layer instanceof Conv2d conv && input instanceof Shape.Image image
                    ? convolution(conv, image)
                    : layer.type() + "_mb" + batch + "_" + input + "_" + layer.output(input);
        }

        /** Dilation as benchdnn counts it: 0 is dense. */
        private String convolution(Conv2d conv, Shape.Image in) {
            Window window = conv.window();
            Shape.Image out = conv.output(in);
            return Report.format("g%dmb%dic%dih%diw%doc%doh%dow%d", conv.groups(), batch,
                    in.channels(), in.height(), in.width(), out.channels(), out.height(),
                    out.width()) + pair("k", window.kernel(), 0) + pair("s", window.stride(), 0)
                    + pair("p", window.padding(), 0) + pair("d", window.dilation(), 1);
        }

        private static String pair(String letter, Size size, int less) {
            return Report.format("%sh%d%sw%d", letter, size.height() - less, letter,
                    size.width() - less);
        }
    }

    /** A network with its loss and its update. */
    record Whole(String name, int batch, Network network) implements Problem {
        @Override
        public NetworkPasses passes(Execution execution) {
            return Passes.of(network, batch, execution);
        }

        @Override
        public List<Pass> passes() {
            return List.of(Pass.FORWARD, Pass.STEP);
        }

        @Override
        public String shapes() {
            return "network_mb" + batch + "_" + network.input() + "_" + network.output();
        }
    }
}
