import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Derives single precision from double, token by token: the name of each class that holds or
 * computes elements begins with {@code Float}.
 *
 * <p>In kernels every double becomes a float; in packages of arrays only the elements of arrays do, and what is
 * computed from few values stays double. A line that ends with {@code // double} stays as it is; one after a line
 * that begins with {@code //float} is replaced by what is written there.
 */
final class FloatTwin {
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("double", "float"),
            Map.entry("Double", "Float"),
            Map.entry("DoubleVector", "FloatVector"),
            Map.entry("doubles", "floats"),
            Map.entry("sharedDoubles", "sharedFloats"),
            Map.entry("doublesPerThread", "floatsPerThread"),
            Map.entry("ofDoubles", "ofFloats"),
            Map.entry("OfDoubles", "OfFloats"),
            Map.entry("LongVector", "IntVector"),
            Map.entry("reinterpretAsLongs", "reinterpretAsInts"),
            Map.entry("reinterpretAsDoubles", "reinterpretAsFloats"),
            Map.entry("doubleToRawLongBits", "floatToRawIntBits"),
            Map.entry("longBitsToDouble", "intBitsToFloat"));
    /** Methods whose result is a double; rounded once, it is that of floats. */
    private static final Set<String> ROUNDED = Set.of("Math.sqrt", "StrictMath.log",
            "StrictMath.log1p");
    private static final Pattern TOKEN = Pattern.compile(
            "(?<comment>/\\*.*?\\*/|//[^\\n]*)"
                    + "|(?<text>\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\])*\"|'(?:\\\\.|[^'\\\\])+')"
                    + "|(?<real>0[xX][\\da-fA-F_]*\\.?[\\da-fA-F_]*[pP][+-]?\\d+"
                    + "|\\d[\\d_]*\\.\\d[\\d_]*(?:[eE][+-]?\\d+)?|\\d+[eE][+-]?\\d+)"
                    + "|(?<whole>\\d\\w*)"
                    + "|(?<word>[A-Za-z_$][\\w$]*)",
            Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("\\b[A-Z]\\w*");
    private static final Pattern IMPORT = Pattern.compile(
            "(?m)^import (?:static )?([\\w.]+?)\\.([A-Z]\\w*)(\\.\\w+)?;");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
    private static final String KEPT = "// double";
    private static final Pattern CONSTANT = Pattern.compile(
            "static final (?:int|long) (\\w+) = [^;]*\\b\\d");
    private static final Pattern LEFT = Pattern.compile("\\bDouble(?!s\\b)\\w*|\\bdouble\\b");
    private static final Pattern REPLACED = Pattern.compile("(?m)^ *//float ?(.*)\\n.*$");

    /** Fully qualified names of the classes that have a twin. */
    private final Set<String> twins = new HashSet<>();

    /** Packages in which only arrays are of floats. */
    final Set<String> ofArrays = new HashSet<>();

    /** Constants, after their class, that do not depend on the size of an element. */
    final Set<String> same = new HashSet<>();

    /**
     * {@return the twins of classes, by their paths}
     *
     * @param sources by their paths, such as {@code org/lanewise/kernel/Layout.java}; they may use classes that
     *        this was called with before
     * @param checked whether what may be wrong for floats is refused
     */
    Map<String, String> of(Map<String, String> sources, boolean checked) {
        for (String path : sources.keySet()) {
            twins.add(path.substring(0, path.length() - ".java".length()).replace('/', '.'));
        }
        Map<String, String> result = new TreeMap<>();
        sources.forEach((path, source) -> {
            int name = path.lastIndexOf('/') + 1;
            String twin = twin(source);
            if (checked) {
                check(path.substring(name, path.lastIndexOf('.')), twin,
                        ofArrays.contains(path.substring(0, name - 1).replace('/', '.')));
            }
            result.put(path.substring(0, name) + "Float" + path.substring(name), twin);
        });
        return result;
    }

    /** Refuses what neither a rule nor a list says to be right for floats. */
    private void check(String name, String twin, boolean arrays) {
        twin.lines().filter(line -> !line.endsWith(KEPT)).forEach(line -> {
            Matcher constant = CONSTANT.matcher(line);
            if (constant.find() && !line.contains(".BYTES")
                    && !same.contains(name + "." + constant.group(1))) {
                throw new IllegalArgumentException(name + "." + constant.group(1)
                        + " may depend on the size of an element: compute it from that, say after"
                        + " //float what it is for floats, or list it in floats.txt as the same");
            }
            Matcher left = LEFT.matcher(line);
            if (!arrays && !line.strip().startsWith("*") && !line.strip().startsWith("/")
                    && left.find()) {
                throw new IllegalArgumentException(name + ": " + left.group()
                        + " has no counterpart for floats in FloatTwin.WORDS: " + line.strip());
            }
        });
    }

    private String twin(String source) {
        Matcher declared = PACKAGE.matcher(source);
        if (!declared.find()) {
            throw new IllegalArgumentException("no package in " + source.lines().findFirst());
        }
        String home = declared.group(1);
        Map<String, String> names = new HashMap<>();
        for (String twin : twins) {
            int dot = twin.lastIndexOf('.');
            if (twin.substring(0, dot).equals(home)) {
                names.put(twin.substring(dot + 1), "Float" + twin.substring(dot + 1));
            }
        }
        Matcher imported = IMPORT.matcher(source);
        while (imported.find()) {
            String name = imported.group(2);
            if (twins.contains(imported.group(1) + "." + name)) {
                names.put(name, "Float" + name);
            } else {
                names.remove(name);
            }
        }
        String text = REPLACED.matcher(source).replaceAll(
                found -> Matcher.quoteReplacement(found.group(1) + " " + KEPT));
        return tokens(text, names, ofArrays.contains(home));
    }

    private static String tokens(String text, Map<String, String> names, boolean arrays) {
        StringBuilder out = new StringBuilder();
        Matcher token = TOKEN.matcher(text);
        List<int[]> kept = kept(text);
        while (token.find()) {
            boolean keep = kept.stream()
                    .anyMatch(line -> line[0] <= token.start() && token.start() < line[1]);
            String found = token.group();
            String to = found;
            if (token.group("comment") != null) {
                to = NAME.matcher(found)
                        .replaceAll(name -> names.getOrDefault(name.group(), name.group()))
                        .replace("doubles", "floats");
            } else if (token.group("word") != null) {
                to = word(text, token, names, arrays, keep);
            } else if (token.group("real") != null && !keep && !arrays) {
                to = found + "f";
            }
            token.appendReplacement(out, Matcher.quoteReplacement(to));
        }
        return token.appendTail(out).toString();
    }

    private static String word(String text, Matcher token, Map<String, String> names,
            boolean arrays,
            boolean keep) {
        String word = token.group();
        boolean member = token.start() > 0 && text.charAt(token.start() - 1) == '.'
                && !text.substring(0, token.start()).matches("(?s).*\\nimport [\\w. ]*");
        if (names.containsKey(word) && !member) {
            return names.get(word);
        }
        if (keep || !WORDS.containsKey(word) && !word.equals("Math")
                && !word.equals("StrictMath")) {
            return word;
        }
        if (word.equals("Math") || word.equals("StrictMath")) {
            Matcher method = Pattern.compile("\\w+\\.\\w+").matcher(text).region(token.start(),
                    text.length());
            return !arrays && method.lookingAt() && ROUNDED.contains(method.group())
                    ? "(float) " + word
                    : word;
        }
        String rest = text.substring(token.end(), Math.min(text.length(), token.end() + 8));
        boolean element = !arrays || !word.equals("double") && !word.equals("Double")
                || word.equals("double") && rest.startsWith("[")
                || word.equals("Double") && rest.matches("(?s)\\.(BYTES|SIZE).*");
        return element ? WORDS.get(word) : word;
    }

    /** From where to where the lines go that stay as they are. */
    private static List<int[]> kept(String text) {
        List<int[]> lines = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            if (text.substring(start, end).endsWith(KEPT)) {
                lines.add(new int[] {start, end});
            }
            start = end + 1;
        }
        return lines;
    }
}
