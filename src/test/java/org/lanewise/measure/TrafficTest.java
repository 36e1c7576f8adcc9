package org.lanewise.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.check.NetworkCase;
import org.lanewise.check.RandomNetworks;
import org.lanewise.spec.Activation;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Layer;
import org.lanewise.spec.Linear;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

/** The bytes that a step moves, and the minimum, in figures computed by hand: elements times 8. */
class TrafficTest {
    private static final int BATCH = 3;
    private static final Execution VECTOR = new Execution(Backend.VECTOR, Algorithm.DIRECT, 1);
    private static final Network CHAIN = Network.input(2, 6, 6).conv2d(3, 3).relu().maxPool2d(2)
            .flatten().linear(5).softmaxCrossEntropy();

    /** Bytes of each pass of a layer by itself: an element has the bytes of the precision. */
    private static void assertElements(Layer layer, Shape input, long... elements) {
        for (Precision precision : Precision.values()) {
            try (LayerPasses passes = Passes.of(layer, input, BATCH,
                    new Execution(Backend.VECTOR, Algorithm.AUTO, precision, 1))) {
                assertEquals(
                        Arrays.stream(elements).mapToObj(n -> precision.bytes() * n).toList(),
                        passes.passes().stream().map(pass -> passes.work(pass).bytes()).toList(),
                        layer + " in " + precision + " precision");
            }
        }
    }

    /** Forward, backward to the input, backward to weights where there are some, and all together. */
    @Test
    void layersByThemselves() {
        Shape maps = new Shape.Image(2, 6, 6);
        int both = 3 * (72 + 64);
        assertElements(new Conv2d(4, Window.of(3)), maps, both + 76, both + 72, both + 76,
                3 * both + 224);
        both = 3 * (72 + 72);
        assertElements(new Conv2d(2, Window.of(3).padding(1), 2, true), maps, both + 20, both + 18,
                both + 20, 3 * both + 58);
        both = 3 * (72 + 180);
        assertElements(new Conv2d(5, Window.of(1)), maps, both + 15, both + 10, both + 15,
                3 * both + 40);
        both = 3 * (72 + 45);
        assertElements(new Conv2d(5, Window.of(3).padding(1).stride(2)), maps, both + 95,
                both + 90, both + 95, 3 * both + 280);
        both = 3 * (72 + 18);
        assertElements(new AvgPool2d(Window.of(2).stride(2), true), maps, both, both, 2 * both);
        // The gradient of a maximum goes where the input equals it, of a ReLU where it is above 0.
        assertElements(new MaxPool2d(Window.of(2).stride(2)), maps, both, 2 * both, 3 * both);
        assertElements(new Activation(Activation.Function.RELU), maps, 3 * 144, 3 * 216, 3 * 360);
        both = 3 * (72 + 7);
        assertElements(new Linear(7), new Shape.Flat(72), both + 511, both + 504, both + 511,
                3 * both + 1526);
    }

    /** Each part with its bytes and the minimum, the bytes of ints apart from doubles. */
    private static List<String> traffic(Network network, Execution execution) {
        try (NetworkPasses passes = Passes.of(network, BATCH, execution)) {
            return passes.parts().stream().map(part -> part(
                    part.layer().map(layer -> layer.index() + " ").orElse("") + part.pass(),
                    part.work().bytes(), part.minimumBytes())).toList();
        }
    }

    private static String part(String name, long moved, long minimum) {
        return name + ": " + moved + ", " + minimum;
    }

    private static String doubles(String name, long moved, long minimum) {
        return part(name, 8 * moved, 8 * minimum);
    }

    /**
     * A sample has 72 inputs, 48 outputs of the convolution and of the ReLU, 12 of the pooling and 5 at the end. The layers learn 54
     * + 3 and 60 + 5. At the minimum the convolution writes what is pooled.
     */
    @Test
    void aChainOfTheReference() {
        assertEquals(List.of(
                doubles("0 forward", 3 * (72 + 48) + 57, 3 * (72 + 12) + 57),
                doubles("1 forward", 3 * (48 + 48), 0),
                part("2 forward", 8 * 3 * (48 + 12) + 4 * 3 * 12, 0),
                doubles("4 forward", 3 * (12 + 5) + 65, 3 * (12 + 5) + 65),
                doubles("loss", 3 * (5 + 5), 3 * (5 + 5)),
                doubles("loss_gradient", 3 * (5 + 5), 3 * (5 + 5)),
                doubles("4 backward_weights", 3 * (12 + 5) + 65, 3 * (12 + 5) + 65),
                doubles("4 backward_input", 3 * (5 + 12) + 60, 3 * (5 + 12) + 60),
                part("2 backward_input", 8 * 3 * (12 + 48) + 4 * 3 * 12, 0),
                doubles("1 backward_input", 3 * (48 + 48 + 48), 0),
                doubles("0 backward_weights", 3 * (72 + 48) + 57, 3 * (72 + 12) + 57),
                doubles("update", 3 * (57 + 65), 3 * (57 + 65))),
                traffic(CHAIN, Execution.REFERENCE));
    }

    /** The ReLU is computed with the convolution; maps are copied at both ends; max pooling reads its maps again. */
    @Test
    void aChainOfVectors() {
        assertEquals(List.of(
                doubles("reorder", 3 * (72 + 72), 0),
                doubles("0 forward", 3 * (72 + 48) + 57, 3 * (72 + 12) + 57),
                doubles("2 forward", 3 * (48 + 12), 0),
                doubles("3 forward", 3 * (12 + 12), 0),
                doubles("4 forward", 3 * (12 + 5) + 65, 3 * (12 + 5) + 65),
                doubles("loss", 3 * (5 + 5), 3 * (5 + 5)),
                doubles("loss_gradient", 3 * (5 + 5), 3 * (5 + 5)),
                doubles("4 backward_weights", 3 * (12 + 5) + 65, 3 * (12 + 5) + 65),
                doubles("4 backward_input", 3 * (5 + 12) + 60, 3 * (5 + 12) + 60),
                doubles("3 backward_input", 3 * (12 + 12), 0),
                doubles("2 backward_input", 3 * (12 + 48 + 48 + 12), 0),
                doubles("0 backward_weights", 3 * (72 + 48) + 57, 3 * (72 + 12) + 57),
                doubles("update", 3 * (57 + 65), 3 * (57 + 65))),
                traffic(CHAIN, VECTOR));
    }

    /** The mask of a ReLU that is computed with the layer before is the map that the next layer reads. */
    @Test
    void aMaskIsRead() {
        Network network = Network.input(2, 6, 6).conv2d(3, 3).relu().conv2d(4, 3).flatten()
                .linear(2).meanSquaredError();
        assertEquals(List.of(
                doubles("reorder", 3 * (72 + 72), 0),
                doubles("0 forward", 3 * (72 + 48) + 57, 3 * (72 + 48) + 57),
                doubles("2 forward", 3 * (48 + 16) + 112, 3 * (48 + 16) + 112),
                doubles("3 forward", 3 * (16 + 16), 0),
                doubles("4 forward", 3 * (16 + 2) + 34, 3 * (16 + 2) + 34),
                doubles("loss", 3 * (2 + 2), 3 * (2 + 2)),
                doubles("loss_gradient", 3 * (2 + 2 + 2), 3 * (2 + 2 + 2)),
                doubles("4 backward_weights", 3 * (16 + 2) + 34, 3 * (16 + 2) + 34),
                doubles("4 backward_input", 3 * (2 + 16) + 32, 3 * (2 + 16) + 32),
                doubles("3 backward_input", 3 * (16 + 16), 0),
                doubles("2 backward_weights", 3 * (48 + 16) + 112, 3 * (48 + 16) + 112),
                doubles("2 backward_input", 3 * (16 + 48 + 48) + 108, 3 * (16 + 48) + 108),
                doubles("0 backward_weights", 3 * (72 + 48) + 57, 3 * (72 + 48) + 57),
                doubles("update", 3 * (57 + 112 + 34), 3 * (57 + 112 + 34))),
                traffic(network, VECTOR));
    }

    /**
     * A convolution by Winograd's algorithm writes the 576 outputs of the pooling, of 2304, and for each of 36 windows
     * two ints of 8 channels. What is copied for the dense layer is fused with nothing.
     */
    @Test
    void aPoolingIsComputedWithAConvolution() {
        Network network = Network.input(16, 12, 12).conv2d(16, Window.of(3).padding(1)).relu()
                .maxPool2d(2).flatten().linear(2).meanSquaredError();
        List<String> traffic = traffic(network,
                new Execution(Backend.VECTOR, Algorithm.AUTO, 1));
        long learned = 16 * 16 * 9 + 16;
        long moved = 8 * (3 * (2304 + 576) + learned);
        for (String part : List.of(
                part("0 forward", moved + 4 * 3 * 36 * 2, moved),
                part("0 backward_weights", moved + 4 * 3 * 36 * 2, moved))) {
            assertTrue(traffic.contains(part), part + " in " + traffic);
        }
        assertTrue(traffic.stream().noneMatch(part -> part.startsWith("1 ")
                || part.startsWith("2 ")), traffic.toString());
    }

    /**
     * A function after a normalization is computed in its step: the gradient with respect to 48 values is replaced,
     * for a sigmoid from these values, for GELU from what is normalized again.
     */
    @Test
    void aFunctionIsComputedWithANormalization() {
        Network gelu = Network.input(2, 6, 6).conv2d(3, 3).batchNorm().gelu().conv2d(4, 3)
                .flatten().linear(2).meanSquaredError();
        Network sigmoid = Network.input(2, 6, 6).conv2d(3, 3).batchNorm().sigmoid().conv2d(4, 3)
                .flatten().linear(2).meanSquaredError();
        for (Network network : List.of(gelu, sigmoid)) {
            int read = network == gelu ? 0 : 48;
            List<String> traffic = traffic(network, VECTOR);
            for (String part : List.of(
                    doubles("1 forward", 3 * (48 + 48) + 6, 6),
                    doubles("1 backward_weights", 3 * (48 + 48 + 48 + read) + 6, 6),
                    doubles("1 backward_input", 3 * (48 + 48 + 48) + 3, 3),
                    doubles("3 backward_input", 3 * (16 + 48) + 108, 3 * (16 + 48) + 108))) {
                assertTrue(traffic.contains(part), part + " in " + traffic);
            }
            assertTrue(traffic.stream().noneMatch(part -> part.startsWith("2 ")),
                    traffic.toString());
        }
    }

    /** All maps have 32 elements; the layers learn 38 (36 of them weights), 38, 4 and 99. */
    @Test
    void aResidual() {
        Window same = Window.of(3).padding(1);
        Network network = Network.input(2, 4, 4).conv2d(2, same)
                .residual(body -> body.conv2d(2, same).batchNorm()).relu().flatten().linear(3)
                .softmaxCrossEntropy();
        int map = 3 * 32;
        assertEquals(List.of(
                doubles("0 forward", 2 * map + 38, 2 * map + 38),
                doubles("1 forward", 2 * map + 38, 2 * map + 38),
                doubles("2 forward", 2 * map + 4, 4),
                doubles("3 forward", 3 * map, 3 * map),
                doubles("4 forward", 2 * map, 0),
                doubles("6 forward", map + 3 * 3 + 99, map + 3 * 3 + 99),
                doubles("loss", 3 * (3 + 3), 3 * (3 + 3)),
                doubles("loss_gradient", 3 * (3 + 3), 3 * (3 + 3)),
                doubles("6 backward_weights", map + 3 * 3 + 99, map + 3 * 3 + 99),
                doubles("6 backward_input", map + 3 * 3 + 96, map + 3 * 3 + 96),
                doubles("4 backward_input", 3 * map, 0),
                // One array is the gradient of the sum and of the normalization.
                doubles("3 backward_input", 2 * map, 0),
                doubles("2 backward_weights", 2 * map + 4, 4),
                doubles("2 backward_input", 3 * map + 2, 2),
                doubles("1 backward_weights", 2 * map + 38, 2 * map + 38),
                // Its contribution is written, read, and added to a gradient that is read and written.
                doubles("1 backward_input", map + 4 * map + 36, 2 * map + 36),
                doubles("0 backward_weights", 2 * map + 38, 2 * map + 38),
                doubles("update", 3 * (38 + 38 + 4 + 99), 3 * (38 + 38 + 4 + 99))),
                traffic(network, Execution.REFERENCE));
    }

    /** The output of the convolution, 8 elements, has three readers; the last, the concatenation, contributes first. */
    @Test
    void joins() {
        Network network = Network.input(1, 3, 3).conv2d(2, 2).as("stem").relu().add("stem")
                .as("sum").concat("stem", "sum").flatten().linear(2).meanSquaredError();
        List<String> traffic = traffic(network, Execution.REFERENCE);
        for (String part : List.of(
                doubles("2 forward", 3 * (8 + 8 + 8), 3 * (8 + 8)),
                doubles("3 forward", 3 * (8 + 8 + 16), 3 * (8 + 8 + 16)),
                doubles("3 backward_input", 3 * (16 + 8 + 8), 0),
                doubles("2 backward_input", 3 * (8 + 2 * 8), 0),
                doubles("1 backward_input", 3 * (8 + 8 + 4 * 8), 0))) {
            assertTrue(traffic.contains(part), part + " in " + traffic);
        }
    }

    /** A term that is added to itself is one array. */
    @Test
    void aSumOfOneMap() {
        Network network = Network.input(4).linear(3).as("one").relu().as("two").add("two").linear(2)
                .meanSquaredError();
        List<String> traffic = traffic(network, Execution.REFERENCE);
        assertTrue(traffic.contains(doubles("2 forward", 3 * (3 + 3), 3 * (3 + 3))),
                traffic.toString());
        assertTrue(traffic.contains(doubles("2 backward_input", 3 * (3 + 3 + 3), 0)),
                traffic.toString());
    }

    /** Masks of 40 elements are two ints, with room for four; pooling takes 20 inputs to 4, a norm learns 8. */
    @Test
    void whatIsReadBesidesGradients() {
        Network network = Network.input(4, 2, 5).dropout(0.5).scale(2).conv2d(4, 1).gelu().sigmoid()
                .groupNorm(2).avgPool2d(2).globalAvgPool2d().flatten().linear(2)
                .meanSquaredError();
        List<String> traffic = traffic(network, Execution.REFERENCE);
        for (String part : List.of(
                part("0 forward", 8 * 3 * (40 + 40) + 4 * 3 * 6, 0),
                doubles("1 forward", 3 * (40 + 40), 0),
                doubles("2 forward", 3 * (40 + 40) + 20, 3 * (40 + 4) + 20),
                doubles("5 forward", 3 * (40 + 40) + 8, 8),
                doubles("7 backward_input", 3 * (4 + 8), 0),
                doubles("6 backward_input", 3 * (8 + 40), 0),
                doubles("5 backward_weights", 3 * (40 + 40) + 8, 8),
                doubles("5 backward_input", 3 * (40 + 40 + 40) + 4, 4),
                doubles("4 backward_input", 3 * (40 + 40 + 40), 0),
                doubles("3 backward_input", 3 * (40 + 40 + 40), 0),
                doubles("2 backward_weights", 3 * (40 + 40) + 20, 3 * (40 + 4) + 20))) {
            assertTrue(traffic.contains(part), part + " in " + traffic);
        }
    }

    /** Two poolings read the map of 32 elements, which is therefore stored; the convolutions after them read two means. */
    @Test
    void aLayerReadsTheSmallestMapOnTheWayToIt() {
        Network network = Network.input(2, 4, 4).conv2d(2, 1)
                .residual(body -> body.globalAvgPool2d().conv2d(3, 1),
                        shortcut -> shortcut.avgPool2d(4).conv2d(3, 1))
                .flatten().linear(2).meanSquaredError();
        List<String> traffic = traffic(network, Execution.REFERENCE);
        for (String part : List.of(
                doubles("0 forward", 3 * (32 + 32) + 6, 3 * (32 + 32) + 6),
                doubles("1 forward", 3 * (32 + 2), 0),
                doubles("2 forward", 3 * (2 + 3) + 9, 3 * (2 + 3) + 9),
                doubles("5 forward", 3 * (3 + 3 + 3), 3 * (3 + 3 + 3)),
                doubles("4 backward_weights", 3 * (2 + 3) + 9, 3 * (2 + 3) + 9),
                doubles("4 backward_input", 3 * (3 + 2) + 6, 3 * (3 + 2) + 6),
                doubles("0 backward_weights", 3 * (32 + 32) + 6, 3 * (32 + 32) + 6))) {
            assertTrue(traffic.contains(part), part + " in " + traffic);
        }
    }

    @Test
    void noPassMovesLessThanItsMinimum() {
        for (NetworkCase one : RandomNetworks.of(400, 20261130)) {
            for (Execution execution : List.of(Execution.REFERENCE,
                    new Execution(Backend.AUTO, Algorithm.AUTO, 1))) {
                try (NetworkPasses passes = Passes.of(one.network(), one.capacity(), execution)) {
                    for (Part part : passes.parts()) {
                        assertTrue(0 <= part.minimumBytes()
                                && part.minimumBytes() <= part.work().bytes(),
                                () -> one.name() + ", seed 20261130: " + part);
                    }
                }
            }
        }
    }
}
