import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Java with placeholders, operations of a {@link Dialect}, and lines that direct.
 *
 * <ul>
 * <li>{@code {name}} is a value; {@code {+i*step}} is nothing for i = 0, then {@code + step},
 * {@code + 2 * step}, ...
 * <li>{@code %for i ... %end} repeats for all rows (i), rows of sums (s) or vectors (j) of a tile, for 8 (k), or for
 * the two vectors of an iteration (v); elsewhere {@code {v}} is nothing
 * <li>{@code %lanes n ... %end} computes n lanes: at once, or one after the other
 * <li>{@code %line ... %end} is one line of Java: a debugger steps over it at once, and a class file has one
 * entry for it instead of one a statement
 * <li>{@code %if name ... %else ... %end} depends on whether a value is there
 * <li>{@code %use name} inserts all lines of a value
 * <li>{@code %option axis name} begins the values of one choice, {@code %part name} lines that are a value,
 * {@code %file} the class, {@code %each ... %end} in it what is repeated with other values
 * <li>{@code ##} begins a comment
 * </ul>
 */
final class Template {
    private static final Pattern PLACEHOLDER = Pattern
            .compile("\\{(?:\\+(\\w)(?:\\*(\\w+))?|([\\w.]+))}");

    /** As {@code Lanes.PLAIN}. */
    private static final int PLAIN_LANES = 8;

    private final String file;
    private final Map<String, Map<String, String>> options = new HashMap<>();
    private final Map<String, List<String>> sections = new HashMap<>();
    private final List<String> lines = new ArrayList<>();

    private Template(String file) {
        this.file = file;
    }

    static Template parse(String file, List<String> text) {
        Template template = new Template(file);
        Map<String, String> option = null;
        List<String> section = null;
        for (String line : text) {
            if (line.startsWith("##")) {
                continue;
            }
            if (line.equals("%file")) {
                section = template.lines;
            } else if (line.startsWith("%part ")) {
                section = new ArrayList<>();
                template.sections.put(line.substring("%part ".length()), section);
            } else if (section != null) {
                section.add(line);
            } else if (line.startsWith("%option ")) {
                option = new HashMap<>();
                template.options.put(line.substring("%option ".length()), option);
            } else if (!line.isBlank()) {
                String[] value = line.strip().split("\\s+", 2);
                option.merge(value[0], value[1], (first, next) -> first + "\n" + next);
            }
        }
        return template;
    }

    /** {@return the values of an option} */
    Map<String, String> option(String name) {
        Map<String, String> option = options.get(name);
        if (option == null) {
            throw new IllegalArgumentException(file + " has no option " + name);
        }
        return option;
    }

    /** {@return the source of a class, whose section {@code %each} is repeated with other values} */
    String source(String name, Dialect dialect, Map<String, String> given,
            List<Map<String, String>> repeats) {
        boolean vector = dialect == Dialect.VECTOR;
        Map<String, String> values = new HashMap<>(given);
        values.put("class", name);
        values.put("type", dialect.type);
        values.put("v", "");
        values.put(vector ? "vector" : "plain", "yes");
        sections.forEach((section, text) -> values.put(section, String.join("\n", text)));
        int from = lines.indexOf("%each");
        int to = from < 0 ? lines.size() : end(lines, from);
        List<String> source = expand(lines.subList(0, from < 0 ? to : from), values);
        for (Map<String, String> repeat : repeats) {
            Map<String, String> all = new HashMap<>(values);
            all.putAll(repeat);
            source.addAll(expand(lines.subList(from + 1, to), all));
        }
        source.addAll(expand(lines.subList(Math.min(to + 1, lines.size()), lines.size()), values));
        source.replaceAll(dialect::spell);
        return indented(withoutUnusedImports(source));
    }

    private static List<String> expand(List<String> lines, Map<String, String> values) {
        List<String> result = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String argument = line.substring(line.indexOf(' ') + 1);
            switch (line.startsWith("%") ? line.split(" ", 2)[0] : "") {
                case "%for" -> {
                    int end = end(lines, i);
                    for (int at = 0; at < count(argument, values); at++) {
                        Map<String, String> turn = new HashMap<>(values);
                        turn.put(argument, String.valueOf(at));
                        result.addAll(expand(lines.subList(i + 1, end), turn));
                    }
                    i = end;
                }
                case "%lanes" -> {
                    int end = end(lines, i);
                    List<String> body = expand(lines.subList(i + 1, end), values);
                    if (values.containsKey("plain")) {
                        body.addFirst("for (int lane = 0; lane < " + argument + "; lane++) {");
                        body.addLast("}");
                    }
                    result.addAll(body);
                    i = end;
                }
                case "%line" -> {
                    int end = end(lines, i);
                    result.add(String.join(" ", expand(lines.subList(i + 1, end), values)));
                    i = end;
                }
                case "%if" -> {
                    int end = end(lines, i);
                    int otherwise = otherwise(lines, i, end);
                    result.addAll(expand(values.containsKey(argument)
                            ? lines.subList(i + 1, otherwise)
                            : lines.subList(Math.min(otherwise + 1, end), end), values));
                    i = end;
                }
                case "%use" -> {
                    if (values.containsKey(argument)) {
                        result.addAll(expand(values.get(argument).lines().toList(), values));
                    }
                }
                case "" -> result.add(filled(line, values));
                default -> throw new IllegalArgumentException("no line may begin as " + line);
            }
        }
        return result;
    }

    /** The iterations of a loop over an index; a plain twin computes a vector of a row, lane by lane. */
    private static int count(String index, Map<String, String> values) {
        boolean plain = values.containsKey("plain");
        return switch (index) {
            case "i" -> plain ? 1 : Integer.parseInt(values.get("m"));
            case "k" -> 8;
            case "v" -> 2;
            case "j" -> plain ? PLAIN_LANES : Integer.parseInt(values.get("n"));
            case "s" -> plain
                    ? 1
                    : Integer.parseInt(values.get("m")) + (values.containsKey("end.ones") ? 1 : 0);
            default -> throw new IllegalArgumentException("no loop over " + index);
        };
    }

    private static boolean begins(String line) {
        return line.startsWith("%for ") || line.startsWith("%if ") || line.startsWith("%lanes ")
                || line.equals("%line") || line.equals("%each");
    }

    /** The line that ends what begins at another. */
    private static int end(List<String> lines, int begin) {
        int depth = 0;
        for (int i = begin; i < lines.size(); i++) {
            if (begins(lines.get(i))) {
                depth++;
            } else if (lines.get(i).equals("%end") && --depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("no %end for '" + lines.get(begin) + "'");
    }

    /** The line of an {@code %else}, or of the end if there is none. */
    private static int otherwise(List<String> lines, int begin, int end) {
        for (int i = begin + 1; i < end; i++) {
            if (lines.get(i).equals("%else")) {
                return i;
            }
            if (begins(lines.get(i))) {
                i = end(lines, i);
            }
        }
        return end;
    }

    /** A line with its placeholders filled, and those of what they were filled with. */
    private static String filled(String line, Map<String, String> values) {
        String filled = PLACEHOLDER.matcher(line)
                .replaceAll(found -> Matcher.quoteReplacement(found.group(1) == null
                        ? value(found.group(3), values)
                        : offset(found.group(1), found.group(2), values)));
        return filled.equals(line) ? line : filled(filled, values);
    }

    private static String value(String name, Map<String, String> values) {
        String value = switch (name) {
            case "sum" -> firstSum(values);
            case "factor" -> factor(values);
            default -> values.get(name);
        };
        if (value == null) {
            throw new IllegalArgumentException("nothing is called " + name);
        }
        return value;
    }

    /** The factor of a row; in a plain twin, the row that adds up b alone is the last and has factor 1. */
    private static String factor(Map<String, String> values) {
        return values.containsKey("plain") && values.containsKey("end.ones")
                ? "i == last ? 1.0 : {a.factor}"
                : "{a.factor}";
    }

    /** The initial value of a sum; an option may take it from another sum. */
    private static String firstSum(Map<String, String> values) {
        if (!values.get("s").equals("0") && values.containsKey("begin.later")) {
            return values.get("begin.later");
        }
        if (!values.get("j").equals("0") && values.containsKey("begin.across")) {
            return values.get("begin.across");
        }
        return values.get("begin.sum");
    }

    /** A multiple of a unit to be added; in a plain twin the row is a variable and the unit of lanes 1. */
    private static String offset(String name, String unit, Map<String, String> values) {
        boolean plain = values.containsKey("plain");
        String factor = plain && !name.equals("j") ? "i" : values.get(name);
        if (factor.equals("0")) {
            return "";
        }
        return " + " + (unit == null || plain && unit.equals("L")
                ? factor
                : factor.equals("1") ? unit : factor + " * " + unit);
    }

    /** A plain twin imports nothing from the vector module; {@code Lanes} is used by what calls vectors. */
    private static List<String> withoutUnusedImports(List<String> lines) {
        String body = lines.stream().filter(line -> !line.startsWith("import "))
                .collect(Collectors.joining("\n"));
        return lines.stream().filter(line -> !line.startsWith("import ")
                || line.endsWith(".Lanes;") || body.contains(
                        line.substring(line.lastIndexOf('.') + 1, line.length() - 1)))
                .toList();
    }

    /** Lines moved in by the braces that are open. */
    private static String indented(List<String> lines) {
        StringBuilder text = new StringBuilder();
        int depth = 0;
        int parentheses = 0;
        for (String line : lines) {
            String code = line.strip();
            boolean comment = code.startsWith("/**") || code.startsWith("*");
            String margin = "    ".repeat(
                    (code.startsWith("}") ? depth - 1 : depth) + (parentheses > 0 ? 2 : 0));
            if (!code.isEmpty()) {
                text.append(margin).append(code.startsWith("*") ? " " : "").append(code);
            }
            text.append('\n');
            if (!comment) {
                depth += surplus(code, '{', '}');
                parentheses += surplus(code, '(', ')');
            }
        }
        return text.toString();
    }

    private static int surplus(String code, char opening, char closing) {
        return (int) (code.chars().filter(c -> c == opening).count()
                - code.chars().filter(c -> c == closing).count());
    }
}
