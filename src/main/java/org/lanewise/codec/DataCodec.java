package org.lanewise.codec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.spec.Augmentation;
import org.lanewise.spec.Normalization;
import org.lanewise.spec.Spelling;

/** What is done to inputs before a network sees them, as JSON and as text. */
public final class DataCodec {
    /** The field of a network or a recipe with the normalization: {@code {"mean": [], "std": []}}. */
    public static final String NORMALIZE = "normalize";

    /** The field of a recipe with the augmentations: {@code [{"type": "flip", ...}, ...]}. */
    public static final String AUGMENT = "augment";

    private static final String NONE = "none";
    private static final String FLIP = "flip";
    private static final String CROP = "crop";
    private static final String CUTOUT = "cutout";
    private static final String COLOR_JITTER = "color_jitter";
    private static final List<String> TYPES = List.of(FLIP, CROP, CUTOUT, COLOR_JITTER);
    private static final Field<String> TYPE = Field.of(LayerCodec.TYPE, Kind.TEXT);
    private static final Field<Boolean> ALTERNATING = Field.of("alternating", Kind.BOOL).or(false);
    private static final Field<Integer> PADDING = Field.of("padding", Kind.INTEGER);
    private static final Field<String> MODE = Field.of("mode", Kind.TEXT).or("zero");
    private static final Field<Integer> SIZE = Field.of("size", Kind.INTEGER);
    private static final Field<Double> BRIGHTNESS = Field.of("brightness", Kind.NUMBER).or(0.0);
    private static final Field<Double> CONTRAST = Field.of("contrast", Kind.NUMBER).or(0.0);
    private static final Field<Double> SATURATION = Field.of("saturation", Kind.NUMBER).or(0.0);
    private static final String MEAN = "mean";
    private static final String STD = "std";

    private DataCodec() {}

    /**
     * {@return the normalization in the field {@link #NORMALIZE}; none if it is missing}
     *
     * @param object that may have the field
     * @throws IllegalArgumentException if it is no normalization
     */
    public static Normalization normalization(JsonFields object) {
        if (!object.has(NORMALIZE)) {
            return Normalization.NONE;
        }
        JsonFields fields = object.child(NORMALIZE);
        double[] mean = fields.numbers(MEAN);
        double[] std = fields.numbers(STD);
        fields.requireNothingElse();
        try {
            return Normalization.of(mean, std);
        } catch (IllegalArgumentException e) {
            throw object.wrong(e);
        }
    }

    /**
     * {@return a normalization as the object that {@link #normalization} reads}
     *
     * @param normalization what to write
     */
    public static JsonValue json(Normalization normalization) {
        SequencedMap<String, JsonValue> fields = new LinkedHashMap<>();
        fields.put(MEAN, numbers(normalization.mean()));
        fields.put(STD, numbers(normalization.std()));
        return new JsonValue.Members(fields);
    }

    /**
     * {@return the augmentations in the field {@link #AUGMENT}; none if it is missing}
     *
     * @param object that may have the field, an array of objects with a {@code type} each
     * @throws IllegalArgumentException if it holds something else
     */
    public static List<Augmentation> augmentations(JsonFields object) {
        return object.has(AUGMENT)
                ? object.objects(AUGMENT).stream().map(DataCodec::augmentation).toList()
                : List.of();
    }

    private static Augmentation augmentation(JsonFields fields) {
        Supplier<Augmentation> made = switch (fields.value(TYPE)) {
            case FLIP -> {
                boolean alternating = fields.value(ALTERNATING);
                yield () -> new Augmentation.Flip(alternating);
            }
            case CROP -> {
                int padding = fields.value(PADDING);
                String mode = fields.value(MODE);
                yield () -> new Augmentation.Crop(padding, padding(mode));
            }
            case CUTOUT -> {
                int size = fields.value(SIZE);
                yield () -> new Augmentation.Cutout(size);
            }
            case COLOR_JITTER -> {
                double brightness = fields.value(BRIGHTNESS);
                double contrast = fields.value(CONTRAST);
                double saturation = fields.value(SATURATION);
                yield () -> new Augmentation.ColorJitter(brightness, contrast, saturation);
            }
            case String other -> () -> {
                throw unknown(other);
            };
        };
        Augmentation augmentation;
        try {
            augmentation = made.get();
        } catch (IllegalArgumentException e) {
            throw fields.wrong(e);
        }
        fields.requireNothingElse();
        return augmentation;
    }

    /**
     * {@return augmentations as the array that {@link #augmentations(JsonFields)} reads}
     *
     * @param list what to write
     */
    public static JsonValue json(List<Augmentation> list) {
        return new JsonValue.Array(list.stream().map(DataCodec::json).toList());
    }

    private static JsonValue json(Augmentation augmentation) {
        SequencedMap<String, JsonValue> fields = new LinkedHashMap<>();
        put(fields, TYPE, augmentation.type());
        switch (augmentation) {
            case Augmentation.Flip flip -> put(fields, ALTERNATING, flip.alternating());
            case Augmentation.Crop crop -> {
                put(fields, PADDING, crop.padding());
                put(fields, MODE, crop.mode().name().toLowerCase(Locale.ROOT));
            }
            case Augmentation.Cutout cutout -> put(fields, SIZE, cutout.size());
            case Augmentation.ColorJitter jitter -> {
                put(fields, BRIGHTNESS, jitter.brightness());
                put(fields, CONTRAST, jitter.contrast());
                put(fields, SATURATION, jitter.saturation());
            }
        }
        return new JsonValue.Members(fields);
    }

    private static <T> void put(SequencedMap<String, JsonValue> fields, Field<T> field, T value) {
        fields.put(field.name(), field.kind().write().apply(value));
    }

    /**
     * {@return augmentations as one word, as {@code flip,crop=4:reflect}}
     *
     * @param list what to write
     */
    public static String text(List<Augmentation> list) {
        return list.isEmpty()
                ? NONE
                : list.stream().map(Augmentation::toString).collect(Collectors.joining(","));
    }

    /**
     * {@return the augmentations that a text is}
     *
     * @param text as {@link #text} writes it: types divided by commas, each with {@code =} and its
     *        values divided by colons
     * @throws IllegalArgumentException if it is something else
     */
    public static List<Augmentation> augmentations(String text) {
        if (text.equals(NONE)) {
            return List.of();
        }
        return Stream.of(text.split(",", -1)).map(DataCodec::augmentation).toList();
    }

    private static Augmentation augmentation(String text) {
        int equals = text.indexOf('=');
        String type = equals < 0 ? text : text.substring(0, equals);
        String[] values = equals < 0 ? new String[0] : text.substring(equals + 1).split(":", -1);
        return switch (type) {
            case FLIP -> {
                if (values.length > 1 || values.length == 1 && !values[0].equals("alternating")) {
                    throw form(text, "flip or flip=alternating");
                }
                yield new Augmentation.Flip(values.length == 1);
            }
            case CROP -> {
                if (values.length != 1 && values.length != 2) {
                    throw form(text, "crop=PADDING, crop=PADDING:zero or crop=PADDING:reflect");
                }
                yield new Augmentation.Crop(whole(text, values[0]),
                        padding(values.length == 1 ? "zero" : values[1]));
            }
            case CUTOUT -> {
                if (values.length != 1) {
                    throw form(text, "cutout=SIZE");
                }
                yield new Augmentation.Cutout(whole(text, values[0]));
            }
            case COLOR_JITTER -> {
                if (values.length != 3) {
                    throw form(text, "color_jitter=BRIGHTNESS:CONTRAST:SATURATION");
                }
                yield new Augmentation.ColorJitter(number(text, values[0]),
                        number(text, values[1]), number(text, values[2]));
            }
            default -> throw unknown(type);
        };
    }

    private static Augmentation.Padding padding(String mode) {
        return switch (mode) {
            case "zero" -> Augmentation.Padding.ZERO;
            case "reflect" -> Augmentation.Padding.REFLECT;
            default -> throw new IllegalArgumentException(
                    "crop: mode is '" + mode + "', expected zero or reflect");
        };
    }

    private static int whole(String text, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException _) {
            throw form(text, "a whole number of pixels");
        }
    }

    private static double number(String text, String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException _) {
            throw form(text, "numbers");
        }
    }

    private static IllegalArgumentException form(String text, String expected) {
        return new IllegalArgumentException(
                "augmentation: found '" + JsonValue.brief(text) + "', expected " + expected);
    }

    private static IllegalArgumentException unknown(String type) {
        return new IllegalArgumentException("augmentation '" + JsonValue.brief(type)
                + "' is unknown; expected one of " + String.join(", ", TYPES)
                + Spelling.suggestion(type, TYPES));
    }

    private static JsonValue numbers(List<Double> numbers) {
        return new JsonValue.Array(numbers.stream().map(Kind.NUMBER.write()).toList());
    }
}
