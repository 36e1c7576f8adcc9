import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How operations of a template are spelled: {@code @fma(a, b, c)} becomes {@code a.fma(b, c)}. */
enum Dialect {
    /** With the Vector API: a value is a vector. */
    VECTOR("DoubleVector", Map.ofEntries(
            Map.entry("load", "DoubleVector.fromArray(SPECIES, $1, $2)"),
            Map.entry("loadMasked", "DoubleVector.fromArray(SPECIES, $1, $2, $3)"),
            Map.entry("loadOrZero", "DoubleVector.fromArray(SPECIES, $1, $2, $3)"),
            Map.entry("broadcast", "DoubleVector.broadcast(SPECIES, $1)"),
            Map.entry("zero", "DoubleVector.zero(SPECIES)"),
            Map.entry("store", "$1.intoArray($2, $3)"),
            Map.entry("storeMasked", "$1.intoArray($2, $3, $4)"),
            Map.entry("add", "$1.add($2)"),
            Map.entry("sub", "$1.sub($2)"),
            Map.entry("mul", "$1.mul($2)"),
            Map.entry("div", "$1.div($2)"),
            Map.entry("fma", "$1.fma($2, $3)"),
            Map.entry("multiplyAdd", "$1.lanewise(VectorOperators.FMA, $2, $3)"),
            Map.entry("floor", "$1.blend(0.0, $1.compare(VectorOperators.LE, $2))"),
            Map.entry("zeroUpTo", "$1.blend(0.0, $2.compare(VectorOperators.LE, $3))"),
            Map.entry("larger", "$1.blend($2, $2.compare(VectorOperators.LE, $1).not()"
                    + ".and($1.compare(VectorOperators.EQ, $1)))"),
            Map.entry("isLarger", "$1.compare(VectorOperators.LE, $2).not()"
                    + ".and($2.compare(VectorOperators.EQ, $2))"),
            Map.entry("differs", "DoubleVector.fromArray(SPECIES, src, $1).reinterpretAsLongs()"
                    + ".compare(VectorOperators.NE, largest.reinterpretAsLongs()).cast(SPECIES)"))),

    /** One lane of it after the other: a value is a double, and {@code lane} says which. */
    PLAIN("double", Map.ofEntries(
            Map.entry("load", "$1[($2) + lane]"),
            Map.entry("loadMasked", "$1[$2 + lane]"),
            Map.entry("loadOrZero", "lane < $4 ? $1[$2 + lane] : 0.0"),
            Map.entry("broadcast", "$1"),
            Map.entry("zero", "0.0"),
            Map.entry("store", "$2[($3) + lane] = $1"),
            Map.entry("storeMasked", "$2[$3 + lane] = $1"),
            Map.entry("add", "($1 + $2)"),
            Map.entry("sub", "($1 - $2)"),
            Map.entry("mul", "($1 * $2)"),
            Map.entry("div", "$1 / $2"),
            Map.entry("fma", "FusedMultiplyAdd.fma($1, $2, $3)"),
            Map.entry("multiplyAdd", "FusedMultiplyAdd.fma($1, $2, $3)"),
            Map.entry("floor", "$1 <= $2 ? 0.0 : $1"),
            Map.entry("zeroUpTo", "$2 <= $3 ? 0.0 : $1"),
            Map.entry("larger", "!($2 <= $1) && $1 == $1 ? $2 : $1"),
            Map.entry("isLarger", "!($1 <= $2) && $2 == $2")));

    private static final Pattern OPERATION = Pattern.compile("@(\\w+)\\(");

    /** The type of a value. */
    final String type;

    private final Map<String, String> operations;

    Dialect(String type, Map<String, String> operations) {
        this.type = type;
        this.operations = operations;
    }

    /** {@return a line with its operations spelled out} */
    String spell(String line) {
        Matcher found = OPERATION.matcher(line);
        if (!found.find()) {
            return line;
        }
        String text = operations.get(found.group(1));
        if (text == null) {
            throw new IllegalArgumentException("no operation is called " + found.group(1));
        }
        List<String> arguments = new ArrayList<>();
        int end = arguments(line, found.end(), arguments);
        arguments.replaceAll(this::spell);
        for (int i = 0; i < arguments.size(); i++) {
            text = text.replace("$" + (i + 1), arguments.get(i));
        }
        return line.substring(0, found.start()) + text + spell(line.substring(end));
    }

    /** Adds the arguments of a call whose opening parenthesis is before a place; {@return its end} */
    static int arguments(String line, int begin, List<String> arguments) {
        int depth = 0;
        int from = begin;
        int at = begin;
        for (; depth >= 0; at++) {
            char c = line.charAt(at);
            depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
            if (depth < 0 || depth == 0 && c == ',') {
                arguments.add(line.substring(from, at).strip());
                from = at + 1;
            }
        }
        return at;
    }
}
