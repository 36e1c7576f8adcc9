package org.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.Trainer;
import org.lanewise.TrainingOptions;
import org.lanewise.codec.LayerCodecs;
import org.lanewise.kernel.gemm.Lanes;
import org.lanewise.spec.Activation;
import org.lanewise.spec.Add;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.Concat;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Dropout;
import org.lanewise.spec.GroupNorm;
import org.lanewise.spec.Join;
import org.lanewise.spec.Layer;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.LayerNorm;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.Linear;
import org.lanewise.spec.Loss;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.RmsProp;
import org.lanewise.spec.Scale;
import org.lanewise.spec.SmoothL1;
import org.lanewise.spec.Lion;
import org.lanewise.spec.NAdam;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

/** The networks that the differential test draws leave nothing out. */
class RandomNetworksTest {
    private static final int LEAST = 10;
    private static final List<NetworkCase> DRAWN = RandomNetworks.of(4000, 20261129);
    /** Functions of elements other than ReLU: their steps differ in the loop over elements alone. */
    private static final List<String> FUNCTIONS = List.of("sigmoid", "tanh", "relu6", "leaky_relu",
            "elu", "gelu", "silu", "hardswish", "softplus", "scale");
    private static final String FUNCTION = "function";
    private static final List<String> ON_MAPS = List.of("conv2d", "max_pool2d", "avg_pool2d",
            "global_avg_pool2d", "global_max_pool2d", "relu", FUNCTION, "batch_norm", "group_norm",
            "layer_norm", "dropout", "flatten", "add", "concat");
    private static final List<String> ON_ROWS = List.of("linear", "relu", FUNCTION, "batch_norm",
            "group_norm", "layer_norm", "dropout", "flatten", "add", "concat");

    /** A kernel of vectors of 512 bits alone. */
    private static final String PIXEL_LANES = "forward: line tiles: # factors looked up for a line"
            + " of pixels, lanes are pixels";

    /** What computes passes by the direct algorithm, with # for numbers. */
    private static final List<String> KERNELS = List.of(
            "forward: sample tiles: lanes are # samples",
            "backward input: # classes of pixels, the first by run tiles: # runs of #",
            "backward input: # classes of pixels, the first by tap tiles: # factors looked up",
            "backward input: channel by channel",
            "backward input: channel tiles: lanes are channels of all groups",
            "backward input: channel tiles: lanes are channels of all groups, copied",
            "backward input: element by element",
            "backward input: group by group",
            "backward input: line tiles: # factors looked up",
            "backward input: none: one array with the gradient of the output",
            "backward input: plane tiles: lanes are pixels, # factors looked up",
            "backward input: run tiles: # runs of #",
            "backward input: run tiles: lanes are inputs",
            "backward input: sample tiles: lanes are # samples, a tap beyond the edge is left out",
            "backward input: scalar kernels",
            "backward input: tap tiles: # factors looked up",
            "backward input: window by window",
            "backward weights: channel by channel",
            "backward weights: channel tiles: # weights looked up",
            "backward weights: group by group",
            "backward weights: line tiles: # weights looked up for a line of pixels",
            "backward weights: pixel tiles: # strips of #",
            "backward weights: pixel tiles: # weights looked up",
            "backward weights: run tiles: lanes are inputs",
            "backward weights: scalar kernels",
            "backward weights: tap tiles: lanes are weights of a row of the kernel",
            "forward: channel by channel",
            "forward: channel tiles: lanes are channels of all groups",
            "forward: channel tiles: lanes are channels of all groups, copied",
            "forward: element by element",
            "forward: group by group",
            "forward: line tiles: # factors looked up for a line of pixels",
            "forward: line tiles: # factors looked up for a line of pixels, transposed",
            "forward: run tiles: # runs of #",
            "forward: run tiles: lanes are outputs",
            "forward: run tiles: lanes are samples",
            "forward: scalar kernels",
            "forward: tap tiles: # factors looked up",
            "forward: window by window");

    private static Stream<LayerDescription> layers() {
        return DRAWN.stream().flatMap(drawn -> drawn.network().describe().stream());
    }

    private static void assertDrawn(String what, long count) {
        assertTrue(count >= LEAST, () -> what + ": drawn " + count + " times, expected at least "
                + LEAST);
    }

    /** A layer that is new must be drawn. */
    @Test
    void everyTypeOfLayerIsListed() {
        Set<String> listed = new TreeSet<>(ON_MAPS);
        listed.addAll(ON_ROWS);
        listed.addAll(FUNCTIONS);
        listed.remove(FUNCTION);
        assertEquals(new TreeSet<>(LayerCodecs.types()), listed);
    }

    private static String group(Layer layer) {
        return FUNCTIONS.contains(layer.type()) ? FUNCTION : layer.type();
    }

    /** Each is written as its type and its parameter; both kinds of GELU are. */
    @Test
    void everyFunctionIsDrawnOnMapsAndOnRows() {
        for (Activation.Function function : Activation.Function.values()) {
            for (boolean flat : new boolean[] {false, true}) {
                assertDrawn(function + ", flat " + flat, layers()
                        .filter(layer -> layer.output() instanceof Shape.Flat == flat)
                        .filter(layer -> layer.layer() instanceof Activation one
                                && one.function() == function)
                        .count());
            }
        }
        for (boolean flat : new boolean[] {false, true}) {
            assertDrawn("scale, flat " + flat, layers()
                    .filter(layer -> layer.output() instanceof Shape.Flat == flat)
                    .filter(layer -> layer.layer() instanceof Scale).count());
        }
        assertDrawn("negative slope", Activation.class,
                one -> one.function() == Activation.Function.LEAKY_RELU && one.parameter() < 0);
        assertDrawn("alpha 0", Activation.class,
                one -> one.function() == Activation.Function.ELU && one.parameter() == 0);
    }

    @Test
    void everyLayerFollowsEveryOther() {
        Map<String, Integer> pairs = new TreeMap<>();
        for (NetworkCase drawn : DRAWN) {
            Network network = drawn.network();
            String input = network.input() instanceof Shape.Flat ? "row" : "map";
            List<String> types = network.layers().stream().map(RandomNetworksTest::group)
                    .toList();
            for (LayerDescription layer : network.describe()) {
                for (int source : layer.sources()) {
                    pairs.merge((source < 0 ? input : types.get(source)) + " > "
                            + group(layer.layer()), 1, Integer::sum);
                }
            }
            pairs.merge(types.getLast() + " > " + network.loss().type(), 1, Integer::sum);
        }
        List<String> expected = new ArrayList<>();
        for (String before : List.of("map", "conv2d", "max_pool2d", "avg_pool2d",
                "global_avg_pool2d", "global_max_pool2d", "relu", FUNCTION, "batch_norm",
                "group_norm", "layer_norm", "dropout", "add", "concat")) {
            ON_MAPS.forEach(after -> expected.add(before + " > " + after));
            expected.add(before + " > mean_squared_error");
        }
        for (String before : List.of("row", "linear", "flatten", "relu", FUNCTION, "batch_norm",
                "group_norm", "layer_norm", "dropout", "add", "concat")) {
            ON_ROWS.forEach(after -> expected.add(before + " > " + after));
            expected.add(before + " > mean_squared_error");
            expected.add(before + " > softmax_cross_entropy");
        }
        expected.remove("row > mean_squared_error");
        expected.remove("row > softmax_cross_entropy");
        expected.remove("map > mean_squared_error");
        for (String pair : expected) {
            assertDrawn(pair, pairs.getOrDefault(pair, 0));
        }
    }

    private static <L extends Layer> void assertDrawn(String what, Class<L> type,
            Predicate<L> option) {
        assertDrawn(what, layers().map(LayerDescription::layer).filter(type::isInstance)
                .map(type::cast).filter(option).count());
    }

    @Test
    void everyOptionIsDrawn() {
        assertDrawn("no bias", Conv2d.class, conv -> !conv.bias());
        assertDrawn("groups", Conv2d.class, conv -> conv.groups() > 1);
        assertDrawn("kernel 5", Conv2d.class, conv -> conv.window().kernel().height() == 5);
        assertDrawn("kernel 1x1", Conv2d.class, conv -> conv.window().taps() == 1);
        assertDrawn("stride 3", Conv2d.class, conv -> conv.window().stride().width() == 3);
        assertDrawn("stride beyond the kernel", Conv2d.class, conv -> conv.window().stride()
                .height() > conv.window().kernel().height());
        assertDrawn("padding beyond the kernel", Conv2d.class, conv -> conv.window().padding()
                .height() >= conv.window().kernel().height());
        assertDrawn("other padding below", Conv2d.class, conv -> conv.window().paddingEnd()
                .height() > conv.window().padding().height());
        assertDrawn("other padding to the right", Conv2d.class, conv -> conv.window().paddingEnd()
                .width() < conv.window().padding().width());
        assertDrawn("dilation 3", Conv2d.class, conv -> conv.window().dilation().height() == 3);
        assertDrawn("one output channel", Conv2d.class, conv -> conv.outChannels() == 1);
        assertDrawn("depthwise", layers().filter(layer -> layer.layer() instanceof Conv2d conv
                && conv.groups() > 1
                && conv.groups() == ((Shape.Image) layer.input()).channels()).count());
        assertDrawn("overlapping windows", MaxPool2d.class, pool -> pool.window().stride()
                .height() < pool.window().kernel().height());
        assertDrawn("dilated maximum", MaxPool2d.class, pool -> pool.window().dilation()
                .height() == 2);
        assertDrawn("maximum beyond the map", layers().filter(layer -> layer
                .layer() instanceof MaxPool2d pool && pool.ceilMode() && beyond(layer)).count());
        assertDrawn("average beyond padding that counts", layers().filter(layer -> layer
                .layer() instanceof AvgPool2d pool && pool.ceilMode() && pool.countIncludePad()
                && beyond(layer)).count());
        assertDrawn("divisor", AvgPool2d.class, pool -> pool.divisorOverride() > 0);
        assertDrawn("padding counts", AvgPool2d.class, pool -> pool.countIncludePad()
                && pool.window().padding().width() > 0);
        assertDrawn("padding does not count", AvgPool2d.class, pool -> !pool.countIncludePad()
                && pool.window().padding().width() > 0);
        assertDrawn("no bias", Linear.class, linear -> !linear.bias());
        assertDrawn("groups of several channels", layers().filter(layer -> layer
                .layer() instanceof GroupNorm norm && norm.affine() && norm.numGroups() > 1
                && norm.numGroups() < layer.parameters().getFirst().size()).count());
        assertDrawn("nothing learned", GroupNorm.class, norm -> !norm.affine());
        assertDrawn("no bias", LayerNorm.class, norm -> norm.elementwiseAffine() && !norm.bias());
        assertDrawn("nothing learned", LayerNorm.class, norm -> !norm.elementwiseAffine());
        assertDrawn("nothing dropped", Dropout.class, dropout -> dropout.p() == 0.0);
        assertDrawn("most dropped", Dropout.class, dropout -> dropout.p() > 0.5);
        assertDrawn("one pixel",
                layers().filter(layer -> layer.output() instanceof Shape.Image(int _, int h, int w)
                        && h * w == 1).count());
    }

    /** Whether ceil mode adds a row of windows. */
    private static boolean beyond(LayerDescription layer) {
        Window window = layer.layer().window();
        int last = (((Shape.Image) layer.output()).height() - 1) * window.stride().height()
                + (window.kernel().height() - 1) * window.dilation().height();
        return last >= ((Shape.Image) layer.input()).height() + 2 * window.padding().height();
    }

    private static boolean reads(LayerDescription layer, Predicate<Integer> source) {
        return layer.sources().stream().anyMatch(source);
    }

    @Test
    void everyShapeOfAGraphIsDrawn() {
        assertDrawnCases("chain", drawn -> drawn.network().isChain());
        assertDrawnCases("three readers", drawn -> drawn.network().nodes().stream().anyMatch(
                node -> drawn.network().nodes().stream().flatMap(one -> one.inputs().stream())
                        .filter(node.name()::equals).count() >= 3));
        for (Class<? extends Join> join : List.of(Add.class, Concat.class)) {
            assertDrawn(join.getSimpleName() + " of the input", joins(join)
                    .filter(layer -> reads(layer, source -> source < 0)).count());
            assertDrawn(join.getSimpleName() + " of one output twice", joins(join).filter(
                    layer -> layer.sources().stream().distinct().count() < layer.sources().size())
                    .count());
            assertDrawn(join.getSimpleName() + " of rows", joins(join)
                    .filter(layer -> layer.output() instanceof Shape.Flat).count());
        }
        assertDrawn("sum of three", joins(Add.class).filter(layer -> layer.sources().size() == 3)
                .count());
        assertDrawn("names", layers().filter(layer -> layer.name().startsWith("block.")).count());
    }

    private static Stream<LayerDescription> joins(Class<? extends Join> type) {
        return layers().filter(layer -> type.isInstance(layer.layer()));
    }

    private static void assertDrawnCases(String what, Predicate<NetworkCase> option) {
        assertDrawn(what, DRAWN.stream().filter(option).count());
    }

    private static void assertDrawnSoftmax(String what,
            Predicate<Loss.SoftmaxCrossEntropy> option) {
        assertDrawnCases(what, drawn -> drawn.network()
                .loss() instanceof Loss.SoftmaxCrossEntropy loss && option.test(loss));
    }

    @Test
    void everyTrainingOptionIsDrawn() {
        assertDrawnCases("sum", drawn -> drawn.network().loss()
                .reduction() == Loss.Reduction.SUM);
        for (String type : List.of("binary_cross_entropy_with_logits", "smooth_l1",
                "huber")) {
            assertDrawnCases(type, drawn -> drawn.network().loss().type().equals(type));
        }
        assertDrawnCases("positive weights", drawn -> drawn.network()
                .loss() instanceof Loss.BinaryCrossEntropyWithLogits loss
                && loss.posWeight().size() > 1);
        assertDrawnCases("distance", drawn -> drawn.network().loss() instanceof SmoothL1 loss
                && loss.beta() == 0);
        assertDrawnSoftmax("smoothing", loss -> loss.labelSmoothing() > 0);
        assertDrawnSoftmax("class probabilities", loss -> loss.probabilities());
        assertDrawnSoftmax("weights", loss -> loss.weight().size() > 1);
        assertDrawnSoftmax("weights and smoothing",
                loss -> loss.weight().size() > 1 && loss.labelSmoothing() > 0);
        assertDrawnSoftmax("a class is ignored", loss -> loss.ignoreIndex() >= 0);
        assertDrawnSoftmax("another label is ignored", loss -> loss.ignoreIndex() == -1);
        assertDrawnCases("clipping", drawn -> drawn.gradientNorm() < 1);
        assertDrawnCases("smaller last batch", drawn -> drawn.batches().getLast() < drawn
                .capacity());
        assertDrawnCases("batch of one", drawn -> drawn.capacity() == 1);
        assertDrawnCases("adam", drawn -> drawn.optimizer() instanceof Optimizer.Adam);
        assertDrawnCases("adamw", drawn -> drawn.optimizer() instanceof Optimizer.AdamW);
        assertDrawnCases("nadam", drawn -> drawn.optimizer() instanceof NAdam);
        assertDrawnCases("rmsprop", drawn -> drawn.optimizer() instanceof RmsProp rule
                && rule.centered() && rule.momentum() > 0);
        assertDrawnCases("lion", drawn -> drawn.optimizer() instanceof Lion);
        assertDrawnCases("nesterov", drawn -> drawn.optimizer() instanceof Optimizer.Sgd sgd
                && sgd.nesterov());
        assertDrawnCases("dampening", drawn -> drawn.optimizer() instanceof Optimizer.Sgd sgd
                && sgd.dampening() > 0);
        assertDrawnCases("plain", drawn -> drawn.optimizer() instanceof Optimizer.Sgd sgd
                && sgd.momentum() == 0);
    }

    private static Stream<LayerPlan> plans(Algorithm algorithm) {
        return DRAWN.stream().flatMap(drawn -> Trainer.plan(drawn.network(),
                TrainingOptions.of(drawn.optimizer()).batchSize(drawn.capacity())
                        .backend(Backend.VECTOR).algorithm(algorithm))
                .stream());
    }

    private static Stream<String> passes(LayerPlan plan) {
        return Stream.of(Stream.of("forward: " + plan.forward()),
                plan.backwardInput().stream().map(kernel -> "backward input: " + kernel),
                plan.backwardWeights().stream().map(kernel -> "backward weights: " + kernel))
                .flatMap(stream -> stream);
    }

    @Test
    void everyKernelComputes() {
        Map<String, Integer> kernels = new TreeMap<>();
        plans(Algorithm.DIRECT).flatMap(RandomNetworksTest::passes)
                .forEach(kernel -> kernels.merge(kernel.replaceAll("\\d+", "#"), 1, Integer::sum));
        for (String kernel : KERNELS) {
            assertDrawn(kernel, kernels.getOrDefault(kernel, 0));
        }
        if (Lanes.bits() == 512) {
            assertDrawn(PIXEL_LANES, kernels.getOrDefault(PIXEL_LANES, 0));
            kernels.remove(PIXEL_LANES);
        }
        // A kernel that is new must be listed here.
        assertEquals(KERNELS.stream().sorted().toList(), List.copyOf(kernels.keySet()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"winograd-4x4", "winograd-7x7", "winograd-8x8"})
    void everyTileOfWinogradConvolutionComputes(String algorithm) {
        assertDrawn(algorithm, plans(Algorithm.AUTO)
                .filter(plan -> plan.algorithm().equals(algorithm)).count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"conv2d, conv2d", "conv2d, max_pool2d", "conv2d, avg_pool2d",
            "conv2d, global_avg_pool2d", "conv2d, global_max_pool2d",
            "conv2d, flatten", "conv2d, dropout", "linear, linear", "linear, dropout"})
    void everyFusionOfAReluIsDrawn(String neighbours) {
        long count = 0;
        for (NetworkCase drawn : DRAWN) {
            List<LayerDescription> layers = drawn.network().describe();
            count += Trainer.plan(drawn.network(), TrainingOptions.of(drawn.optimizer())
                    .batchSize(drawn.capacity()).backend(Backend.VECTOR)).stream()
                    .filter(plan -> plan.lastLayer() > plan.layer())
                    .filter(plan -> layers.stream()
                            .filter(layer -> layer.sources().contains(plan.lastLayer()))
                            .anyMatch(layer -> neighbours.equals(
                                    layers.get(plan.layer()).layer().type() + ", "
                                            + layer.layer().type())))
                    .count();
        }
        assertDrawn(neighbours, count);
    }

    @Test
    void oneSeedDrawsTheSameNetworks() {
        assertEquals(RandomNetworks.of(50, 7), RandomNetworks.of(50, 7));
        assertEquals(RandomNetworks.of(50, 7), RandomNetworks.of(60, 7).subList(0, 50));
        assertNotEquals(RandomNetworks.of(50, 7).getLast().network(),
                RandomNetworks.of(50, 8).getLast().network());
    }
}
