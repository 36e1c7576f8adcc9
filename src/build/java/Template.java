import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Java with placeholders, operations of a {@link Dialect}, and lines that direct.
 *
 * <ul>
 * <li>{@code {name}} is a value; {@code {+i*step}} is nothing for i = 0, then {@code + step},
 * {@code + 2 * step}, ...
 * <li>{@code %for i ... %end} repeats for all rows (i), rows of sums (s) or vectors (j) of a tile
 * <li>{@code %lanes n ... %end} computes n lanes: at once, or one after the other
 * <li>{@code %line ... %end} is one line of Java: a debugger steps over it at once, and a class file has one
 * entry for it instead of one a statement
 * <li>{@code %if name ... %else ... %end} depends on whether a value is there
 * <li>{@code %use name} inserts all lines of a value
 * <li>{@code %option axis name} begins the values of one choice, {@code %body} the value of that name,
 * {@code %file} the class, {@code %tile ... %end} in it a method for each tile
 * <li>{@code ##} begins a comment
 * </ul>
 */
final class Template {
    private static final Pattern PLACEHOLDER = Pattern
            .compile("\\{(?:\\+(\\w)(?:\\*(\\w+))?|([\\w.]+))}");
    private static final Pattern TILE = Pattern.compile("(\\d+)x(\\d+)(\\+?)(!?)");

    private final String file;
    private final Map<String, Map<String, String>> options = new HashMap<>();
    private final List<String> body = new ArrayList<>();
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
            if (line.equals("%file") || line.equals("%body")) {
                section = line.equals("%file") ? template.lines : template.body;
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

    /** {@return the source of a class, with a method for each tile} */
    String source(String name, Dialect dialect, Map<String, String> given, List<String> tiles) {
        boolean vector = dialect == Dialect.VECTOR;
        Map<String, String> values = new HashMap<>(given);
        values.put("class", vector ? name + "Vector" : name);
        values.put("constants", vector ? name + "." : "");
        values.put("type", dialect.type);
        values.put(vector ? "vector" : "plain", "yes");
        values.put("body", String.join("\n", body));
        int from = lines.indexOf("%tile");
        List<String> source = new ArrayList<>();
        if (from < 0) {
            source.addAll(expand(lines, values));
        } else {
            int to = end(lines, from);
            source.addAll(expand(lines.subList(0, from), values));
            Set<String> heights = new HashSet<>();
            for (String tile : tiles) {
                Map<String, String> sized = sized(tile, values);
                if (!sized.containsKey("few") && heights.add(sized.get("m"))) {
                    sized.put("lane", "yes");
                }
                source.add("");
                source.addAll(expand(lines.subList(from + 1, to), sized));
            }
            source.addAll(expand(lines.subList(to + 1, lines.size()), values));
        }
        source.replaceAll(dialect::spell);
        return indented(withoutUnusedImports(source));
    }

    private static Map<String, String> sized(String tile, Map<String, String> values) {
        Matcher size = TILE.matcher(tile);
        if (!size.matches()) {
            throw new IllegalArgumentException(tile + " is no tile, such as 5x4");
        }
        Map<String, String> sized = new HashMap<>(values);
        sized.put("m", size.group(1));
        sized.put("n", size.group(2));
        if (!size.group(3).isEmpty()) {
            sized.put("ones", "yes");
        }
        if (!size.group(4).isEmpty()) {
            sized.put("few", "yes");
        }
        return sized;
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

    /** How many turns a loop over an index has; a plain twin computes one lane at a time. */
    private static int count(String index, Map<String, String> values) {
        return switch (index) {
            case "i" -> Integer.parseInt(values.get("m"));
            case "j" -> values.containsKey("plain") ? 1 : Integer.parseInt(values.get("n"));
            case "s" -> Integer.parseInt(values.get("m")) + (values.containsKey("ones") ? 1 : 0);
            default -> throw new IllegalArgumentException("no loop over " + index);
        };
    }

    private static boolean begins(String line) {
        return line.startsWith("%for ") || line.startsWith("%if ") || line.startsWith("%lanes ")
                || line.equals("%line") || line.equals("%tile");
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
                        : offset(Integer.parseInt(values.get(found.group(1))), found.group(2))));
        return filled.equals(line) ? line : filled(filled, values);
    }

    private static String value(String name, Map<String, String> values) {
        String value = name.equals("sum") ? firstSum(values) : values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("nothing is called " + name);
        }
        return value;
    }

    /** The initial value of a sum: that of another sum, if the option names one. */
    private static String firstSum(Map<String, String> values) {
        if (!values.get("s").equals("0") && values.containsKey("begin.later")) {
            return values.get("begin.later");
        }
        if (!values.get("j").equals("0") && values.containsKey("begin.across")) {
            return values.get("begin.across");
        }
        return values.get("begin.sum");
    }

    private static String offset(int index, String unit) {
        if (index == 0) {
            return "";
        }
        if (unit == null) {
            return " + " + index;
        }
        return index == 1 ? " + " + unit : " + " + index + " * " + unit;
    }

    private static List<String> withoutUnusedImports(List<String> lines) {
        String body = lines.stream().filter(line -> !line.startsWith("import "))
                .collect(Collectors.joining("\n"));
        return lines.stream().filter(line -> !line.startsWith("import ") || body.contains(
                line.substring(line.lastIndexOf('.') + 1, line.length() - 1))).toList();
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
