package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.io.Faults.assertFault;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Initializer;
import org.lanewise.Parameters;
import org.lanewise.Parameters.Parameter;
import org.lanewise.RandomState;
import org.lanewise.spec.Network;

class SafetensorsFileTest {
    private static final String ONE = "{'a':{'dtype':'F64','shape':[2],'data_offsets':[0,16]}}";

    @TempDir
    private Path folder;

    private static Path recorded(String name) throws URISyntaxException {
        return Path.of(
                SafetensorsFileTest.class.getResource("safetensors/" + name).toURI());
    }

    private static byte[] content(long headerLength, byte[] header, int bytes) {
        return Crafted.join(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(headerLength).array(), header, new byte[bytes]);
    }

    /** Quotes are single, for the eye. */
    private static byte[] content(String header, int bytes) {
        byte[] text = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return content(text.length, text, bytes);
    }

    private Path write(byte[] content) {
        return Crafted.write(folder, "a.safetensors", content);
    }

    private void assertRefused(byte[] content, String... said) {
        Path file = write(content);
        assertFault(file, () -> SafetensorsFile.read(file), said);
    }

    private static void assertFollowsTheRule(NumericArray.Doubles array) {
        assertEquals("(2, 3, 4)", array.shape().toString());
        for (int k = 0; k < 24; k++) {
            assertEquals(0.75 * k - 3, array.value(k));
        }
    }

    @Test
    void whatTheFormatsOwnLibraryWrote() throws IOException, URISyntaxException {
        var arrays = SafetensorsFile.read(recorded("float64.safetensors"));
        assertEquals(List.of("10.weight", "2.bias", "2.weight", "empty",
                "quote \" slash \\ line \n bell \u0007 ü 😀"), List.copyOf(arrays.keySet()));
        assertFollowsTheRule(arrays.get("10.weight"));
        assertFollowsTheRule(arrays.get("2.weight"));
        assertArrayEquals(new double[] {1.5, -2.5}, arrays.get("2.bias").values());
        assertEquals("(0, 3)", arrays.get("empty").shape().toString());
        assertEquals(2.5, arrays.lastEntry().getValue().value(0));
        assertEquals(0, arrays.lastEntry().getValue().shape().rank());
    }

    @Test
    void singlePrecisionAndMetadataAsPyTorchWritesThem() throws IOException, URISyntaxException {
        var arrays = SafetensorsFile.read(recorded("mixed.safetensors"));
        assertEquals(2, arrays.size());
        assertEquals(ElementType.FLOAT32, arrays.get("0.weight").type());
        assertFollowsTheRule(arrays.get("0.weight"));
        assertArrayEquals(new double[] {1.5, -2.5}, arrays.get("0.bias").values());
    }

    /** The bytes that its own library made of the same arrays. */
    @ParameterizedTest
    @ValueSource(strings = {"float64", "nothing"})
    void whatIsWrittenIsTheLibrarysOwnFile(String name) throws IOException, URISyntaxException {
        Path theirs = recorded(name + ".safetensors");
        Path ours = folder.resolve("ours.safetensors");
        SequencedMap<String, NumericArray.Doubles> arrays = SafetensorsFile.read(theirs);
        SafetensorsFile.write(ours, arrays.reversed());
        assertArrayEquals(Files.readAllBytes(theirs), Files.readAllBytes(ours));
    }

    /** Metadata comes first, as it does in the file that PyTorch wrote. */
    @Test
    void metadataIsWrittenWhereTheLibraryWritesIt() throws IOException, URISyntaxException {
        byte[] theirs = Files.readAllBytes(recorded("mixed.safetensors"));
        assertTrue(new String(theirs, 8, 40, StandardCharsets.UTF_8)
                .startsWith("{\"__metadata__\":{\""), "recorded otherwise");
        byte[] plain = Files.readAllBytes(recorded("float64.safetensors"));
        int length = ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN).getInt();
        String header = new String(plain, 8, length, StandardCharsets.UTF_8).stripTrailing();
        String expected = "{\"__metadata__\":{\"a\":\"1\",\"network\":\"line\\n\\\"é\\\"\"},"
                + header.substring(1);
        int bytes = expected.getBytes(StandardCharsets.UTF_8).length;
        expected += " ".repeat(Math.ceilDiv(bytes, 8) * 8 - bytes);

        Path ours = folder.resolve("ours.safetensors");
        var arrays = SafetensorsFile.read(recorded("float64.safetensors"));
        Map<String, String> metadata = Map.of("network", "line\n\"é\"", "a", "1");
        SafetensorsFile.write(ours, arrays, metadata);
        byte[] head = expected.getBytes(StandardCharsets.UTF_8);
        assertArrayEquals(content(head.length, Crafted.join(head,
                Arrays.copyOfRange(plain, 8 + length, plain.length)), 0),
                Files.readAllBytes(ours));
        assertEquals(metadata, SafetensorsFile.content(ours).metadata());
    }

    @ParameterizedTest
    @CsvSource({"float16,F16", "bfloat16,BF16"})
    void otherTypesAreRefusedByName(String file, String type) throws URISyntaxException {
        Path path = recorded(file + ".safetensors");
        assertFault(path, () -> SafetensorsFile.read(path),
                "array 0.bias: has elements of " + type
                        + "; parameters are F64 or F32, and counts I64");
    }

    /** Whole numbers are read, and are no parameters unless they count batches. */
    @Test
    void wholeNumbersAreNoWeights() throws Exception {
        Path path = recorded("int64.safetensors");
        assertEquals(ElementType.INT64, SafetensorsFile.read(path).get("0.bias").type());
        assertFault(path, () -> ParameterFile.read(path), "array 0.bias: has elements of int64;"
                + " parameters are float64 or float32");
    }

    @Test
    void parametersGoThroughAFile() throws IOException {
        Network network = Network.input(2, 7, 5).conv2d(3, 2).relu().flatten().linear(4)
                .softmaxCrossEntropy();
        Parameters written = Parameters.initial(network, Initializer.heNormal(),
                new RandomState(1));
        Path file = folder.resolve("a.SafeTensors");
        ParameterFile.write(written, file);
        assertEquals('{', Files.readAllBytes(file)[8]);
        Parameters read = ParameterFile.read(file);
        read.requireMatch(network);
        for (Parameter parameter : written.list()) {
            assertArrayEquals(parameter.values(), read.values(parameter.spec().name()));
        }
    }

    @Test
    void valuesThatAreNotFinite() throws IOException {
        Path file = write(content(ONE, 16));
        byte[] content = Files.readAllBytes(file);
        content[content.length - 1] = 0x7F;
        content[content.length - 2] = (byte) 0xF0;
        Files.write(file, content);
        assertFault(file, () -> ParameterFile.read(file), "array a: element [1] is Infinity");
    }

    /** A file that begins as gzip does, because its header has 0x8b1f bytes. */
    @Test
    void aLengthThatLooksLikeGzip() throws IOException {
        String header = ONE + " ".repeat(0x8b1f - ONE.length());
        Path file = write(content(header, 16));
        assertEquals(0x1f, Files.readAllBytes(file)[0]);
        assertEquals(2, SafetensorsFile.read(file).get("a").values().length);
    }

    @Test
    void lengthsOfHeaders() {
        byte[] json = ONE.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        for (long length : new long[] {0, 1, json.length + 17, 1L << 31, 1L << 40, -1,
                Long.MIN_VALUE}) {
            assertRefused(content(length, json, 16), "says that its header has "
                    + Long.toUnsignedString(length) + " bytes; " + (json.length + 16) + " follow");
        }
        assertRefused(new byte[0], "the header's length needs 8 bytes, found 0");
        assertRefused(new byte[7], "found 7");
        assertRefused("<!DOCTYPE html><html>".getBytes(StandardCharsets.UTF_8), "says that");
        assertRefused(content(" " + ONE, 16), "begins with 20", "begins with 7b");
        assertRefused(content(3, Crafted.bytes('{', 0xFF, '}'), 0), "no UTF-8");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 17, 400})
    void rejectsOtherNumbersOfBytesAfterTheHeader(int bytes) {
        assertRefused(content(ONE, bytes), "declares arrays of 16 bytes, found " + bytes);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^',
            textBlock = """
                    {:                                       | Unexpected :, expected '"' at character 1
                    {}x                                      | expected nothing more at character 2
                    {'a'}                                    | expected ':'
                    {'a':1}                                  | expected '{'
                    {'a':{'shape':[2]}}                      | needs dtype, shape and data_offsets
                    {'a':{'dtype':'F64','dtype':'F64'}}      | the key dtype twice
                    {'a':{'type':'F64'}}                     | unknown key type
                    {'a':{'dtype':8}}                        | expected '"'
                    {'a':{'shape':[-1]}}                     | expected a whole number from 0
                    {'a':{'shape':[1.5]}}                    | expected a whole number from 0
                    {'a':{'shape':[1e9]}}                    | expected a whole number from 0
                    {'a':{'shape':[01]}}                     | expected a whole number from 0
                    {'a':{'shape':[9999999999999999999]}}    | of at most 18 digits
                    {'a':{'shape':[[1]]}}                    | expected a whole number from 0
                    {'a':{'shape':[1,]}}                     | expected a whole number from 0
                    {'a                                      | Unexpected end, expected a string that ends at character 3
                    {'\\q':1}                                | expected an escaped letter
                    {'\\u12g4':1}                            | expected four hexadecimal digits
                    {'__metadata__':{'a':{}}}                | expected '"'
                    """)
    void headersThatAreNotTheFormats(String header, String said) {
        assertRefused(content(header, 0), said);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            [4294967296,4294967296] | 0,0   | more elements than an array can hold
            [2147483648]            | 0,0   | more elements than an array can hold
            [2]                     | 0,8   | (2,) of float64 = 16 bytes, but is at bytes [0, 8]
            [2]                     | 16,0  | but is at bytes [16, 0]
            [2]                     | 0     | but is at bytes [0]
            [2]                     | 8,24  | begins at byte 8 after the header, expected 0
            """)
    void whatHeadersClaim(String shape, String offsets, String said) {
        assertRefused(content("{'a':{'dtype':'F64','shape':" + shape + ",'data_offsets':["
                + offsets + "]}}", 24), "array a: ", said);
    }

    @Test
    void arraysThatOverlapOrComeTwice() {
        String entry = ONE.substring(1, ONE.length() - 1);
        assertRefused(content("{" + entry + "," + entry + "}", 16), "two arrays named a");
        assertRefused(content("{" + entry + "," + entry.replace("'a'", "'b'") + "}", 16),
                "array b: begins at byte 0 after the header, expected 16");
    }

    @Test
    void theFormatsOwnNameIsRefused() throws IOException {
        SequencedMap<String, NumericArray.Doubles> arrays = new LinkedHashMap<>();
        arrays.put("__metadata__", new NumericArray.Doubles(ElementType.FLOAT64,
                ArrayShape.of(1), new double[1]));
        Path file = folder.resolve("a.safetensors");
        assertThrows(IllegalArgumentException.class, () -> SafetensorsFile.write(file, arrays));
        assertTrue(Files.notExists(file));
    }

    @Test
    void everyCutIsRefused() throws IOException, URISyntaxException {
        byte[] whole = Files.readAllBytes(recorded("mixed.safetensors"));
        for (int length = 0; length < whole.length; length++) {
            assertRefused(Arrays.copyOf(whole, length));
        }
    }

    /** Changed in one to four places, a file is read or refused, and nothing else happens. */
    @Test
    void onlyTheLibrarysOwnException() throws IOException, URISyntaxException {
        long seed = 6;
        Random random = new Random(seed);
        byte[] whole = Files.readAllBytes(recorded("float64.safetensors"));
        int header = whole.length - 8 * 51;
        int refused = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] damaged = whole.clone();
            for (int change = 0; change < 1 + round % 4; change++) {
                int at = random.nextInt(header);
                damaged[at] = random.nextBoolean()
                        ? (byte) random.nextInt(256)
                        : (byte) "{}[]\":,\\0912e- ".charAt(random.nextInt(15));
            }
            Path file = write(damaged);
            try {
                SafetensorsFile.read(file);
            } catch (FileFormatException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
        assertTrue(refused > 2000, "seed " + seed + ": " + refused);
    }

    @Test
    void claimsTakeNoMemory() throws IOException, InterruptedException {
        Path file = write(content("{'a':{'dtype':'F32','shape':[2147483647],'data_offsets':"
                + "[0,8589934588]}}", 1000));
        String said = SmallProcess.run("true", "32m", Reader.class, file.toString());
        assertEquals(file + ": declares arrays of 8589934588 bytes, found 1000 after the"
                + " header\n", said);
        Path large = write(content("{'a':{'dtype':'F32','shape':[10000000],'data_offsets':"
                + "[0,40000000]}}", 40_000_000));
        assertTrue(SmallProcess.run("true", "64m", Reader.class, large.toString())
                .contains("needs 80000000 bytes of memory"));
    }

    /** Reads a file by its name and prints the message of the failure. */
    static final class Reader {
        private Reader() {}

        static void main(String[] arguments) throws IOException {
            try {
                SafetensorsFile.read(Path.of(arguments[0]));
            } catch (FileFormatException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
