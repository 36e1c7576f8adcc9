import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The transforms of F(m x m, r x r): products of matrices that are known when the code is generated, with
 * vectors of values.
 *
 * <p>Products are numbered as their points: 0, the pairs of opposite points, the unpaired one if there is
 * one, infinity.
 */
final class WinogradTransforms {
    private static final int STATEMENTS_OF_LINE = 16;

    private final int outputs;
    private final int taps;
    private final int products;
    private final List<String> paired = new ArrayList<>();
    private String alone;
    private boolean factored;
    private final WinogradMatrices matrices;

    private final WinogradPrograms programs;
    private final List<Map<String, String>> transforms = new ArrayList<>();
    private List<String> lines;
    private int stores;

    private WinogradTransforms(String[] words, WinogradPrograms programs) {
        this.programs = programs;
        outputs = Integer.parseInt(words[0]);
        taps = Integer.parseInt(words[1]);
        products = outputs + taps - 1;
        List<String> points = new ArrayList<>(List.of("0"));
        for (String word : List.of(words).subList(2, words.length)) {
            if (word.equals("factored")) {
                factored = true;
            } else if (word.startsWith("+-")) {
                paired.add(word.substring(2));
                points.addAll(List.of(word.substring(2), "-" + word.substring(2)));
            } else {
                alone = word;
                points.add(word);
            }
        }
        if (points.size() != products - 1) {
            throw new IllegalArgumentException("F(" + outputs + ", " + taps + ") needs "
                    + products + " points with 0 and infinity");
        }
        matrices = new WinogradMatrices(points, 2 * paired.size() + 1);
        body("input", "B^T d", products, "d", "" + products, this::input);
        body("output", "A^T m", products, "m", "" + products + outputs, this::output);
        body("filter", "G g", taps, "g", "" + products + taps, this::filter);
        body("outputGradient", "A y", outputs, "y", "" + products + outputs,
                this::outputGradient);
        body("filterGradient", "G^T u", products, "u", "" + products + taps,
                this::filterGradient);
    }

    /** The values of the template for each transform of a line of winograd.txt. */
    static List<Map<String, String>> of(String[] words, WinogradPrograms programs) {
        return new WinogradTransforms(words, programs).transforms;
    }

    /**
     * A transform: loads the values of a line, and stores what rows make of them.
     *
     * @param size how many products there are, and outputs or taps where there are any
     */
    private void body(String transform, String product, int values, String name, String size,
            Runnable rows) {
        lines = new ArrayList<>();
        for (int i = 0; i < values; i++) {
            let(name + i, i == 0 ? "@load(from, p)" : "@load(from, p += step)");
        }
        stores = 0;
        rows.run();
        transforms.add(Map.of("transform", transform, "product", product, "size", size,
                "program", programs.of(lines), "statements", String.join("\n", inGroups(lines))));
    }

    /** Some statements on each line of Java: class files have an entry for every line. */
    private static List<String> inGroups(List<String> statements) {
        List<String> grouped = new ArrayList<>();
        for (int i = 0; i < statements.size(); i += STATEMENTS_OF_LINE) {
            grouped.add(String.join(" ", statements.subList(i,
                    Math.min(statements.size(), i + STATEMENTS_OF_LINE))));
        }
        return grouped;
    }

    private void let(String name, String value) {
        lines.add("{type} " + name + " = " + value + ";");
    }

    private void store(String value) {
        lines.add("@store(" + value + ", to, q" + (stores++ > 0 ? " += pitch" : "") + ");");
    }

    private static String mul(String value, String factor) {
        return "@mul(" + value + ", " + factor + ")";
    }

    private static String add(String left, String right) {
        return "@add(" + left + ", " + right + ")";
    }

    /** {@code value * factor + rest}. */
    private static String multiplyAdd(String value, String factor, String rest) {
        return "@multiplyAdd(" + value + ", " + factor + ", " + rest + ")";
    }

    /** The first product of each pair: 1, 3, ... */
    private int[] pairs() {
        return IntStream.range(0, paired.size()).map(pair -> 2 * pair + 1).toArray();
    }

    /** Whether powers of a pair's point are 1. */
    private boolean isOne(int pair) {
        return paired.get(pair / 2).equals("1");
    }

    private void sumAndDifference(String even, String odd) {
        store(add(even, odd));
        store("@sub(" + even + ", " + odd + ")");
    }

    // B^T d. Rows are coefficients of polynomials; the highest is 1, or the point where it is odd.

    private void input() {
        String value = "d";
        if (alone != null) {
            // The polynomial that vanishes there divides those of all other points.
            for (int i = 0; i < products - 1; i++) {
                let("e" + i, multiplyAdd("d" + i, "-" + matrices.element('A', 1, products - 2),
                        "d" + (i + 1)));
            }
            value = "e";
        }
        int highest = alone == null ? products - 2 : products - 3;
        store(coefficients(0, value, 0, highest, true));
        for (int pair : pairs()) {
            let("even" + pair, coefficients(pair, value, 2, highest, true));
            let("odd" + pair, coefficients(pair, value, 1, highest - 1, isOne(pair)));
            sumAndDifference("even" + pair, "odd" + pair);
        }
        if (alone != null) {
            store(coefficients(highest + 1, "d", 1, highest + 1, true));
        }
        store(coefficients(highest + 1, value, 1, highest + 1, true));
    }

    private String coefficients(int row, String value, int from, int to, boolean highestIsOne) {
        String sum = value + to;
        if (!highestIsOne) {
            sum = mul(sum, matrices.element('B', row, to));
        }
        for (int i = to - 2; i >= from; i -= 2) {
            sum = multiplyAdd(value + i, matrices.element('B', row, i), sum);
        }
        return sum;
    }

    // A^T m. Element i, j of A^T is point j to the power of i.

    private void output() {
        for (int pair : pairs()) {
            let("sum" + pair, add("m" + pair, "m" + (pair + 1)));
            let("difference" + pair, "@sub(m" + pair + ", m" + (pair + 1) + ")");
        }
        for (int i = 0; i < outputs; i++) {
            String sum = i == 0 ? "m0" : powers(i, i % 2 == 0 ? "sum" : "difference", "");
            if (i == 0) {
                for (int pair : pairs()) {
                    sum = add(sum, "sum" + pair);
                }
                sum = alone == null ? sum : add(sum, "m" + (products - 2));
            } else if (alone != null) {
                sum = multiplyAdd("m" + (products - 2), matrices.element('A', i, products - 2),
                        sum);
            }
            store(i == outputs - 1 ? add(sum, "m" + (products - 1)) : sum);
        }
    }

    /** Sums or differences of all pairs, by powers of their points; the first's are 1. */
    private String powers(int power, String halves, String added) {
        String sum = halves + 1;
        sum = added.isEmpty() ? sum : add(sum, added);
        for (int pair : pairs()) {
            if (pair > 1) {
                sum = multiplyAdd(halves + pair, matrices.element('A', power, pair), sum);
            }
        }
        return sum;
    }

    // G g. Row j is 1, point j, its square ..., all by one scale; opposite points have the same scale
    // unless a point is unpaired.

    private void filter() {
        store(mul("g0", matrices.element('G', 0, 0)));
        for (int pair : pairs()) {
            String even = "even" + pair;
            String odd = "odd" + pair;
            if (alone != null) {
                scaledAfterwards(pair);
            } else if (factored && isOne(pair)) {
                let(even, mul(plainSum("g", 0, taps - 1), matrices.element('G', pair, 0)));
                let(odd, mul(plainSum("g", 1, taps - 1), matrices.element('G', pair, 0)));
                sumAndDifference(even, odd);
            } else {
                int row = pair;
                let(even, ascending("g", 0, taps - 1, i -> matrices.element('G', row, i)));
                let(odd, ascending("g", 1, taps - 1, i -> matrices.element('G', row, i)));
                sumAndDifference(even, odd);
            }
        }
        if (alone != null) {
            int row = products - 2;
            String sum = mul("g0", matrices.element('G', row, 0));
            for (int i = 1; i < taps; i++) {
                sum = multiplyAdd("g" + i, matrices.element('G', row, i), sum);
            }
            store(sum);
        }
        store("g" + (taps - 1));
    }

    private void scaledAfterwards(int pair) {
        String even = "even" + pair;
        String odd = "g1";
        if (isOne(pair)) {
            let(even, plainSum("g", 0, taps - 1));
        } else {
            odd = "odd" + pair;
            String sum = "g0";
            for (int i = 2; i < taps; i += 2) {
                sum = multiplyAdd("g" + i, matrices.element('A', i, pair), sum);
            }
            let(even, sum);
            let(odd, ascending("g", 1, taps - 1, i -> matrices.element('A', i, pair)));
        }
        store(mul(add(even, odd), matrices.element('G', pair, 0)));
        store(mul("@sub(" + even + ", " + odd + ")", matrices.element('G', pair + 1, 0)));
    }

    /** Every second value, each by its factor; the lowest is added to first. */
    private static String ascending(String value, int from, int to, IntFunction<String> factor) {
        String sum = mul(value + from, factor.apply(from));
        for (int i = from + 2; i <= to; i += 2) {
            sum = multiplyAdd(value + i, factor.apply(i), sum);
        }
        return sum;
    }

    private static String plainSum(String value, int from, int to) {
        String sum = value + from;
        for (int i = from + 2; i <= to; i += 2) {
            sum = add(sum, value + i);
        }
        return sum;
    }

    // A y: the powers of each point, by the outputs.

    private void outputGradient() {
        store("y0");
        int last = outputs - 1;
        for (int pair : pairs()) {
            if (isOne(pair)) {
                let("even" + pair, plainSum("y", 0, last));
                let("odd" + pair, plainSum("y", 1, last));
            } else {
                String even = "y0";
                for (int i = 2; i <= last; i += 2) {
                    even = multiplyAdd("y" + i, matrices.element('A', i, pair), even);
                }
                let("even" + pair, even);
                let("odd" + pair, ascending("y", 1, last, i -> matrices.element('A', i, pair)));
            }
            sumAndDifference("even" + pair, "odd" + pair);
        }
        if (alone != null) {
            String sum = "y0";
            for (int i = 1; i <= last; i++) {
                sum = multiplyAdd("y" + i, matrices.element('A', i, products - 2), sum);
            }
            store(sum);
        }
        store("y" + last);
    }

    // G^T u: tap i of the gradient, by the products.

    private void filterGradient() {
        for (int pair : pairs()) {
            String plus = "u" + pair;
            String minus = "u" + (pair + 1);
            if (alone != null) {
                let("plus" + pair, mul(plus, matrices.element('G', pair, 0)));
                let("minus" + pair, mul(minus, matrices.element('G', pair + 1, 0)));
                plus = "plus" + pair;
                minus = "minus" + pair;
            }
            String sum = add(plus, minus);
            let("sum" + pair,
                    factored && isOne(pair) ? mul(sum, matrices.element('G', pair, 0)) : sum);
            let("difference" + pair, "@sub(" + plus + ", " + minus + ")");
        }
        for (int i = 0; i < taps; i++) {
            store(alone == null ? tap(i) : tapBesideOneAlone(i));
        }
    }

    private String tap(int i) {
        String halves = i % 2 == 0 ? "sum" : "difference";
        String start = i == 0 ? "u0" : i == taps - 1 ? "u" + (products - 1) : "";
        String sum = "";
        for (int pair : pairs()) {
            String half = halves + pair;
            if (pair > 1) {
                sum = multiplyAdd(half, matrices.element('G', pair, i), sum);
            } else if (factored && i % 2 == 0) {
                // Scaled already.
                sum = i == 0
                        ? multiplyAdd("u0", matrices.element('G', 0, 0), half)
                        : add(half, start);
            } else if (i == 0) {
                sum = multiplyAdd(half, matrices.element('G', pair, 0),
                        mul(start, matrices.element('G', 0, 0)));
            } else if (start.isEmpty()) {
                sum = mul(half, matrices.element('G', pair, factored ? 0 : i));
            } else {
                sum = multiplyAdd(half, matrices.element('G', pair, i), start);
            }
        }
        return sum;
    }

    private String tapBesideOneAlone(int i) {
        String lonely = "u" + (products - 2);
        if (i == 0) {
            String sum = "sum1";
            for (int pair : pairs()) {
                sum = pair == 1 ? sum : add(sum, "sum" + pair);
            }
            return multiplyAdd("u0", matrices.element('G', 0, 0),
                    multiplyAdd(lonely, matrices.element('G', products - 2, 0), sum));
        }
        return multiplyAdd(lonely, matrices.element('G', products - 2, i), powers(i,
                i % 2 == 0 ? "sum" : "difference", i == taps - 1 ? "u" + (products - 1) : ""));
    }
}
