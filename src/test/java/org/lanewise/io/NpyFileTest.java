package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.lanewise.io.Crafted.join;
import static org.lanewise.io.Crafted.npy;
import static org.lanewise.io.Faults.assertFault;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in the folder numpy were written by NumPy; make.py there says how. */
class NpyFileTest {
    @TempDir
    private Path folder;

    private static Path numpy(String name) {
        try {
            return Path.of(NpyFileTest.class.getResource("numpy/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static IntToDoubleFunction rule(ElementType type) {
        return switch (type) {
            case FLOAT32, FLOAT64 -> k -> 0.75 * k - 3;
            case INT8, INT16, INT32, INT64 -> k -> k - 12;
            case UINT8, UINT16, UINT32, UINT64 -> k -> 10 * k;
        };
    }

    private static void assertRule(ElementType type, NumericArray array) {
        assertEquals(type, array.type());
        assertEquals("(2, 3, 4)", array.shape().toString());
        for (int k = 0; k < 24; k++) {
            assertEquals(rule(type).applyAsDouble(k), array.value(k), "element " + k);
        }
    }

    private void assertRefused(byte[] content, String... said) {
        Path file = Crafted.write(folder, "a.npy", content);
        assertFault(file, () -> NpyFile.read(file), said);
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeInEveryOrder(ElementType type) throws IOException {
        for (String order : new String[] {"little-c", "little-fortran", "big-c", "big-fortran"}) {
            assertRule(type, NpyFile.read(numpy(type + "-" + order + ".npy")));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyVersion(int version) throws IOException {
        byte[] content = Files.readAllBytes(numpy("version" + version + ".npy"));
        assertEquals(version, content[6]);
        assertRule(ElementType.FLOAT64, NpyFile.read(numpy("version" + version + ".npy")));
    }

    @Test
    void fewAxesAndNoRows() throws IOException {
        assertEquals("()", NpyFile.read(numpy("single.npy")).shape().toString());
        assertEquals(2.5, NpyFile.read(numpy("single.npy")).value(0));
        assertEquals("(2,)", NpyFile.read(numpy("one-axis.npy")).shape().toString());
        assertEquals("(0, 3)", NpyFile.read(numpy("empty.npy")).shape().toString());
    }

    @Test
    void unsignedBytesStayBytes() throws IOException {
        for (String order : new String[] {"c", "fortran"}) {
            NumericArray array = NpyFile.read(numpy("uint8-little-" + order + ".npy"));
            byte[] values = assertInstanceOf(NumericArray.Bytes.class, array).values();
            assertEquals((byte) 230, values[23]);
        }
    }

    @Test
    void columnMajorOverMoreThanOneChunk() throws IOException {
        int rows = 301;
        int columns = 103;
        double[] file = new double[rows * columns];
        double[] expected = new double[rows * columns];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                expected[r * columns + c] = r * 1000 + c;
                file[c * rows + r] = r * 1000 + c;
            }
        }
        byte[] content = Crafted.replace(npy("(301, 103)", file), "False", "True ");
        NumericArray array = NpyFile.read(Crafted.write(folder, "a.npy", content));
        assertArrayEquals(expected, assertInstanceOf(NumericArray.Doubles.class, array).values());
    }

    @ParameterizedTest
    @CsvSource({"object,Python objects", "complex,complex numbers", "bytes,byte strings",
            "string,strings", "bool,truth values", "structured,structured type", "void,structured",
            "half,half precision", "longdouble,another precision", "date,dates"})
    void otherTypesAreRefusedByName(String name, String said) {
        Path file = numpy(name + ".npy");
        assertFault(file, () -> NpyFile.read(file), said, "float32, float64");
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "{'shape': (2,), 'fortran_order': False, 'descr': '<f8'}",
            "{\"shape\":(2,),\"descr\":\"<f8\",\"fortran_order\":False}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2L,), }   \n"})
    void keysInAnyOrder(String header) throws IOException {
        byte[] body = new byte[16];
        Path file = Crafted.write(folder, "a.npy", npy(header, body));
        assertEquals("(2,)", NpyFile.read(file).shape().toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', quoteCharacter = '`', value = {
            "[1, 2]#expected '{'",
            "#expected '{'",
            "__import__('os').system('true')#expected '{'",
            "{'descr': open('x'), 'fortran_order': False, 'shape': (2,)}#expected a string",
            "{'descr': '<f8', 'fortran_order': False}#no key 'shape'",
            "{'descr': '<f8', 'shape': (2,)}#no key 'fortran_order'",
            "{'fortran_order': False, 'shape': (2,)}#no key 'descr'",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'x': 1}#unknown key 'x'",
            "{'descr': '<f8', 'descr': '<f8', 'shape': (2,)}#the key 'descr' twice",
            "{'descr': '<f8', 'fortran_order': 0, 'shape': (2,)}#expected True or False",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (-2,)}#expected a size, 0 or more",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2.0,)}#expected a size, 0 or more",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2e0,)}#expected a size, 0 or more",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (True,)}#expected a size, 0 or more",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2)}#no tuple",
            "{'descr': '<f8', 'fortran_order': False, 'shape': 2}#expected '('",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1 2)}#expected ',' or ')'",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}#too large",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)#expected '}'",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)} + x#follows the dictionary",
            "{'descr': 'f8', 'fortran_order': False, 'shape': (2,)}#type 'f8'",
            "{'descr': '|f8', 'fortran_order': False, 'shape': (2,)}#without a byte order",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (65536, 65536)}#= 34359738368 bytes, found 16",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296, 1)}#more"})
    void headersThatNumpyDoesNotWrite(String header, String said) {
        assertRefused(npy(header == null ? "" : header, new byte[16]), said);
    }

    @Test
    void hugeHeader() {
        byte[] content = npy("(1,)", 1);
        byte[] huge = join(Arrays.copyOf(content, 6), Crafted.bytes(2, 0, 255, 255, 255, 127),
                content);
        assertRefused(huge, "its header has 2147483647 bytes");
        huge[11] = (byte) 255;
        assertRefused(huge, "its header has 4294967295 bytes");
    }

    @Test
    void rejectsMoreThanEightAxes() throws IOException {
        Path file = Crafted.write(folder, "a.npy", npy("(" + "1, ".repeat(8) + ")", 5));
        assertEquals(8, NpyFile.read(file).shape().rank());
        assertRefused(npy("(" + "1, ".repeat(9) + ")", 5), "more than 8 axes");
    }

    @Test
    void unknownVersion() {
        byte[] content = npy("(1,)", 1);
        content[6] = 4;
        assertRefused(content, "version 4.0", "1.0, 2.0 and 3.0");
    }

    @Test
    void notAnArrayAtAll() {
        assertRefused("<html></html>".getBytes(), "begins with 3c 68", "93 4e 55 4d 50 59");
        assertRefused(new byte[0], "begins with nothing");
    }

    @Test
    void cutAnywhere() {
        byte[] content = npy("(3,)", 1, 2, 3);
        for (int length = 0; length < content.length; length++) {
            assertRefused(Arrays.copyOf(content, length));
        }
        assertRefused(Arrays.copyOf(content, content.length - 5), "= 24 bytes", "found 19");
    }

    @Test
    void bytesLeftOver() {
        assertRefused(npy("(1,)", 1, 2), "= 8 bytes", "found 16");
    }

    @Test
    void integersThatNoDoubleEquals() throws IOException {
        long exact = 1L << 53;
        Path file = Crafted.write(folder, "a.npy",
                Crafted.npyLongs("(2, 2)", exact, -exact, 1L << 32, -1));
        NumericArray array = NpyFile.read(file);
        assertEquals("9007199254740992", array.text(0));
        assertEquals("4294967296", array.text(2));
        byte[] inexact = Crafted.npyLongs("(1, 2)", 0, exact + 1);
        assertRefused(inexact, "element [0, 1] is 9007199254740993");
        byte[] unsigned = Crafted.replace(Crafted.npyLongs("(1,)", -1), "<i8", "<u8");
        assertRefused(unsigned, "element [0] is 18446744073709551615");
    }
}
