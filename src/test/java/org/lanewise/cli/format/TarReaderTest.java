package org.lanewise.cli.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.io.Crafted;

/** Archives that tar, bsdtar, git and Python wrote (tar_archives.py), and crafted ones. */
class TarReaderTest {
    private static final Path ARCHIVE = Path.of("a.tar");
    private static final byte[] END = new byte[1024];
    private static final String TAIL = "; expected files and folders, as tar writes with"
            + " --dereference, --hard-dereference and without --sparse";

    @TempDir
    private Path folder;

    private int unpacked;

    private static byte[] recorded(String name) throws IOException {
        try (InputStream in = new GZIPInputStream(
                TarReaderTest.class.getResourceAsStream("tar/" + name + ".tar.gz"))) {
            return in.readAllBytes();
        }
    }

    /** Texts of all files by name; folders end in a slash. */
    private Map<String, String> unpack(byte[]... parts) throws IOException {
        Path to = Files.createDirectory(folder.resolve("unpacked" + unpacked++));
        new TarReader(ARCHIVE, new ByteArrayInputStream(Crafted.join(parts))).unpack(to);
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(to)) {
            for (Path path : all.toList()) {
                boolean isFolder = Files.isDirectory(path);
                found.put(to.relativize(path) + (isFolder ? "/" : ""),
                        isFolder ? "" : Files.readString(path));
            }
        }
        return found;
    }

    private void assertFault(String message, byte[]... parts) {
        assertEquals(ARCHIVE + ": " + message,
                assertThrows(IOException.class, () -> unpack(parts)).getMessage());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static void put(byte[] into, int at, byte[] value) {
        System.arraycopy(value, 0, into, at, value.length);
    }

    private static byte[] summed(byte[] header, boolean signed) {
        put(header, 148, bytes("        "));
        int sum = 0;
        for (byte one : header) {
            sum += signed ? one : Byte.toUnsignedInt(one);
        }
        put(header, 148, bytes(String.format("%06o\0", sum)));
        return header;
    }

    private static byte[] header(char type, String name, byte[] size) {
        byte[] header = new byte[512];
        put(header, 0, bytes(name));
        put(header, 124, size);
        header[156] = (byte) type;
        put(header, 257, bytes("ustar\00000"));
        return summed(header, false);
    }

    private static byte[] header(char type, String name, long size) {
        return header(type, name, bytes(String.format("%011o", size)));
    }

    private static byte[] padded(String content) {
        return Crafted.join(bytes(content), new byte[-bytes(content).length & 511]);
    }

    private static byte[] entry(char type, String name, String content) {
        return Crafted.join(header(type, name, bytes(content).length), padded(content));
    }

    /** A header that says 0 of a file whose size is in a record before it. */
    private static byte[] unsized(String name, String content) {
        return Crafted.join(header('0', name, 0), padded(content));
    }

    private static String record(String key, String value) {
        int rest = bytes(" " + key + "=" + value + "\n").length;
        int length = rest + 1;
        while (String.valueOf(length).length() + rest != length) {
            length++;
        }
        return length + " " + key + "=" + value + "\n";
    }

    private static byte[] pax(char type, String... keysAndValues) {
        StringBuilder records = new StringBuilder();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            records.append(record(keysAndValues[i], keysAndValues[i + 1]));
        }
        return entry(type, "PaxHeader/x", records.toString());
    }

    private static Map<String, String> expected(boolean deep) {
        Map<String, String> files = new TreeMap<>(Map.of("data/short.txt", "short",
                "data/empty.txt", "", "data/block.txt", "b".repeat(512),
                "data/" + "n".repeat(90) + "ü.txt", "long",
                "data/" + "p".repeat(80) + "/" + "q".repeat(90) + ".txt", "prefix"));
        if (deep) {
            files.put("data/" + "d".repeat(90) + "/" + "e".repeat(90) + "/" + "f".repeat(90) + "/"
                    + "g".repeat(60) + ".txt", "deep");
        }
        return files;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu-ustar", "bsd-ustar", "python-ustar", "gnu-gnu", "gnu-oldgnu",
            "gnu-pax", "gnu-global", "bsd-gnutar", "bsd-pax", "python-gnu", "python-pax",
            "git-pax"})
    void readsWhatProgramsWrite(String name) throws IOException {
        byte[] archive = recorded(name);
        Map<String, String> found = unpack(archive);
        // Git has no empty folders.
        assertEquals(!name.startsWith("git"), found.containsKey("data/folder/"));
        found.keySet().removeIf(path -> path.endsWith("/"));
        assertEquals(expected(!name.endsWith("ustar")), found);
        int length = archive.length;
        while (archive[length - 1] == 0) {
            length--;
        }
        Random random = new Random(7);
        for (int i = 0; i < 40; i++) {
            byte[] cut = Arrays.copyOf(archive, 512 + random.nextInt(length - 512));
            String message = assertThrows(IOException.class, () -> unpack(cut)).getMessage();
            assertEquals(ARCHIVE + ": is cut", message.substring(0, 13),
                    "seed 7, length " + cut.length + ": " + message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sparse-gnu", "sparse-pax-0.0", "sparse-pax-0.1", "sparse-pax-1.0",
            "sparse-bsd"})
    void filesWithHolesAreRefused(String name) throws IOException {
        assertFault("holds hole.bin, which is a sparse file" + TAIL, recorded(name));
    }

    @ParameterizedTest
    @CsvSource({"link-hard-gnu, hard.txt, a hard link", "link-hard-bsd, hard.txt, a hard link",
            "link-symbolic-gnu, symbolic.txt, a symbolic link",
            "link-symbolic-bsd, symbolic.txt, a symbolic link"})
    void linksAreRefused(String name, String link, String kind) throws IOException {
        assertFault("holds " + link + ", which is " + kind + TAIL, recorded(name));
    }

    @ParameterizedTest
    @CsvSource({"big-gnu-gnu, 3584", "big-gnu-pax, 2560", "big-bsd-gnutar, 3584",
            "big-bsd-pax, 2560", "big-python-gnu, 1024", "big-python-pax, 1024"})
    void aSizeMayBeAbove8GiB(String name, int there) throws IOException {
        assertFault("is cut: " + ((9L << 30) - there) + " bytes of big.bin are missing",
                recorded(name));
    }

    /** The size is that of the file, whatever is between. */
    @Test
    void recordsAreOfTheFileThatFollows() throws IOException {
        String name = "n".repeat(600) + ".txt";
        String shorter = "n".repeat(150) + ".txt";
        byte[] longName = entry('L', "././@LongLink", shorter + "\0");
        byte[] longLink = entry('K', "././@LongLink", name + "\0");
        byte[] every = pax('g', "comment", "x".repeat(700));
        byte[] other = pax('x', "mtime", "12.5");
        byte[] content = unsized("short.txt", "content");
        byte[] last = entry('0', "last.txt", "last");
        byte[] size = pax('x', "size", "7");
        for (byte[] between : new byte[][] {longName, Crafted.join(longName, longLink),
                Crafted.join(longLink, longName), Crafted.join(every, longName),
                Crafted.join(longName, every), Crafted.join(longName, other)}) {
            assertEquals(Map.of("/", "", shorter, "content", "last.txt", "last"),
                    unpack(size, between, content, last, END));
            assertEquals(Map.of("/", "", shorter, "content", "last.txt", "last"),
                    unpack(between, size, content, last, END));
        }
        for (byte[] between : new byte[][] {every, other, Crafted.join(every, other)}) {
            assertEquals(Map.of("/", "", "short.txt", "content", "last.txt", "last"),
                    unpack(size, between, content, last, END));
        }
        // Of two records of one key the last counts.
        assertEquals(Map.of("/", "", "b.txt", "content"), unpack(
                pax('x', "path", "a.txt", "size", "3"), pax('x', "path", "b.txt", "size", "7"),
                content, END));
    }

    @Test
    void recordsOfAllFilesHoldUntilOthersSayMore() throws IOException {
        byte[] five = pax('g', "size", "5");
        assertEquals(Map.of("/", "", "a", "12345", "b", "1234567", "c", "123456789", "d", "54321",
                "e", "67890"),
                unpack(five, unsized("a", "12345"), pax('x', "size", "7"), unsized("b", "1234567"),
                        // An empty value takes back what holds for all.
                        pax('x', "size", ""), entry('0', "c", "123456789"),
                        entry('L', "././@LongLink", "d"), unsized("short", "54321"),
                        unsized("e", "67890"), END));
        assertFault("holds a twice", pax('g', "path", "a"), entry('0', "b", ""),
                entry('0', "c", ""), END);
    }

    /** Lengths count bytes: values may hold line feeds, and what looks like another record. */
    @Test
    void recordsHaveLengths() throws IOException {
        assertEquals(Map.of("/", "", "ü ü.txt", "content"), unpack(
                pax('x', "comment", "ä\n11 path=no\n9 size=1", "path", "ü ü.txt", "SCHILY.x", ""),
                entry('0', "short.txt", "content"), END));
        for (String wrong : new String[] {"x", "11 path=a\n", "10 path=ab\n",
                "path=a\n", "-9 path=a\n", " path=a\n", "8 patha\n", "0 path=a\n",
                "99999999 path=a\n", "9999999999999999 path=a\n", "3 =\n", "5 =a\n6 a=\n"}) {
            assertFault("is damaged: PaxHeader/x has a record that is no length, key and value",
                    entry('x', "PaxHeader/x", wrong), entry('0', "b", ""), END);
        }
        for (String size : new String[] {"-1", "+1", "1.5", "x", "9223372036854775808", "0x10",
                "99999999999999999999999"}) {
            assertFault("is damaged: the size of b is " + size, pax('x', "size", size),
                    entry('0', "b", ""), END);
        }
        assertFault("is cut: 9223372036854774783 bytes of b are missing",
                pax('x', "size", "9223372036854775807"), entry('0', "b", ""), END);
    }

    private static byte[] binary(int first, int second, long value) {
        byte[] size = new byte[12];
        for (int i = 11; i >= 4; i--) {
            size[i] = (byte) (value >> 8 * (11 - i));
        }
        size[0] = (byte) first;
        size[1] = (byte) second;
        return size;
    }

    @Test
    void sizesMayBeBinary() throws IOException {
        assertEquals(Map.of("/", "", "a", "abc"),
                unpack(header('0', "a", binary(0x80, 0, 3)), padded("abc"), END));
        assertFault("is cut: " + (Long.MAX_VALUE - 1024) + " bytes of a are missing",
                header('0', "a", binary(0x80, 0, Long.MAX_VALUE)), END);
        assertFault("is damaged: the size of a is 9223372036854775808",
                header('0', "a", binary(0x80, 0, Long.MIN_VALUE)), END);
        assertFault("is damaged: the size of a is 309485009821345068724781059",
                header('0', "a", binary(0x81, 0, 3)), END);
        assertFault("is damaged: the size of a is 1208925819614629174706179",
                header('0', "a", binary(0x80, 1, 3)), END);
        byte[] minus = binary(0xFF, 0xFF, -3);
        minus[2] = (byte) 0xFF;
        minus[3] = (byte) 0xFF;
        assertFault("is damaged: the size of a is -3", header('0', "a", minus), END);
        for (String wrong : new String[] {"0000000000-1", "+1", "8", "1x", "0x1", "12 3"}) {
            assertFault("is damaged: the size of a is no number",
                    header('0', "a", bytes(wrong)), END);
        }
        for (String right : new String[] {"3", "  3 ", "000000000003", "3\0garbage", "0000003 "}) {
            assertEquals(Map.of("/", "", "a", "abc"),
                    unpack(header('0', "a", bytes(right)), padded("abc"), END));
        }
        assertEquals(Map.of("/", "", "a", ""), unpack(header('0', "a", bytes("            ")),
                END));
    }

    @Test
    void checksumsMayBeOfSignedBytes() throws IOException {
        byte[] header = header('0', "ü", 3);
        assertEquals(Map.of("/", "", "ü", "abc"),
                unpack(summed(header, true), padded("abc"), END));
        header[0]++;
        assertFault("is no .tar archive, plain or compressed by gzip or xz", header, END);
    }

    @Test
    void namesStayInTheFolder() throws IOException {
        assertEquals(Map.of("/", "", "a/", "", "a/b..c", "x", "...", "y"),
                unpack(entry('5', "./", ""), entry('5', "a", ""), entry('0', "./a//b..c", "x"),
                        entry('0', "...", "y"), END));
        for (String name : new String[] {"../a", "a/../b", "a/..", "..", "/a", "/", ".", "./../a",
                "a\0b"}) {
            for (byte[] given : new byte[][] {pax('x', "path", name),
                    entry('L', "././@LongLink", name)}) {
                assertFault("holds " + name.replace('\0', '?') + ", which is no path in a folder",
                        given, entry('0', "c", ""), END);
            }
        }
    }

    @Test
    void whatDescribesNoFileIsRefused() {
        assertFault("is cut: no file follows the header that describes it",
                entry('0', "a", ""), pax('x', "mtime", "1"), END);
        assertFault("is cut: no file follows the header that describes it",
                entry('L', "././@LongLink", "b"), pax('g', "comment", "c"), END);
        assertFault("is damaged: x, which describes a file, has 1048577 bytes",
                header('x', "x", (1 << 20) + 1), END);
        assertFault("is damaged: the folder a has a content of 3 bytes",
                entry('5', "a", "abc"), END);
        assertFault("is damaged: the folder a/ has a content of 3 bytes",
                entry('0', "a/", "abc"), END);
    }
}
