import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Transforms as text to be interpreted where there are no vectors: a character for the number of values that
 * are loaded, then three for each step, {@code value a * constant c + value b}, whose result is the next value, or
 * value a, constant 0 and nothing, to store a. Value 0 is -0, so that a product is a sum too; a sum of two
 * values has the constant 1 or -1.
 */
final class WinogradPrograms {
    private static final Pattern LET = Pattern.compile("\\{type} (\\w+) = (.*);");

    /** The factors of all programs; nothing is multiplied by the first. */
    final List<String> constants = new ArrayList<>(List.of("0.0"));

    private Map<String, Integer> values;
    private StringBuilder program;
    private int next;

    /** {@return a literal with the program of some statements} */
    String of(List<String> statements) {
        values = new HashMap<>();
        program = new StringBuilder();
        next = 1;
        for (String statement : statements) {
            Matcher let = LET.matcher(statement);
            if (!let.matches()) {
                List<String> arguments = new ArrayList<>();
                Dialect.arguments(statement, "@store(".length(), arguments);
                append(value(arguments.getFirst()), 0, 0);
            } else if (let.group(2).startsWith("@load(")) {
                values.put(let.group(1), next++);
            } else {
                values.put(let.group(1), value(let.group(2)));
            }
        }
        int loads = (int) statements.stream().filter(line -> line.contains("@load(")).count();
        return "\"" + character(loads) + program + "\"";
    }

    /** The number of a value, which is computed first. */
    private int value(String expression) {
        if (!expression.startsWith("@")) {
            return values.get(expression);
        }
        List<String> arguments = new ArrayList<>();
        int open = expression.indexOf('(');
        Dialect.arguments(expression, open + 1, arguments);
        String first = arguments.get(0);
        String second = arguments.get(1);
        switch (expression.substring(1, open)) {
            case "add" -> append(value(second), constant("1.0"), value(first));
            case "sub" -> append(value(second), constant("-1.0"), value(first));
            case "mul" -> append(value(first), constant(second), 0);
            case "multiplyAdd" -> {
                int factor = value(first);
                append(factor, constant(second), value(arguments.get(2)));
            }
            default -> throw new IllegalArgumentException("no step for " + expression);
        }
        return next++;
    }

    private int constant(String literal) {
        if (!constants.contains(literal)) {
            constants.add(literal);
        }
        return constants.indexOf(literal);
    }

    private void append(int a, int c, int b) {
        for (int number : new int[] {a, c, b}) {
            program.append(character(number));
        }
    }

    private static String character(int number) {
        return "\\%03o".formatted(number);
    }
}
