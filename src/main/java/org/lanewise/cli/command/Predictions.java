package org.lanewise.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lanewise.Model;
import org.lanewise.Samples;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.Report;
import org.lanewise.cli.option.TrainedModel;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Loss;

/** What a model says of samples, a line or a JSON object each. */
final class Predictions {
    /** Longer names are shown whole and move what follows. */
    private static final int WIDEST_NAME = 24;
    private static final String NEXT = "next likely";

    /** Gives samples to predict, some at a time. */
    @FunctionalInterface
    interface Source {
        void forEach(Sink each) throws IOException;
    }

    private final Model model;
    private final ClassNames names;
    private final boolean classes;
    private final int top;
    private final boolean json;
    private final int nameWidth;

    Predictions(TrainedModel.Loaded loaded, int top, boolean json) {
        this.model = loaded.model();
        this.names = loaded.classes();
        this.classes = model.network().loss() instanceof Loss.SoftmaxCrossEntropy;
        int outputs = Math.toIntExact(model.network().output().size());
        this.top = Math.min(top, outputs);
        this.json = json;
        this.nameWidth = Math.min(WIDEST_NAME, IntStream.range(0, outputs)
                .map(i -> Report.name(names, i).length()).max().orElse(0));
    }

    /**
     * Prints what the source gives, samples with or without labels, of files or not, and before the
     * first row a head.
     */
    void print(PrintWriter out, boolean labels, boolean files, Source source) throws IOException {
        String head = !classes
                ? "sample  outputs"
                : "sample  class  probability" + (labels ? "  label" : "")
                        + (names.known() ? "  " + padded("name", nameWidth) : "")
                        + (top > 1 ? "  " + padded(NEXT, nextWidth()) : "")
                        + (files ? "  input" : "");
        Sink sink = new Sink(out, head.stripTrailing());
        source.forEach(sink);
        if (json) {
            out.println(Json.text(Json.object().set("predictions", sink.all)));
        }
    }

    /** A name, a blank and six digits each, with a comma and a blank between. */
    private int nextWidth() {
        return Math.max(NEXT.length(), (top - 1) * (nameWidth + 9) - 2);
    }

    /** Takes samples in order and prints each. */
    final class Sink {
        private final PrintWriter out;
        private final ArrayNode all = Json.array();
        private final String head;
        private int count;

        private Sink(PrintWriter out, String head) {
            this.out = out;
            this.head = head;
        }

        /** How many samples were taken. */
        int count() {
            return count;
        }

        void of(Samples samples) {
            of(samples, List.of());
        }

        /** Predicts samples that came from as many files, from one, or from none that has a name. */
        void of(Samples samples, List<Path> files) {
            double[] answers = classes ? model.probabilities(samples) : model.outputs(samples);
            int width = answers.length / samples.size();
            for (int i = 0; i < samples.size(); i++) {
                double[] row = Arrays.copyOfRange(answers, i * width, (i + 1) * width);
                String file = files.isEmpty()
                        ? ""
                        : files.get(Math.min(i, files.size() - 1)).toString();
                if (json) {
                    all.add(node(samples, i, row, file));
                } else {
                    if (count == 0) {
                        out.println(head);
                    }
                    String line = classes ? line(samples, i, row) : line(row);
                    out.println(file.isEmpty() ? line.stripTrailing() : line + "  " + file);
                }
                count++;
            }
        }

        private String line(double[] outputs) {
            StringBuilder line = new StringBuilder(Report.format("%6d", count));
            for (double output : outputs) {
                line.append(Report.format("  %.6g", output));
            }
            return line.toString();
        }

        private String line(Samples samples, int i, double[] probabilities) {
            List<Integer> likely = likely(probabilities);
            int best = likely.getFirst();
            StringBuilder line = new StringBuilder(
                    Report.format("%6d  %5d  %11.4f", count, best, probabilities[best]));
            if (samples.hasLabels()) {
                line.append(Report.format("  %5d", samples.label(i)));
            }
            if (names.known()) {
                line.append("  ").append(padded(Report.name(names, best), nameWidth));
            }
            if (top > 1) {
                String next = likely.stream().skip(1)
                        .map(one -> Report.format("%s %.4f", Report.name(names, one),
                                probabilities[one]))
                        .collect(Collectors.joining(", "));
                line.append("  ").append(padded(next, nextWidth()));
            }
            return line.toString();
        }

        private ObjectNode node(Samples samples, int i, double[] row, String file) {
            ObjectNode node = Json.object();
            node.put("sample", count);
            if (!file.isEmpty()) {
                node.put("input", file);
            }
            if (!classes) {
                node.set("outputs", Json.numbers(row));
                return node;
            }
            List<Integer> likely = likely(row);
            putClass(node, "class", "name", likely.getFirst());
            node.set("probabilities", Json.numbers(row));
            ArrayNode list = node.putArray("top");
            for (int next : likely) {
                ObjectNode one = list.addObject();
                putClass(one, "class", "name", next);
                one.set("probability", Json.number(row[next]));
            }
            if (samples.hasLabels()) {
                putClass(node, "label", "label_name", samples.label(i));
            }
            return node;
        }

        private void putClass(ObjectNode node, String number, String name, int label) {
            node.put(number, label);
            if (names.known()) {
                node.put(name, names.name(label));
            }
        }
    }

    /** The most likely classes, of equal ones the first first. */
    private List<Integer> likely(double[] probabilities) {
        List<Integer> likely = new ArrayList<>();
        boolean[] taken = new boolean[probabilities.length];
        while (likely.size() < top) {
            int best = -1;
            for (int i = 0; i < probabilities.length; i++) {
                if (!taken[i] && (best < 0 || probabilities[i] > probabilities[best])) {
                    best = i;
                }
            }
            taken[best] = true;
            likely.add(best);
        }
        return likely;
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
