package org.lanewise.cli.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.lanewise.Evaluation;
import org.lanewise.spec.ClassNames;

/** Precision, recall and F1 of every class, as lines and as JSON. */
public final class ClassTable {
    private static final String ROW = "%5s  %7s  %9s  %6s  %6s";

    private ClassTable() {}

    private static int samples(Evaluation evaluation, int label) {
        return IntStream.of(evaluation.confusion()[label]).sum();
    }

    /**
     * {@return the mean over the classes that have samples or were predicted}
     *
     * @param value of a class
     */
    public static double mean(Evaluation evaluation, IntToDoubleFunction value) {
        int[][] counts = evaluation.confusion();
        return IntStream.range(0, counts.length)
                .filter(label -> samples(evaluation, label) > 0
                        || IntStream.range(0, counts.length).anyMatch(i -> counts[i][label] > 0))
                .mapToDouble(value).average().orElse(0.0);
    }

    /** A line a class, then their means. */
    public static List<String> lines(Evaluation evaluation, ClassNames classes) {
        List<String> lines = new ArrayList<>();
        lines.add(Report.format(ROW, "class", "samples", "precision", "recall", "F1"));
        for (int label = 0; label < evaluation.confusion().length; label++) {
            lines.add(line(String.valueOf(label), samples(evaluation, label),
                    evaluation.precision(label), evaluation.recall(label), evaluation.f1(label))
                    + (classes.known() ? "  " + Report.name(classes, label) : ""));
        }
        lines.add(line("mean", evaluation.samples(), mean(evaluation, evaluation::precision),
                mean(evaluation, evaluation::recall), mean(evaluation, evaluation::f1)));
        return lines;
    }

    private static String line(String label, int samples, double... shares) {
        return Report.format(ROW, label, Report.format("%,d", samples),
                Report.format("%.4f", shares[0]), Report.format("%.4f", shares[1]),
                Report.format("%.4f", shares[2]));
    }

    /** {@code {"classes": [name...], "per_class": [{...}...]}} and means; names only where they are known. */
    public static ObjectNode json(Evaluation evaluation, ClassNames classes) {
        ObjectNode node = Json.object();
        if (classes.known()) {
            node.set("classes", Json.tree(classes.names()));
        }
        ArrayNode list = node.putArray("per_class");
        int[][] counts = evaluation.confusion();
        for (int label = 0; label < counts.length; label++) {
            int samples = samples(evaluation, label);
            ObjectNode one = list.addObject();
            one.put("class", label);
            if (classes.known()) {
                one.put("name", classes.name(label));
            }
            one.put("samples", samples);
            one.put("correct", counts[label][label]);
            // Null where there are no samples; recall, which is otherwise the same, is 0.
            one.set("accuracy", Json.number((double) counts[label][label] / samples));
            one.put("precision", evaluation.precision(label));
            one.put("recall", evaluation.recall(label));
            one.put("f1", evaluation.f1(label));
        }
        node.put("mean_precision", mean(evaluation, evaluation::precision));
        node.put("mean_recall", mean(evaluation, evaluation::recall));
        node.put("mean_f1", mean(evaluation, evaluation::f1));
        return node;
    }
}
