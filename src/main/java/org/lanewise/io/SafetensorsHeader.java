package org.lanewise.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lanewise.codec.JsonException;
import org.lanewise.codec.JsonText;

/**
 * The JSON in front of a {@code .safetensors} file, of which only what the format allows is read:
 * an object of arrays, and strings under {@code __metadata__}.
 */
final class SafetensorsHeader {
    /**
     * What a header says.
     *
     * @param entries the arrays in the order of their bytes, which fill the rest of the file
     * @param metadata strings that are not part of any array
     */
    record Content(List<Entry> entries, Map<String, String> metadata) {}

    /**
     * The position of one array.
     *
     * @param name of the array
     * @param body shape and type
     * @param begin first byte, counted from the end of the header
     * @param end end of the bytes, exclusive
     */
    record Entry(String name, Body body, long begin, long end) {}

    static final String METADATA = "__metadata__";

    private static final Map<String, ElementType> TYPES = Map.of("F64", ElementType.FLOAT64, "F32",
            ElementType.FLOAT32, "I64", ElementType.INT64);

    private final Source source;
    private final JsonText json;
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private SafetensorsHeader(Source source, String text) {
        this.source = source;
        this.json = new JsonText(text);
    }

    /**
     * {@return arrays and metadata}
     *
     * @param source what the header came from, for messages
     * @param text the JSON
     * @param bytes how many bytes follow the header
     */
    static Content parse(Source source, String text, long bytes) throws FileFormatException {
        SafetensorsHeader header = new SafetensorsHeader(source, text);
        List<Entry> entries;
        try {
            entries = header.entries();
        } catch (JsonException e) {
            throw source.fault("its header is not the JSON of a .safetensors file: " + e.problem()
                    + " at character " + e.offset());
        }
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long next = 0;
        for (Entry entry : entries) {
            if (entry.begin() != next) {
                throw source.fault("array " + Source.quote(entry.name()) + ": begins at byte "
                        + entry.begin() + " after the header, expected " + next
                        + ": arrays follow one another without gap or overlap");
            }
            next = entry.end();
        }
        if (next != bytes) {
            throw source.fault("declares arrays of " + next + " bytes, found " + bytes
                    + " after the header");
        }
        return new Content(entries, header.metadata);
    }

    private List<Entry> entries() throws FileFormatException {
        List<Entry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        json.object(name -> {
            if (!names.add(name)) {
                throw source.fault("holds two arrays named " + Source.quote(name));
            }
            if (name.equals(METADATA)) {
                json.object(key -> metadata.put(key, json.string()));
            } else {
                entries.add(entry(name));
            }
        });
        json.requireEnd();
        return entries;
    }

    private Entry entry(String name) throws FileFormatException {
        Map<String, Object> fields = new LinkedHashMap<>();
        json.object(key -> {
            Object value = switch (key) {
                case "dtype" -> json.string();
                case "shape", "data_offsets" -> json.wholeNumbers(ArrayShape.MOST_AXES);
                default -> throw fault(name, "unknown key " + Source.quote(key));
            };
            if (fields.put(key, value) != null) {
                throw fault(name, "the key " + key + " twice");
            }
        });
        if (fields.size() < 3) {
            throw fault(name, "needs dtype, shape and data_offsets; found " + fields.keySet());
        }
        Body body = new Body(shape(name, (long[]) fields.get("shape")),
                type(name, (String) fields.get("dtype")));
        long[] offsets = (long[]) fields.get("data_offsets");
        if (offsets.length != 2 || offsets[1] - offsets[0] != body.bytes()) {
            throw fault(name, body + ", but is at bytes " + Arrays.toString(offsets));
        }
        return new Entry(name, body, offsets[0], offsets[1]);
    }

    private ArrayShape shape(String name, long[] sizes) throws FileFormatException {
        try {
            return ArrayShape.of(sizes);
        } catch (IllegalArgumentException e) {
            throw fault(name, e.getMessage());
        }
    }

    private ElementType type(String name, String dtype) throws FileFormatException {
        ElementType type = TYPES.get(dtype);
        if (type == null) {
            throw fault(name, "has elements of " + Source.quote(dtype)
                    + "; parameters are F64 or F32, and counts I64");
        }
        return type;
    }

    private FileFormatException fault(String name, String message) {
        return source.fault("array " + Source.quote(name) + ": " + message);
    }
}
