package org.lanewise.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.lanewise.spec.Average;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.Spelling;

/**
 * Groups of parameters and averages, as JSON and as text of the form {@code name:field=value,...}.
 */
public final class TrainingCodec {
    private static final Field<String> PATTERN = Field.of("pattern", Kind.TEXT);
    private static final Field<Double> FACTOR = Field.of("learning_rate_factor", Kind.NUMBER)
            .or(1.0);
    private static final Field<OptionalDouble> WEIGHT_DECAY = Field
            .of("weight_decay", Kind.NUMBER_OR_NULL).or(OptionalDouble.empty());
    private static final Field<Integer> FROZEN = Field.of("frozen_from_epoch", Kind.INTEGER);
    private static final Field<String> TYPE = Field.of(LayerCodec.TYPE, Kind.TEXT);
    private static final Field<Integer> EVERY = Field.of("every", Kind.INTEGER);
    private static final Field<Double> DECAY = Field.of("decay", Kind.NUMBER);
    private static final Field<Double> POWER = Field.of("power", Kind.NUMBER).or(0.0);
    private static final String LOOKAHEAD = "lookahead";
    private static final String EMA = "ema";
    private static final List<String> AVERAGES = List.of(LOOKAHEAD, EMA);

    private TrainingCodec() {}

    /**
     * {@return the group that a text is}
     *
     * @param text as {@link ParameterGroup#toString} gives it
     * @throws IllegalArgumentException if it is none
     */
    public static ParameterGroup group(String text) {
        TextFields fields = new TextFields("parameter group", text);
        ParameterGroup group = new ParameterGroup(fields.name(),
                fields.number(FACTOR.name(), 1.0),
                fields.has(WEIGHT_DECAY.name())
                        ? OptionalDouble.of(fields.number(WEIGHT_DECAY.name(), null))
                        : OptionalDouble.empty(),
                fields.has(FROZEN.name())
                        ? OptionalInt.of(fields.integer(FROZEN.name(), null))
                        : OptionalInt.empty());
        fields.requireAllTaken(List.of(FACTOR.name(), WEIGHT_DECAY.name(), FROZEN.name()));
        return group;
    }

    /**
     * {@return the groups in the field {@code groups}; none if it is missing}
     *
     * @param optimizer what may have them
     * @throws IllegalArgumentException if one is none
     */
    public static List<ParameterGroup> groups(JsonFields optimizer) {
        List<ParameterGroup> groups = new ArrayList<>();
        for (JsonFields group : optimizer.has("groups")
                ? optimizer.objects("groups")
                : List.<JsonFields>of()) {
            String pattern = group.value(PATTERN);
            double factor = group.value(FACTOR);
            OptionalDouble decay = group.value(WEIGHT_DECAY);
            OptionalInt frozen = group.has(FROZEN.name())
                    ? OptionalInt.of(group.value(FROZEN))
                    : OptionalInt.empty();
            group.requireNothingElse();
            try {
                groups.add(new ParameterGroup(pattern, factor, decay, frozen));
            } catch (IllegalArgumentException e) {
                throw group.wrong(e);
            }
        }
        return groups;
    }

    /**
     * {@return the groups as JSON}
     *
     * @param groups in order
     */
    public static JsonValue json(List<ParameterGroup> groups) {
        return new JsonValue.Array(groups.stream().<JsonValue>map(group -> {
            SequencedMap<String, JsonValue> fields = new LinkedHashMap<>();
            fields.put(PATTERN.name(), new JsonValue.Text(group.pattern()));
            if (group.learningRateFactor() != 1.0) {
                fields.put(FACTOR.name(), Kind.NUMBER.write().apply(group.learningRateFactor()));
            }
            group.weightDecay().ifPresent(value -> fields.put(WEIGHT_DECAY.name(),
                    Kind.NUMBER.write().apply(value)));
            group.frozenFromEpoch().ifPresent(epoch -> fields.put(FROZEN.name(),
                    Kind.INTEGER.write().apply(epoch)));
            return new JsonValue.Members(fields);
        }).toList());
    }

    /**
     * {@return the average that a text is}
     *
     * @param text as {@link Average#toString} gives it
     * @throws IllegalArgumentException if it is none
     */
    public static Average average(String text) {
        TextFields fields = new TextFields("average", text);
        fields.requireName(AVERAGES);
        int every = fields.integer(EVERY.name(), null);
        double decay = fields.number(DECAY.name(), null);
        boolean lookahead = fields.name().equals(LOOKAHEAD);
        Average average = lookahead
                ? new Average.Lookahead(every, decay, fields.number(POWER.name(), 0.0))
                : new Average.Ema(every, decay);
        fields.requireAllTaken(lookahead
                ? List.of(EVERY.name(), DECAY.name(), POWER.name())
                : List.of(EVERY.name(), DECAY.name()));
        return average;
    }

    /**
     * {@return the average that an object describes, as {@code {"type": "lookahead", "every": 5,
     * "decay": 0.95, "power": 3}}}
     *
     * @param object its type and fields
     * @throws IllegalArgumentException if it is none
     */
    public static Average average(JsonFields object) {
        String type = object.value(TYPE);
        if (!AVERAGES.contains(type)) {
            throw object.wrong(TYPE.name(), "one of " + String.join(", ", AVERAGES)
                    + Spelling.suggestion(type, AVERAGES));
        }
        int every = object.value(EVERY);
        double decay = object.value(DECAY);
        boolean lookahead = type.equals(LOOKAHEAD);
        double power = lookahead ? object.value(POWER) : 0.0;
        object.requireNothingElse();
        try {
            return lookahead
                    ? new Average.Lookahead(every, decay, power)
                    : new Average.Ema(every, decay);
        } catch (IllegalArgumentException e) {
            throw object.wrong(e);
        }
    }

    /**
     * {@return an average as JSON}
     *
     * @param average what to describe
     */
    public static JsonValue json(Average average) {
        SequencedMap<String, JsonValue> fields = new LinkedHashMap<>();
        fields.put(TYPE.name(),
                new JsonValue.Text(average instanceof Average.Lookahead ? LOOKAHEAD : EMA));
        fields.put(EVERY.name(), Kind.INTEGER.write().apply(average.every()));
        switch (average) {
            case Average.Lookahead lookahead -> {
                fields.put(DECAY.name(), Kind.NUMBER.write().apply(lookahead.decay()));
                fields.put(POWER.name(), Kind.NUMBER.write().apply(lookahead.power()));
            }
            case Average.Ema ema ->
                fields.put(DECAY.name(), Kind.NUMBER.write().apply(ema.decay()));
        }
        return new JsonValue.Members(fields);
    }
}
