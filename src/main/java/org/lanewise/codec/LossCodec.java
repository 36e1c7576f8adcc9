package org.lanewise.codec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.lanewise.spec.Huber;
import org.lanewise.spec.Loss;
import org.lanewise.spec.NetworkException;
import org.lanewise.spec.SmoothL1;
import org.lanewise.spec.Spelling;

/**
 * The loss among the fields of a network: its type as a word, or where it has options an object of
 * type and options, and its reduction. Defaults are left out.
 */
public final class LossCodec {
    static final String LOSS = "loss";
    static final Field<String> REDUCTION = Field.of("reduction", Kind.TEXT).or("mean");

    private static final Field<String> TYPE = Field.of(LayerCodec.TYPE, Kind.TEXT);
    private static final String WEIGHT = "weight";
    private static final Field<Integer> IGNORE_INDEX = Field.of("ignore_index", Kind.INTEGER)
            .or(Loss.SoftmaxCrossEntropy.IGNORE_INDEX);
    private static final Field<Double> LABEL_SMOOTHING = Field.of("label_smoothing", Kind.NUMBER)
            .or(0.0);
    private static final Field<String> TARGETS = Field.of("targets", Kind.TEXT).or("indices");
    private static final String PROBABILITIES = "probabilities";
    private static final String POS_WEIGHT = "pos_weight";
    private static final Field<Double> BETA = Field.of("beta", Kind.NUMBER).or(1.0);
    private static final Field<Double> DELTA = Field.of("delta", Kind.NUMBER).or(1.0);

    private static final List<Loss> ALL = List.of(Loss.softmaxCrossEntropy(),
            Loss.meanSquaredError(), Loss.binaryCrossEntropyWithLogits(), Loss.smoothL1(),
            Loss.huber());

    private LossCodec() {}

    /**
     * {@return the loss that a text is}
     *
     * @param text a type, or an object as in the field {@code loss} of a network
     * @param reduction where the object has none
     * @throws IllegalArgumentException if it is no loss
     */
    public static Loss parse(String text, Loss.Reduction reduction) {
        JsonValue value = text.startsWith("{")
                ? JsonFields.parse(LOSS, text).members()
                : new JsonValue.Text(text);
        SequencedMap<String, JsonValue> fields = new LinkedHashMap<>();
        fields.put(LOSS, value);
        if (!(value instanceof JsonValue.Members object
                && object.byName().containsKey(REDUCTION.name()))) {
            put(fields, REDUCTION, word(reduction));
        }
        return read(new JsonFields("", new JsonValue.Members(fields)));
    }

    private static String word(Loss.Reduction reduction) {
        return reduction.name().toLowerCase(Locale.ROOT);
    }

    /**
     * {@return the loss of a network; softmax cross-entropy where it names none}
     *
     * @param network its fields, or those of a recipe
     * @throws IllegalArgumentException if the fields are wrong
     */
    public static Loss read(JsonFields network) {
        JsonFields options = network.typed(LOSS, ALL.getFirst().type());
        Loss.Reduction reduction = reduction(network);
        // PyTorch has it among the options of the loss.
        if (options.has(TYPE.name()) && options.has(REDUCTION.name())) {
            Loss.Reduction own = reduction(options);
            if (network.has(REDUCTION.name()) && own != reduction) {
                throw options.wrong(REDUCTION.name(), "that of the network, or only one of both");
            }
            reduction = own;
        }
        return loss(options).reduction(reduction);
    }

    private static Loss.Reduction reduction(JsonFields object) {
        return switch (object.value(REDUCTION)) {
            case "mean" -> Loss.Reduction.MEAN;
            case "sum" -> Loss.Reduction.SUM;
            default -> throw object.wrong(REDUCTION.name(), "mean or sum");
        };
    }

    private static Loss loss(JsonFields object) {
        String type = object.value(TYPE);
        Loss plain = ALL.stream().filter(one -> one.type().equals(type)).findFirst()
                .orElseThrow(() -> {
                    List<String> types = ALL.stream().map(Loss::type).toList();
                    return object.wrong(TYPE.name(), "one of " + String.join(", ", types)
                            + Spelling.suggestion(type, types));
                });
        try {
            Loss loss = switch (plain) {
                case Loss.SoftmaxCrossEntropy softmax -> softmax.weight(object.numbers(WEIGHT))
                        .ignoreIndex(object.value(IGNORE_INDEX))
                        .labelSmoothing(object.value(LABEL_SMOOTHING))
                        .probabilities(switch (object.value(TARGETS)) {
                            case "indices" -> false;
                            case PROBABILITIES -> true;
                            default -> throw object.wrong(TARGETS.name(),
                                    "indices or " + PROBABILITIES + " of classes");
                        });
                case Loss.BinaryCrossEntropyWithLogits binary -> binary
                        .posWeight(object.numbers(POS_WEIGHT));
                case SmoothL1 smooth -> smooth.beta(object.value(BETA));
                case Huber huber -> huber.delta(object.value(DELTA));
                case Loss.MeanSquaredError squared -> squared;
            };
            object.requireNothingElse();
            return loss;
        } catch (NetworkException e) {
            throw object.wrong(e);
        }
    }

    /** {@return the fields of a network that describe its loss} */
    static SequencedMap<String, JsonValue> write(Loss loss) {
        SequencedMap<String, JsonValue> fields = new LinkedHashMap<>();
        SequencedMap<String, JsonValue> options = options(loss);
        JsonValue type = new JsonValue.Text(loss.type());
        if (!options.isEmpty()) {
            options.putFirst(TYPE.name(), type);
            type = new JsonValue.Members(options);
        }
        fields.put(LOSS, type);
        put(fields, REDUCTION, word(loss.reduction()));
        return fields;
    }

    /**
     * {@return the options of a loss that are not the defaults, by the names of network files}
     *
     * @param loss what to describe
     */
    public static SequencedMap<String, JsonValue> options(Loss loss) {
        SequencedMap<String, JsonValue> options = new LinkedHashMap<>();
        switch (loss) {
            case Loss.SoftmaxCrossEntropy softmax -> {
                put(options, WEIGHT, softmax.weight());
                put(options, IGNORE_INDEX, softmax.ignoreIndex());
                put(options, LABEL_SMOOTHING, softmax.labelSmoothing());
                put(options, TARGETS, softmax.probabilities() ? PROBABILITIES : "indices");
            }
            case Loss.BinaryCrossEntropyWithLogits binary ->
                put(options, POS_WEIGHT, binary.posWeight());
            case SmoothL1 smooth -> put(options, BETA, smooth.beta());
            case Huber huber -> put(options, DELTA, huber.delta());
            case Loss.MeanSquaredError _ -> {
            }
        }
        return options;
    }

    private static void put(SequencedMap<String, JsonValue> fields, String name,
            List<Double> numbers) {
        if (!numbers.isEmpty()) {
            fields.put(name, new JsonValue.Array(
                    numbers.stream().map(Kind.NUMBER.write()).toList()));
        }
    }

    private static <T> void put(SequencedMap<String, JsonValue> fields, Field<T> field, T value) {
        if (!value.equals(field.fallback().orElseThrow().apply(new FieldValues()))) {
            fields.put(field.name(), field.kind().write().apply(value));
        }
    }
}
