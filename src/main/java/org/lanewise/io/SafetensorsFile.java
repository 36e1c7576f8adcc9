package org.lanewise.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.lanewise.codec.JsonValue;

/**
 * {@code .safetensors} files, in which PyTorch's users pass on weights: the length of a header in
 * eight bytes, a header of JSON, then the arrays, row-major and little-endian.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class SafetensorsFile {
    /** The format's own limit. */
    private static final int LONGEST = 100_000_000;

    private static final int ALIGNMENT = 8;
    private static final int CHUNK = 1 << 16;
    private static final List<ElementType> ORDER = List.of(ElementType.INT64, ElementType.FLOAT64,
            ElementType.FLOAT32);

    private SafetensorsFile() {}

    /**
     * All that a file holds.
     *
     * @param arrays by name, in the order of their bytes
     * @param metadata strings by name
     */
    record Content(SequencedMap<String, NumericArray.Doubles> arrays,
            Map<String, String> metadata) {}

    /**
     * {@return every array, by name, in the order of their bytes}
     *
     * @param file of elements F64, F32 or I64
     * @throws FileFormatException if the header is not valid, or the bytes that follow are not
     *        exactly what it declares
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static SequencedMap<String, NumericArray.Doubles> read(Path file) throws IOException {
        return content(file).arrays();
    }

    static Content content(Path file) throws IOException {
        try (Source source = Source.plain(file)) {
            SafetensorsHeader.Content header = SafetensorsHeader.parse(source, header(source),
                    source.left());
            SequencedMap<String, NumericArray.Doubles> arrays = new LinkedHashMap<>();
            for (SafetensorsHeader.Entry entry : header.entries()) {
                arrays.put(entry.name(), array(source, entry.body()));
            }
            return new Content(arrays, header.metadata());
        }
    }

    private static String header(Source source) throws IOException {
        long length = ByteBuffer.wrap(source.next(Long.BYTES, "the header's length"))
                .order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > Math.min(source.left(), LONGEST)) {
            throw source.fault("says that its header has " + Long.toUnsignedString(length)
                    + " bytes; " + source.left() + " follow, and a header has 2 to " + LONGEST
                    + "; is it a .safetensors file?");
        }
        byte[] bytes = source.next((int) length, "the JSON");
        if (bytes[0] != '{') {
            throw source.fault("its header begins with " + Source.hex(Arrays.copyOf(bytes, 1))
                    + "; that of a .safetensors file begins with 7b, an opening brace");
        }
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return text.toString();
        } catch (CharacterCodingException e) {
            throw source.fault("its header is no UTF-8");
        }
    }

    private static NumericArray.Doubles array(Source source, Body body) throws IOException {
        double[] values = source.allocateDoubles(body);
        ElementType type = body.type();
        byte[] chunk = new byte[(int) Math.min(CHUNK, body.bytes())];
        ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        for (int next = 0; next < values.length;) {
            int count = Math.min(chunk.length / type.bytes(), values.length - next);
            source.fill(chunk, count * type.bytes(), body);
            buffer.clear();
            for (int i = 0; i < count; i++) {
                values[next++] = type.read(buffer);
            }
        }
        return new NumericArray.Doubles(type, body.shape(), values);
    }

    /**
     * Writes whole numbers, then arrays of float64, then of float32, each sorted by name as the format's own library
     * sorts them: equal arrays give equal bytes, here and there.
     *
     * @param file replaced whole or, after a failure, left as it was
     * @param arrays name to array; not modified
     * @throws IllegalArgumentException if a name is {@code __metadata__}, which the format keeps
     * @throws IOException if that fails; the message is the path and the reason
     */
    public static void write(Path file, SequencedMap<String, NumericArray.Doubles> arrays)
            throws IOException {
        write(file, arrays, Map.of());
    }

    /** Writes arrays, and strings of metadata before them. */
    static void write(Path file, SequencedMap<String, NumericArray.Doubles> arrays,
            Map<String, String> metadata) throws IOException {
        if (arrays.containsKey(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("no array of a .safetensors file may be named "
                    + SafetensorsHeader.METADATA);
        }
        SequencedMap<String, NumericArray.Doubles> sorted = new TreeMap<>(
                Comparator.comparing((String name) -> ORDER.indexOf(arrays.get(name).type()))
                        .thenComparing(SafetensorsFile::utf8, Arrays::compareUnsigned));
        sorted.putAll(arrays);
        byte[] header = header(sorted, metadata);
        AtomicFile.write(file, out -> {
            out.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length).array());
            out.write(header);
            for (NumericArray.Doubles array : sorted.values()) {
                LittleEndian.write(out, array);
            }
        });
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Padded with blanks, so that the arrays begin at a multiple of eight bytes. */
    private static byte[] header(SequencedMap<String, NumericArray.Doubles> arrays,
            Map<String, String> metadata) {
        StringBuilder text = new StringBuilder("{");
        if (!metadata.isEmpty()) {
            text.append(quoted(SafetensorsHeader.METADATA)).append(":{")
                    .append(new TreeMap<>(metadata).entrySet().stream()
                            .map(entry -> quoted(entry.getKey()) + ":" + quoted(entry.getValue()))
                            .collect(Collectors.joining(",")))
                    .append('}');
        }
        long begin = 0;
        for (var array : arrays.entrySet()) {
            ArrayShape shape = array.getValue().shape();
            long end = begin + (long) shape.size() * array.getValue().type().bytes();
            text.append(text.length() == 1 ? "" : ",").append(quoted(array.getKey()))
                    .append(":{\"dtype\":\"")
                    .append(switch (array.getValue().type()) {
                        case INT64 -> "I64";
                        case FLOAT32 -> "F32";
                        default -> "F64";
                    })
                    .append("\",\"shape\":")
                    .append(shape.sizes().toString().replace(" ", "")).append(",\"data_offsets\":[")
                    .append(begin).append(',').append(end).append("]}");
            begin = end;
        }
        byte[] bytes = utf8(text.append('}').toString());
        byte[] padded = Arrays.copyOf(bytes, Math.ceilDiv(bytes.length, ALIGNMENT) * ALIGNMENT);
        Arrays.fill(padded, bytes.length, padded.length, (byte) ' ');
        return padded;
    }

    private static String quoted(String text) {
        return new JsonValue.Text(text).toString();
    }
}
