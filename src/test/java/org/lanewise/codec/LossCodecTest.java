package org.lanewise.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;

/** Every option of every loss in the JSON of a network. */
class LossCodecTest {
    private static final Network NETWORK = Network.input(3).linear(2).softmaxCrossEntropy();

    private static final List<Loss> LOSSES = List.of(Loss.softmaxCrossEntropy(),
            Loss.softmaxCrossEntropy().weight(0, 1e-30), Loss.softmaxCrossEntropy().ignoreIndex(1),
            Loss.softmaxCrossEntropy().ignoreIndex(Integer.MIN_VALUE),
            Loss.softmaxCrossEntropy().labelSmoothing(0.1),
            Loss.softmaxCrossEntropy().weight(3, 4).ignoreIndex(-1).labelSmoothing(1.0 / 3),
            Loss.softmaxCrossEntropy().probabilities(true),
            Loss.softmaxCrossEntropy().weight(3, 4).labelSmoothing(0.25).probabilities(true),
            Loss.meanSquaredError(), Loss.binaryCrossEntropyWithLogits(),
            Loss.binaryCrossEntropyWithLogits().posWeight(Double.MAX_VALUE, Double.MIN_VALUE),
            Loss.smoothL1(), Loss.smoothL1().beta(0), Loss.smoothL1().beta(2.5),
            Loss.huber(), Loss.huber().delta(1e-9));

    private static Loss read(String json) {
        return NetworkDocument.parse("", json).network().loss();
    }

    private static String document(String loss) {
        return "{\"input\": [3], \"layers\": [{\"type\": \"linear\", \"out_features\": 2}], "
                + loss + "}";
    }

    @Test
    void whatIsWrittenIsRead() {
        for (Loss loss : LOSSES) {
            for (Loss.Reduction reduction : Loss.Reduction.values()) {
                Loss reduced = loss.reduction(reduction);
                NetworkDocument document = new NetworkDocument(NETWORK.loss(reduced),
                        ClassNames.UNKNOWN);
                assertEquals(reduced, read(document.line()));
                assertEquals(reduced, read(document.text()));
            }
        }
    }

    @Test
    void noLossIsMissing() {
        Set<Class<?>> classes = new HashSet<>();
        LOSSES.forEach(loss -> classes.add(loss.getClass()));
        assertEquals(Stream.of(Loss.class.getPermittedSubclasses()).collect(Collectors.toSet()),
                classes);
    }

    @Test
    void aLossWithoutOptionsIsAWord() {
        assertEquals("\"smooth_l1\"", LossCodec.write(Loss.smoothL1()).get("loss").toString());
        assertEquals("{\"type\":\"softmax_cross_entropy\",\"weight\":[3.0,4.0],"
                + "\"ignore_index\":-1,\"label_smoothing\":0.1}",
                LossCodec.write(Loss.softmaxCrossEntropy().weight(3, 4).ignoreIndex(-1)
                        .labelSmoothing(0.1)).get("loss").toString());
    }

    @Test
    void targetsAreIndicesOrProbabilities() {
        assertEquals("{\"type\":\"softmax_cross_entropy\",\"targets\":\"probabilities\"}", LossCodec
                .write(Loss.softmaxCrossEntropy().probabilities(true)).get("loss").toString());
        assertEquals(Loss.softmaxCrossEntropy(), read(document(
                "\"loss\": {\"type\": \"softmax_cross_entropy\", \"targets\": \"indices\"}")));
        assertRefused("loss: targets: found \"soft\", expected indices or probabilities of classes",
                "\"loss\": {\"type\": \"softmax_cross_entropy\", \"targets\": \"soft\"}");
        assertRefused("loss: unknown field targets",
                "\"loss\": {\"type\": \"huber\", \"targets\": \"probabilities\"}");
    }

    @Test
    void aWordAndAnObjectWithoutOptionsAreTheSame() {
        assertEquals(Loss.softmaxCrossEntropy(), read(document("\"reduction\": \"mean\"")));
        assertEquals(Loss.smoothL1().reduction(Loss.Reduction.SUM),
                read(document("\"loss\": \"smooth_l1\", \"reduction\": \"sum\"")));
        assertEquals(Loss.smoothL1().reduction(Loss.Reduction.SUM),
                read(document("\"loss\": {\"type\": \"smooth_l1\"}, \"reduction\": \"sum\"")));
        assertEquals(Loss.softmaxCrossEntropy().weight(2, 3),
                read(document("\"loss\": {\"type\": \"softmax_cross_entropy\","
                        + " \"weight\": [2, 3e0]}")));
    }

    /** PyTorch's losses have it among their own arguments. */
    @Test
    void aReductionMayBeAmongTheOptions() {
        assertEquals(Loss.smoothL1().reduction(Loss.Reduction.SUM), read(document(
                "\"loss\": {\"type\": \"smooth_l1\", \"reduction\": \"sum\"}")));
        assertEquals(Loss.smoothL1(), read(document("\"loss\": {\"type\": \"smooth_l1\","
                + " \"reduction\": \"mean\"}, \"reduction\": \"mean\"")));
        assertRefused("loss: reduction: found \"sum\", expected that of the network",
                "\"loss\": {\"type\": \"smooth_l1\", \"reduction\": \"sum\"},"
                        + " \"reduction\": \"mean\"");
        assertRefused("loss: reduction: found \"none\", expected mean or sum",
                "\"loss\": {\"type\": \"smooth_l1\", \"reduction\": \"none\"}");
    }

    private static void assertRefused(String said, String loss) {
        String message = assertThrows(IllegalArgumentException.class, () -> read(document(loss)))
                .getMessage();
        assertTrue(message.contains(said), message);
    }
}
