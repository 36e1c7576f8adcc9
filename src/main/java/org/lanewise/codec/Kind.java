package org.lanewise.codec;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.lanewise.spec.Size;

/**
 * A kind of value that a field may have, in JSON and in Java.
 *
 * @param type its Java type
 * @param expected what to expect, for messages
 * @param read from JSON; nothing if that is of another kind
 * @param write to JSON
 * @param <T> its Java type
 */
public record Kind<T>(Class<T> type, String expected, Function<JsonValue, Optional<T>> read,
        Function<T, JsonValue> write) {
    /** A whole number, written without point or exponent. */
    public static final Kind<Integer> INTEGER = new Kind<>(Integer.class,
            "a whole number up to " + Integer.MAX_VALUE, Kind::integer, Kind::number);

    /** True or false. */
    public static final Kind<Boolean> BOOL = new Kind<>(Boolean.class, "true or false",
            value -> value instanceof JsonValue.Bool bool
                    ? Optional.of(bool.value())
                    : Optional.empty(),
            JsonValue.Bool::new);

    /** A string. */
    public static final Kind<String> TEXT = new Kind<>(String.class, "a string",
            value -> value instanceof JsonValue.Text text
                    ? Optional.of(text.value())
                    : Optional.empty(),
            JsonValue.Text::new);

    /** A number. */
    public static final Kind<Double> NUMBER = new Kind<>(Double.class, "a number", Kind::decimal,
            Kind::number);

    /** A number, or null for none. */
    public static final Kind<OptionalDouble> NUMBER_OR_NULL = new Kind<>(OptionalDouble.class,
            "a number or null", value -> value instanceof JsonValue.Null
                    ? Optional.of(OptionalDouble.empty())
                    : decimal(value).map(OptionalDouble::of),
            number -> number.isPresent() ? number(number.getAsDouble()) : new JsonValue.Null());

    /** A pair [height, width], or one number for both. */
    public static final Kind<Size> SIZE = new Kind<>(Size.class, "a number or [height, width]",
            Kind::size, size -> new JsonValue.Array(
                    List.of(number(size.height()), number(size.width()))));

    private static Optional<Integer> integer(JsonValue value) {
        if (!(value instanceof JsonValue.Num number)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Integer.valueOf(number.digits()));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    private static Optional<Double> decimal(JsonValue value) {
        return value instanceof JsonValue.Num number
                ? Optional.of(Double.valueOf(number.digits()))
                : Optional.empty();
    }

    private static JsonValue number(double value) {
        return new JsonValue.Num(String.valueOf(value));
    }

    private static JsonValue number(int value) {
        return new JsonValue.Num(String.valueOf(value));
    }

    private static Optional<Size> size(JsonValue value) {
        return switch (value) {
            case JsonValue.Array(List<JsonValue> sides) when sides.size() == 2 ->
                integer(sides.get(0)).flatMap(height -> integer(sides.get(1))
                        .map(width -> new Size(height, width)));
            default -> integer(value).map(Size::square);
        };
    }
}
