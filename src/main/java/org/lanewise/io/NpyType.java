package org.lanewise.io;

import java.util.Map;

/** Names of element types in {@code .npy} headers: byte order, kind and bytes, as {@code <f8}. */
final class NpyType {
    static final String EXPECTED = "arrays of float32, float64 and of signed and unsigned integers"
            + " are read";

    private static final Map<String, ElementType> TYPES = Map.of(
            "f4", ElementType.FLOAT32, "f8", ElementType.FLOAT64,
            "i1", ElementType.INT8, "i2", ElementType.INT16,
            "i4", ElementType.INT32, "i8", ElementType.INT64,
            "u1", ElementType.UINT8, "u2", ElementType.UINT16,
            "u4", ElementType.UINT32, "u8", ElementType.UINT64);

    private NpyType() {}

    static ElementType of(Source source, String descr) throws FileFormatException {
        ElementType type = descr.length() == 3 ? TYPES.get(descr.substring(1)) : null;
        if (type == null) {
            throw source.fault("has elements of type '" + Source.quote(descr) + "', "
                    + kind(descr) + "; " + EXPECTED);
        }
        char order = descr.charAt(0);
        boolean known = order == '<' || order == '>' || order == '|' && type.bytes() == 1;
        if (!known) {
            throw source.fault("has elements of type '" + Source.quote(descr)
                    + "', without a byte order; expected < or > before the type");
        }
        return type;
    }

    private static String kind(String descr) {
        String name = descr.replaceFirst("^[<>|=]", "");
        char kind = name.isEmpty() ? '?' : name.charAt(0);
        return switch (kind) {
            case 'O' -> "Python objects";
            case 'c' -> "complex numbers";
            case 'S', 'a' -> "byte strings";
            case 'U' -> "strings";
            case 'b' -> "truth values";
            case 'V' -> "raw or structured data";
            case 'M', 'm' -> "dates or times";
            case 'f' -> name.equals("f2") ? "half precision" : "floats of another precision";
            default -> "no known type of numbers";
        };
    }
}
