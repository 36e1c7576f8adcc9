import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The class that calls vector bodies or their plain twins, whichever can run. */
final class Choice {
    private static final Pattern METHOD = Pattern.compile(
            "( {4}/\\*\\*(?:(?!\\*/).)*\\*/\n)? {4}((?:public )?)static (\\w+) (\\w+)\\(([^)]*)\\) \\{",
            Pattern.DOTALL);

    private Choice() {}

    /**
     * {@return the source of the class}
     *
     * @param name of the class
     * @param vector source of the vector bodies
     */
    static String of(String name, String vector) {
        StringBuilder text = new StringBuilder("package org.lanewise.kernel;\n\n");
        vector.lines().filter(line -> line.startsWith("import org.lanewise."))
                .forEach(line -> text.append(line).append("\n\n"));
        text.append("/** {@link ").append(name).append("Vector}, or {@link ").append(name)
                .append("Plain} where that cannot run. Generated. */\n");
        text.append(vector.contains("\n    public static ") ? "public " : "")
                .append("final class ").append(name).append(" {\n    private ").append(name)
                .append("() {}\n");
        Matcher method = METHOD.matcher(vector);
        while (method.find()) {
            String parameters = method.group(5).replaceAll("\\s+", " ");
            String call = method.group(4) + "(" + Generate.names(parameters) + ");\n";
            String result = method.group(3).equals("void") ? "" : "return ";
            text.append('\n').append(method.group(1) == null ? "" : method.group(1))
                    .append("    ").append(method.group(2)).append("static ")
                    .append(method.group(3)).append(' ').append(method.group(4)).append('(')
                    .append(parameters).append(") {\n")
                    .append("        if (Lanes.VECTORS) {\n            ").append(result)
                    .append(name).append("Vector.").append(call)
                    .append("        } else {\n            ").append(result).append(name)
                    .append("Plain.").append(call).append("        }\n    }\n");
        }
        return text.append("}\n").toString();
    }
}
