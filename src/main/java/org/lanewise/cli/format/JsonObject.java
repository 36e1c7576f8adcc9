package org.lanewise.cli.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Precision;

/** A JSON object of results, with its place for messages. */
public final class JsonObject {
    private final String where;
    private final JsonNode node;

    public JsonObject(String where, JsonNode node) {
        if (!node.isObject()) {
            throw new IllegalArgumentException(where + ": found " + brief(node)
                    + ", expected an object { ... }");
        }
        this.where = where;
        this.node = node;
    }

    JsonNode tree() {
        return node;
    }

    public boolean has(String field) {
        return node.has(field);
    }

    public JsonObject child(String field) {
        return new JsonObject(where + ": " + field, required(field));
    }

    public List<JsonObject> objects(String field) {
        JsonNode array = required(field);
        if (!array.isArray()) {
            throw wrong(field, "an array of objects");
        }
        return each(where + ": " + field, array);
    }

    /** The objects of an array. */
    public static List<JsonObject> each(String where, JsonNode array) {
        List<JsonObject> list = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            list.add(new JsonObject(where + "[" + i + "]", array.get(i)));
        }
        return list;
    }

    /** A string; {@code fallback} null makes the field required. */
    public String string(String field, String fallback) {
        if (!has(field) && fallback != null) {
            return fallback;
        }
        if (!required(field).isTextual()) {
            throw wrong(field, "a string");
        }
        return required(field).textValue();
    }

    public boolean bool(String field, boolean fallback) {
        if (!has(field)) {
            return fallback;
        }
        if (!required(field).isBoolean()) {
            throw wrong(field, "true or false");
        }
        return required(field).booleanValue();
    }

    public int integer(String field) {
        return integer(field, required(field));
    }

    private int integer(String field, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(field, "a whole number up to " + Integer.MAX_VALUE);
        }
        return value.intValue();
    }

    /** A whole number that is written as a string. */
    public int integerInText(String field) {
        try {
            return Integer.parseInt(string(field, null));
        } catch (NumberFormatException e) {
            throw wrong(field, "a string with a whole number");
        }
    }

    public double number(String field) {
        return number(field, required(field));
    }

    /** A number; NaN if it is absent or null. */
    public double numberOrNaN(String field) {
        return has(field) && !node.get(field).isNull() ? number(field) : Double.NaN;
    }

    private double number(String field, JsonNode value) {
        if (!value.isNumber()) {
            throw wrong(field, "a number");
        }
        return value.doubleValue();
    }

    /** An array of numbers; null, as JSON writes those that it does not have, becomes NaN. */
    public double[] numbers(String field) {
        JsonNode array = required(field);
        if (!array.isArray()) {
            throw wrong(field, "an array of numbers");
        }
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).isNull() ? Double.NaN : number(field, array.get(i));
        }
        return values;
    }

    /** The names of all fields, in order. */
    public List<String> fields() {
        return node.properties().stream().map(Map.Entry::getKey).toList();
    }

    int[] integers(String field) {
        return integers(field, required(field));
    }

    private int[] integers(String field, JsonNode array) {
        if (!array.isArray()) {
            throw wrong(field, "an array of whole numbers");
        }
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = integer(field, array.get(i));
        }
        return values;
    }

    /** An array of rows, each as long as there are rows. */
    public int[][] squareOfIntegers(String field) {
        JsonNode array = required(field);
        int[][] rows = new int[array.size()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = integers(field, array.get(i));
            if (rows[i].length != rows.length) {
                throw wrong(field, "as many numbers in each row as there are rows");
            }
        }
        return rows;
    }

    /** Names of classes, which may be absent. */
    public ClassNames classNames(String field) {
        if (!has(field)) {
            return ClassNames.UNKNOWN;
        }
        List<String> names = new ArrayList<>();
        for (JsonNode name : node.get(field)) {
            names.add(name.asText());
        }
        try {
            return new ClassNames(names);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(where + ": " + field + ": " + e.getMessage(), e);
        }
    }

    /** The precision of the figures; files from before there were two hold figures of double precision. */
    public Precision precision() {
        return switch (string("precision", "double")) {
            case "double" -> Precision.DOUBLE;
            case "single" -> Precision.SINGLE;
            default -> throw wrong("precision", "double or single");
        };
    }

    public IllegalArgumentException wrong(String field, String expected) {
        return new IllegalArgumentException(where + ": " + field + ": found "
                + brief(node.path(field)) + ", expected " + expected);
    }

    private JsonNode required(String field) {
        if (!has(field)) {
            throw new IllegalArgumentException(where + ": " + field + " is missing");
        }
        return node.get(field);
    }

    private static String brief(JsonNode value) {
        String text = value.toString();
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
