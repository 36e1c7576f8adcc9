package org.lanewise.cli.format;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The attributes of an ONNX node; what was not read when all is done is not supported. */
final class OnnxAttributes {
    private final Map<String, AttributeProto> left = new LinkedHashMap<>();

    OnnxAttributes(NodeProto node) {
        node.getAttributeList().forEach(attribute -> left.put(attribute.getName(), attribute));
    }

    boolean has(String name) {
        return left.containsKey(name);
    }

    private AttributeProto take(String name, AttributeProto.AttributeType type) {
        AttributeProto attribute = left.remove(name);
        if (attribute != null && attribute.getType() != type) {
            throw new IllegalArgumentException("attribute " + name + " is of type "
                    + attribute.getType() + ", expected " + type);
        }
        return attribute;
    }

    /** The whole numbers of an attribute. */
    int[] integers(String name, int... fallback) {
        AttributeProto attribute = take(name, AttributeProto.AttributeType.INTS);
        return attribute == null
                ? fallback
                : attribute.getIntsList().stream().mapToInt(OnnxAttributes::small).toArray();
    }

    /** The whole number of an attribute. */
    int integer(String name, int fallback) {
        AttributeProto attribute = take(name, AttributeProto.AttributeType.INT);
        return attribute == null ? fallback : small(attribute.getI());
    }

    /** Larger ones become the largest, which no layer takes. */
    private static int small(long value) {
        return Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /**
     * The real number of an attribute: the shortest decimal whose single-precision number it is,
     * which is what was meant by an attribute that ONNX keeps in 32 bits.
     */
    double number(String name, double fallback) {
        AttributeProto attribute = take(name, AttributeProto.AttributeType.FLOAT);
        if (attribute == null) {
            return fallback;
        }
        if (!Float.isFinite(attribute.getF())) {
            throw new IllegalArgumentException("attribute " + name + " is " + attribute.getF()
                    + ", expected a finite number");
        }
        return Double.parseDouble(Float.toString(attribute.getF()));
    }

    /** The word of an attribute. */
    String text(String name, String fallback) {
        AttributeProto attribute = take(name, AttributeProto.AttributeType.STRING);
        return attribute == null ? fallback : attribute.getS().toStringUtf8();
    }

    /** Refuses any value of an attribute but one. */
    void requireInteger(String name, int only) {
        int found = integer(name, only);
        if (found != only) {
            throw unsupported(name, String.valueOf(found), String.valueOf(only));
        }
    }

    /** Refuses any value of an attribute but one. */
    void requireNumber(String name, double only) {
        double found = number(name, only);
        if (found != only) {
            throw unsupported(name, String.valueOf(found), String.valueOf(only));
        }
    }

    /** Refuses any other values of an attribute. */
    void requireIntegers(String name, int... only) {
        int[] found = integers(name, only);
        if (!Arrays.equals(found, only)) {
            throw unsupported(name, Arrays.toString(found), Arrays.toString(only));
        }
    }

    /** Refuses any value of an attribute but one. */
    void requireText(String name, String only) {
        String found = text(name, only);
        if (!found.equals(only)) {
            throw unsupported(name, found, only);
        }
    }

    private static IllegalArgumentException unsupported(String name, String found,
            String expected) {
        return new IllegalArgumentException("attribute " + name + " " + found
                + " is not supported, expected " + expected);
    }

    /** Refuses what was not read. */
    void requireNothingElse() {
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(left.size() == 1
                    ? "attribute " + left.keySet().iterator().next() + " is not supported"
                    : "attributes " + String.join(", ", left.keySet()) + " are not supported");
        }
    }

    /** Whether these are exactly given ones; those that are missing have a default. */
    boolean match(Map<String, List<? extends Number>> expected, Map<String, Double> defaults) {
        if (!expected.keySet().containsAll(left.keySet())) {
            return false;
        }
        return expected.entrySet().stream().allMatch(entry -> {
            List<Float> wanted = entry.getValue().stream().map(Number::floatValue).toList();
            AttributeProto found = left.get(entry.getKey());
            if (found == null) {
                Double fallback = defaults.get(entry.getKey());
                return fallback != null && wanted.equals(List.of(fallback.floatValue()));
            }
            return wanted.equals(switch (found.getType()) {
                case FLOAT -> List.of(found.getF());
                case INT -> List.of((float) found.getI());
                case INTS -> found.getIntsList().stream().map(Long::floatValue)
                        .collect(Collectors.toList());
                default -> List.of();
            });
        });
    }
}
