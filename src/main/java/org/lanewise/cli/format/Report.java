package org.lanewise.cli.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.lanewise.EpochReport;
import org.lanewise.Evaluation;
import org.lanewise.Samples;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Network;
import org.lanewise.spec.Precision;

/** How results look, as lines and as JSON; the same in every locale. */
public final class Report {
    private Report() {}

    public static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    public static String network(Network network) {
        return format("%s -> %s, %d layers, %,d parameters, %s", network.input(),
                network.output(), network.layers().size(), network.parameterCount(),
                network.loss());
    }

    /** {@code  in single precision}; empty for double precision, which all else is in. */
    public static String precision(Precision precision) {
        return precision == Precision.DOUBLE ? "" : " in " + precision + " precision";
    }

    /** {@code loss 0.1234, accuracy 0.9876 (1,234 of 1,250)}. */
    public static String evaluation(String which, Evaluation evaluation) {
        return Double.isNaN(evaluation.accuracy())
                ? format("%s loss %.6g (%,d samples)", which, evaluation.loss(),
                        evaluation.samples())
                : format("%s accuracy %.4f (%,d of %,d), loss %.4f", which, evaluation.accuracy(),
                        evaluation.correct(), evaluation.samples(), evaluation.loss());
    }

    public static ObjectNode json(Evaluation evaluation) {
        ObjectNode node = Json.object();
        node.put("samples", evaluation.samples());
        node.set("loss", Json.number(evaluation.loss()));
        node.set("accuracy", Json.number(evaluation.accuracy()));
        node.set("confusion", Json.tree(evaluation.confusion()));
        return node;
    }

    static ObjectNode json(EpochReport report) {
        ObjectNode node = Json.object();
        node.put("epoch", report.epoch());
        node.set("loss", Json.number(report.loss()));
        node.set("accuracy", Json.number(report.accuracy()));
        report.test().ifPresent(test -> {
            node.set("test_loss", Json.number(test.loss()));
            node.set("test_accuracy", Json.number(test.accuracy()));
        });
        node.set("seconds", Json.number(report.seconds()));
        node.set("samples_per_second", Json.number(report.samplesPerSecond()));
        if (!Double.isNaN(report.learningRate())) {
            node.put("learning_rate", report.learningRate());
        }
        return node;
    }

    /** Labels down, predictions across, and what share of each label's samples was right. */
    public static List<String> confusion(Evaluation evaluation, ClassNames classes) {
        int[][] counts = evaluation.confusion();
        List<String> lines = new ArrayList<>();
        StringBuilder head = new StringBuilder("label \\ predicted");
        for (int j = 0; j < counts.length; j++) {
            head.append(format("%7d", j));
        }
        lines.add(head.append("    right").toString());
        for (int i = 0; i < counts.length; i++) {
            StringBuilder line = new StringBuilder(format("%17d", i));
            for (int count : counts[i]) {
                line.append(format("%7d", count));
            }
            int samples = IntStream.of(counts[i]).sum();
            line.append(samples == 0
                    ? "        -"
                    : format("  %7.4f", (double) counts[i][i] / samples));
            if (classes.known()) {
                line.append("  ").append(name(classes, i));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    /** The name of a class fit for a terminal. */
    public static String name(ClassNames classes, int label) {
        return classes.name(label).replaceAll("\\p{Cntrl}", "?");
    }

    public static String samples(Samples samples) {
        return format("%,d samples of %s", samples.size(), samples.shape());
    }

    /** {@code 640 B}, {@code 12.3 MB}; a thousand of one make one of the next. */
    public static String bytes(long bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        double value = bytes;
        int unit = 0;
        while (value >= 999.95 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return unit == 0 ? bytes + " B" : format("%.1f %s", value, units[unit]);
    }

    /** {@code 7.3 s}, {@code 2 min 05 s}, {@code 1 h 02 min}. */
    public static String duration(double seconds) {
        long whole = Math.round(seconds);
        if (seconds < 59.95) {
            return format("%.1f s", seconds);
        }
        return whole < 3600
                ? format("%d min %02d s", whole / 60, whole % 60)
                : format("%d h %02d min", whole / 3600, whole / 60 % 60);
    }
}
