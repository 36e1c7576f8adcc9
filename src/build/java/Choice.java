import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the plain twin of a class of vector bodies call those where they can run. */
final class Choice {
    private static final Pattern METHOD = Pattern.compile(
            " {4}(?:public )?static (\\w+) (\\w+)\\(([^)]*)\\) \\{\n");

    private Choice() {}

    /**
     * {@return the source of a class that computes with vectors or without}
     *
     * @param name of the class
     * @param plain source without the choice
     */
    static String of(String name, String plain) {
        StringBuilder text = new StringBuilder();
        Matcher method = METHOD.matcher(plain);
        while (method.find()) {
            String parameters = method.group(3).replaceAll("\\s+", " ");
            String call = name + "Vector." + method.group(2) + "(" + Generate.names(parameters)
                    + ");\n";
            String chosen = method.group(1).equals("void")
                    ? "            " + call + "            return;\n"
                    : "            return " + call;
            method.appendReplacement(text, Matcher.quoteReplacement(
                    method.group() + "        if (Lanes.VECTORS) {\n" + chosen + "        }\n"));
        }
        return method.appendTail(text).toString();
    }
}
