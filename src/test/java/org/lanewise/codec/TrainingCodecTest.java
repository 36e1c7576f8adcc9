package org.lanewise.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.spec.Average;
import org.lanewise.spec.ParameterGroup;

/** Groups of parameters and averages as text and as JSON, and the ranges of their numbers. */
class TrainingCodecTest {
    private static final List<ParameterGroup> GROUPS = List.of(ParameterGroup.of("*"),
            ParameterGroup.of("layer1.0.conv-1.*").learningRateFactor(0),
            ParameterGroup.of("*.bias").learningRateFactor(64).weightDecay(0.1).frozenFromEpoch(3),
            ParameterGroup.of("0.?eight").weightDecay(0), ParameterGroup.of("a_b")
                    .frozenFromEpoch(0).learningRateFactor(1.0 / 3));
    private static final List<Average> AVERAGES = List.of(new Average.Lookahead(5, 0.95, 3),
            new Average.Lookahead(1, 0, 0), new Average.Ema(7, Math.nextDown(1.0)));

    private static JsonFields object(String json) {
        return JsonFields.parse("", json);
    }

    @Test
    void whatIsWrittenIsRead() {
        for (ParameterGroup group : GROUPS) {
            assertEquals(group, TrainingCodec.group(group.toString()));
        }
        assertEquals(GROUPS, TrainingCodec
                .groups(object("{\"groups\": " + TrainingCodec.json(GROUPS) + "}")));
        assertEquals(List.of(), TrainingCodec.groups(object("{}")));
        for (Average average : AVERAGES) {
            assertEquals(average, TrainingCodec.average(average.toString()));
            assertEquals(average,
                    TrainingCodec.average(object(TrainingCodec.json(average).toString())));
        }
        assertEquals("[{\"pattern\":\"*.bias\",\"learning_rate_factor\":64.0,\"weight_decay\":0.1,"
                + "\"frozen_from_epoch\":3}]",
                TrainingCodec.json(GROUPS.subList(2, 3)).toString());
        assertEquals("*.bias:learning_rate_factor=64.0,weight_decay=0.1,frozen_from_epoch=3",
                GROUPS.get(2).toString());
    }

    private static void refused(String said, Supplier<?> read) {
        String message = assertThrows(IllegalArgumentException.class, read::get).getMessage();
        assertTrue(message.contains(said), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"a b; pattern 'a b' must be made of", "''; pattern ''",
            "*:x=1; parameter group *: has no field 'x'; its fields are learning_rate_factor",
            "*:learning_rate_factr=1; did you mean learning_rate_factor?",
            "*:learning_rate_factor=-1; learning_rate_factor -1.0 must be finite and at least 0",
            "*:learning_rate_factor=NaN; learning_rate_factor NaN must be",
            "*:learning_rate_factor=Infinity; learning_rate_factor Infinity must be",
            "*:weight_decay=-0.1; weight_decay -0.1 must be finite and at least 0",
            "*:weight_decay=NaN; weight_decay NaN must be",
            "*:weight_decay=; weight_decay: found '', expected a number",
            "*:frozen_from_epoch=-1; frozen_from_epoch -1 must be at least 0",
            "*:frozen_from_epoch=1.5; expected a whole number",
            "*:3; found '3', expected name=value",
            "*:weight_decay=1,weight_decay=1; weight_decay is given twice"})
    void aWrongGroupIsRefused(String text, String said) {
        refused(said, () -> TrainingCodec.group(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "lookahed:every=1,decay=0; average 'lookahed' is unknown; expected one of lookahead, ema;",
            "lookahead:every=0,decay=0.5; every 0 must be at least 1",
            "lookahead:every=1,decay=1; decay 1.0 must be at least 0 and below 1",
            "lookahead:every=1,decay=-0.1; decay -0.1 must be", "ema:decay=0.5; needs every",
            "lookahead:every=1,decay=NaN; decay NaN must be", "ema:every=2; needs decay",
            "lookahead:every=1,decay=0.5,power=-1; power -1.0 must be a whole number, at least 0",
            "lookahead:every=1,decay=0.5,power=0.5; power 0.5 must be a whole number",
            "lookahead:every=1,decay=0.5,power=NaN; power NaN must be",
            "lookahead:every=1,decay=0.5,power=Infinity; power Infinity must be",
            "ema:every=1,decay=0.5,power=1; average ema: has no field 'power'",
            "ema:every=0,decay=0.5; every 0 must be", "ema:every=1,decay=1; decay 1.0 must be"})
    void aWrongAverageIsRefused(String text, String said) {
        refused(said, () -> TrainingCodec.average(text));
    }

    @Test
    void wrongJsonIsRefusedWithItsPlace() {
        refused("groups[1]: learning_rate_factor -1.0 must be", () -> TrainingCodec.groups(object(
                "{\"groups\": [{\"pattern\": \"*\"}, {\"pattern\": \"*\","
                        + " \"learning_rate_factor\": -1}]}")));
        refused("groups[0]: pattern is missing",
                () -> TrainingCodec.groups(object("{\"groups\": [{}]}")));
        refused("unknown field frozen;", () -> TrainingCodec.groups(object(
                "{\"groups\": [{\"pattern\": \"*\", \"frozen\": 1}]}")));
        refused("type: found \"emma\", expected one of lookahead, ema; did you mean ema?",
                () -> TrainingCodec.average(object("{\"type\": \"emma\"}")));
        refused("decay 1.0 must be", () -> TrainingCodec.average(object(
                "{\"type\": \"ema\", \"every\": 1, \"decay\": 1}")));
        refused("unknown field power;", () -> TrainingCodec.average(object(
                "{\"type\": \"ema\", \"every\": 1, \"decay\": 0.5, \"power\": 0}")));
    }
}
