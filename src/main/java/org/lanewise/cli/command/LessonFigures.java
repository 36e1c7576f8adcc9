package org.lanewise.cli.command;

import static org.lanewise.cli.command.PublishedFigures.argument;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.lanewise.examples.CnnLesson;
import org.lanewise.examples.CnnLesson.Place;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.ReceptiveField;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

/** Computes the lesson's figures: {@link CnnLesson} with what the lesson hands to it. */
final class LessonFigures {
    private static final Tolerance EXACT = new Tolerance.Exact();
    private static final Shape.Image PHOTO = new Shape.Image(3, 224, 224);

    private final PublishedFigures figures;
    private final JsonNode root;
    private final Tolerance responses;

    private LessonFigures(PublishedFigures figures) {
        this.figures = figures;
        this.root = figures.root();
        this.responses = new Tolerance.Decimals(argument(root, "feature_map_decimals", int.class));
    }

    static void compare(PublishedFigures figures) {
        LessonFigures lesson = new LessonFigures(figures);
        lesson.outputSizes();
        lesson.parameterCounts();
        lesson.receptiveFields();
        lesson.slidingKernel();
        lesson.maxPooling();
        lesson.borderEvidence();
        lesson.forward();
        lesson.masteryCheck();
    }

    private void outputSizes() {
        for (JsonNode sizes : root.required("output_size")) {
            figures.compare(outputSize(sizes), sizes.required("out"), size(sizes), EXACT);
        }
        for (JsonNode sizes : root.required("output_size_errors")) {
            String computed;
            boolean refused;
            try {
                computed = String.valueOf(size(sizes));
                refused = false;
            } catch (IllegalArgumentException e) {
                computed = e.getMessage();
                refused = true;
            }
            figures.report(outputSize(sizes), "an error", computed, refused);
        }
    }

    private static String outputSize(JsonNode sizes) {
        return "output size of " + sizes.required("size") + ", kernel " + sizes.required("kernel")
                + ", stride " + sizes.required("stride") + ", padding "
                + sizes.required("padding");
    }

    private static int size(JsonNode sizes) {
        return CnnLesson.outputSize(argument(sizes, "size", int.class),
                argument(sizes, "kernel", int.class), argument(sizes, "stride", int.class),
                argument(sizes, "padding", int.class));
    }

    private void parameterCounts() {
        for (JsonNode row : root.required("parameters")) {
            String layer = row.required("layer").asText();
            LayerDescription described = switch (layer) {
                case "dense 224*224*3 -> 256" -> CnnLesson.dense((int) PHOTO.size(), 256);
                case "conv 3 -> 16, 3x3" -> CnnLesson.convolution(PHOTO, 16, Window.of(3));
                case "conv 3 -> 8, 5x5" -> CnnLesson.convolution(PHOTO, 8, Window.of(5));
                default -> throw new IllegalArgumentException("unknown layer " + layer);
            };
            figures.compare("parameters of " + layer, row.required("parameters"),
                    described.parameterCount(), EXACT);
        }
    }

    private void receptiveFields() {
        for (JsonNode stack : root.required("receptive_field")) {
            List<String> names = new ArrayList<>();
            List<Window> windows = new ArrayList<>();
            for (JsonNode layer : stack.required("layers")) {
                names.add(layer.required(0).asText());
                windows.add(Window.of(layer.required(1).intValue())
                        .stride(layer.required(2).intValue()));
            }
            List<long[]> fields = CnnLesson.receptiveFields(windows).stream()
                    .map(LessonFigures::fieldAndJump).toList();
            figures.compare("receptive field and jump after " + String.join(", ", names),
                    stack.required("field_jump"), fields, EXACT);
        }
    }

    private static long[] fieldAndJump(ReceptiveField field) {
        return new long[] {field.fieldHeight(), field.jumpHeight()};
    }

    private void slidingKernel() {
        double[][] map = CnnLesson.featureMap(patch(), kernel());
        figures.compare("feature map", root.required("feature_map"), map, responses);
        figures.compare("strongest response", root.required("strongest"),
                indices(CnnLesson.strongest(map)), EXACT);
        figures.compare("row contributions", root.required("row_contributions"),
                CnnLesson.rowContributions(patch(), kernel(), new Place(0, 0)), responses);
    }

    private double[][] patch() {
        return argument(root, "patch", double[][].class);
    }

    private double[][] kernel() {
        return argument(root, "kernel", double[][].class);
    }

    private static int[] indices(Place place) {
        return new int[] {place.row(), place.column()};
    }

    private void maxPooling() {
        JsonNode pool = root.required("max_pool");
        double[][] map = argument(pool, "input", double[][].class);
        Window window = Window.of(argument(pool, "kernel", int.class))
                .stride(argument(pool, "stride", int.class));
        CnnLesson.Pooled pooled = CnnLesson.maxPool(map, window);
        figures.compare("max pooling", pool.required("output"), pooled.values(), EXACT);
        figures.compare("max pooling, argmax", pool.required("winners"),
                pooled.argmax().stream().map(LessonFigures::indices).toList(), EXACT);

        // One gradient a window, its number from 1: those below are at the argmax of each window,
        // in the order of the windows.
        double[][] gradient = pooled.values().clone();
        int windows = 0;
        for (int row = 0; row < gradient.length; row++) {
            gradient[row] = new double[gradient[row].length];
            for (int column = 0; column < gradient[row].length; column++) {
                gradient[row][column] = ++windows;
            }
        }
        List<Place> reached = nonZero(CnnLesson.maxPoolGradient(map, window, gradient));
        List<Place> argmax = new ArrayList<>();
        for (int[] place : argument(pool, "winners", int[][].class)) {
            argmax.add(new Place(place[0], place[1]));
        }
        figures.report("max pooling, backward", pool.required("backward").asText(),
                "a gradient reaches " + show(reached), reached.equals(argmax));
    }

    /** Where a map is not 0, in ascending order of what it holds. */
    private static List<Place> nonZero(double[][] map) {
        List<Place> places = new ArrayList<>();
        for (int row = 0; row < map.length; row++) {
            for (int column = 0; column < map[row].length; column++) {
                if (map[row][column] != 0) {
                    places.add(new Place(row, column));
                }
            }
        }
        places.sort(Comparator.comparingDouble(place -> map[place.row()][place.column()]));
        return places;
    }

    private static String show(List<Place> places) {
        return String.join(", ", places.stream()
                .map(place -> "(" + place.row() + ", " + place.column() + ")").toList());
    }

    private void borderEvidence() {
        JsonNode totals = root.required("padding_border_evidence");
        double[][] edge = new double[5][5];
        edge[0][0] = 1;
        double[][] center = new double[5][5];
        center[2][2] = 1;
        figures.compare("border evidence, valid, edge", totals.required("valid_edge_total"),
                CnnLesson.totalWindowResponse(edge, 0), EXACT);
        figures.compare("border evidence, valid, center", totals.required("valid_center_total"),
                CnnLesson.totalWindowResponse(center, 0), EXACT);
        figures.compare("border evidence, padded, edge", totals.required("padded_edge_total"),
                CnnLesson.totalWindowResponse(edge, 1), EXACT);
    }

    private void forward() {
        JsonNode node = root.required("forward");
        CnnLesson.Forward forward = CnnLesson.forward(patch(), kernel(),
                argument(node, "classifier_weights", double[][].class),
                argument(node, "classifier_bias", double[].class));
        figures.compare("forward pass, pooled", node.required("pooled"), forward.pooled(),
                responses);
        figures.compare("forward pass, logits", node.required("logits"), forward.logits(),
                new Tolerance.Decimals(argument(node, "logits_decimals", int.class)));
    }

    private void masteryCheck() {
        JsonNode answers = root.required("mastery");
        double[][] kernel = kernel();
        kernel[0][0] = 0;
        figures.compare("question 1, response with one weight 0",
                answers.required("q1_response_with_one_weight_zeroed"),
                CnnLesson.featureMap(patch(), kernel)[0][0], responses);
        LayerDescription strided = CnnLesson.convolution(new Shape.Image(3, 64, 64), 8,
                Window.of(5).stride(2).padding(2));
        Shape.Image output = (Shape.Image) strided.output();
        figures.compare("question 2, output shape", answers.required("q2_output_shape"),
                new int[] {output.channels(), output.height(), output.width()}, EXACT);
        figures.compare("question 2, parameters", answers.required("q2_parameters"),
                strided.parameterCount(), EXACT);
        figures.compare("question 6, parameters", answers.required("q6_parameters"),
                CnnLesson.convolution(PHOTO, 16, Window.of(3)).parameterCount(), EXACT);
    }
}
