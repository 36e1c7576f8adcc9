package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares documentation, comments, messages and test names with the list of retired words. */
class RetiredWordsTest {
    private static final Path LIST = Path.of("src/test/resources/org/lanewise/retired-words.txt");
    private static final List<Path> DOCUMENTS = List.of(Path.of("README.md"),
            Path.of("CONTRIBUTING.md"), Path.of("results/README.md"), Path.of("docs"),
            Path.of("jmh"));
    private static final List<Path> SOURCES = List.of(Path.of("src"), Path.of("jmh"),
            Path.of("spark/src"));

    /** Replaces every character of code; no pattern matches it. */
    private static final char CODE = '\0';

    private static final Pattern TOKEN = Pattern.compile("""
            (?<prose>//[^\\n]*|/\\*.*?\\*/|\""".*?(?<!\\\\)\"""\
            |"[^"\\\\\\n]*+(?:\\\\.[^"\\\\\\n]*+)*+")\
            |'(?:\\\\.|[^'\\\\\\n])+'""", Pattern.DOTALL);
    /** What begins and ends comments and strings, and lines of comments. */
    private static final Pattern DELIMITER = Pattern
            .compile("\\A(//|/\\*+|\"+)|(\\*+/|\"+)\\z|\\n[ \\t]*\\*(?!/)");
    private static final Pattern CODE_SPAN = Pattern.compile(
            "```.*?```|`[^`]*`|\\{@(?:code|link|linkplain|value) [^}]*\\}|@param \\w+",
            Pattern.DOTALL);
    private static final Pattern TEST_NAME = Pattern.compile("\\bvoid (\\w+)\\(");

    /** A retired word and its replacement. */
    private record Retired(Pattern pattern, String replacement) {
        static Retired of(String line) {
            int tab = line.indexOf('\t');
            return new Retired(Pattern.compile(line.substring(0, tab).replace(" ", "\\s+"),
                    Pattern.CASE_INSENSITIVE), line.substring(tab + 1));
        }
    }

    private static List<Retired> list() throws IOException {
        return Files.readAllLines(LIST).stream().filter(line -> !line.startsWith("#"))
                .map(Retired::of).toList();
    }

    private static String filled(char fill, String text) {
        return String.valueOf(fill).repeat(text.length());
    }

    /** A document without code; every character stays at its position. */
    private static String document(String text) {
        return CODE_SPAN.matcher(text).replaceAll(span -> filled(CODE, span.group()));
    }

    /** Comments and strings of a Java source; every character stays at its position. */
    private static String prose(String source) {
        StringBuilder prose = new StringBuilder();
        Matcher token = TOKEN.matcher(source);
        while (token.find()) {
            appendCode(prose, source.substring(prose.length(), token.start()));
            prose.append(token.group("prose") == null
                    ? filled(CODE, token.group())
                    : DELIMITER.matcher(token.group())
                            .replaceAll(delimiter -> filled(' ', delimiter.group())));
        }
        appendCode(prose, source.substring(prose.length()));
        return document(prose.toString());
    }

    /** Strings that are concatenated, and adjacent comments, are one text. */
    private static void appendCode(StringBuilder prose, String code) {
        prose.append(filled(code.matches("\\s*\\+?\\s*") ? ' ' : CODE, code));
    }

    private static List<String> found(Path file, String prose, String source,
            List<Retired> list) {
        List<String> found = new ArrayList<>();
        for (Retired retired : list) {
            Matcher match = retired.pattern().matcher(prose);
            while (match.find()) {
                found.add("%s:%d: \"%s\"; write: %s".formatted(file,
                        line(source, match.start()), match.group().replaceAll("\\s+", " "),
                        retired.replacement()));
            }
        }
        return found;
    }

    private static long line(String source, int position) {
        return source.substring(0, position).chars().filter(c -> c == '\n').count() + 1;
    }

    /** {@code readsTwice()} becomes {@code reads twice}. */
    private static String words(String name) {
        return name.replaceAll("(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    private static List<String> namesFound(Path file, String source, List<Retired> list) {
        List<String> found = new ArrayList<>();
        Matcher name = TEST_NAME.matcher(source);
        while (name.find()) {
            String words = words(name.group(1));
            for (Retired retired : list) {
                if (retired.pattern().matcher(words).find()) {
                    found.add("%s:%d: %s(); write: %s".formatted(file,
                            line(source, name.start()), name.group(1), retired.replacement()));
                }
            }
        }
        return found;
    }

    private static List<Path> files(Path root, String... endings) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
                    .sorted().toList();
        }
    }

    @Test
    void proseUsesNoRetiredWords() throws IOException {
        List<Retired> list = list();
        assertFalse(list.isEmpty(), LIST + " is empty");
        List<String> found = new ArrayList<>();
        int read = 0;
        for (Path root : DOCUMENTS) {
            for (Path file : files(root, ".md")) {
                String text = Files.readString(file);
                found.addAll(found(file, document(text), text, list));
                read++;
            }
        }
        for (Path root : SOURCES) {
            for (Path file : files(root, ".java", ".java.template")) {
                String source = Files.readString(file);
                found.addAll(found(file, prose(source), source, list));
                if (file.startsWith("src/test")) {
                    found.addAll(namesFound(file, source, list));
                }
                read++;
            }
        }
        assertTrue(read > 300, "only " + read + " files were read");
        assertTrue(found.isEmpty(), found.size() + " retired words:\n" + String.join("\n", found));
    }

    @Test
    void findsRetiredWordsInCommentsStringsAndNames() {
        List<Retired> list = List.of(Retired.of("\\btwo words\t2"));
        Path file = Path.of("A.java");
        String source = """
                /** Of two
                 * words. */
                class A {
                    int twoWords; // two
                    // words
                    String s = "two "
                            + "words" + 'x';
                    /** {@code two words} */
                    void hasTwoWords() {}
                }
                """;
        assertEquals(List.of("A.java:1: \"two words\"; write: 2",
                "A.java:4: \"two words\"; write: 2", "A.java:6: \"two words\"; write: 2"),
                found(file, prose(source), source, list));
        assertEquals(List.of("A.java:9: hasTwoWords(); write: 2"),
                namesFound(file, source, list));
        String text = "Has\n`two words` and two\nwords.\n";
        assertEquals(List.of("A.md:2: \"two words\"; write: 2"),
                found(Path.of("A.md"), document(text), text, list));
    }
}
