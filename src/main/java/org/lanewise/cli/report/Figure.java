package org.lanewise.cli.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.lanewise.cli.format.Json;
import org.lanewise.spec.ClassNames;

/** One picture of a page: what it shows, not how it looks. */
sealed interface Figure {
    /** What the lengths of bars mean. */
    enum Measure {
        /** How many times as fast; bars begin at 1, on a logarithmic axis. */
        RATIO,
        /** A share of something. */
        SHARE,
        /** Time; the series of a row add up. */
        MILLISECONDS
    }

    /** How a curve is drawn. */
    enum Style {
        LINE,
        DASHED,
        /** A line through more points than are shown one by one. */
        THIN,
        /** A bound. */
        ROOF,
        POINTS
    }

    /**
     * Some of the bars, in one colour.
     *
     * @param name as the legend has it
     * @param values one a label; NaN where there is none
     */
    record Series(String name, double[] values) {}

    /**
     * An axis.
     *
     * @param name with the unit
     * @param logarithmic whether equal steps are equal factors
     */
    record Axis(String name, boolean logarithmic) {}

    /**
     * A place in a plot.
     *
     * @param x along the horizontal axis
     * @param y along the vertical axis
     * @param label what it is; empty where its place says all
     */
    record Point(double x, double y, String label) {}

    /** Points that belong together. */
    record Curve(String name, Style style, List<Point> points) {}

    /** The weights by which one filter meets one input channel, row-major. */
    record Filter(String name, double[] weights) {}

    /** A group of bars for each label. */
    record Bars(String title, Measure measure, List<String> labels, List<Series> series)
            implements
                Figure {
        @Override
        public ObjectNode json() {
            ObjectNode node = node("bars", title);
            node.put("measure", measure.name().toLowerCase(Locale.ROOT));
            ArrayNode names = node.putArray("labels");
            labels.forEach(names::add);
            ArrayNode list = node.putArray("series");
            for (Series one : series) {
                list.addObject().put("name", one.name).set("values", rounded(one.values));
            }
            return node;
        }
    }

    /** Curves and clouds of points. */
    record Plot(String title, Axis x, Axis y, List<Curve> curves) implements Figure {
        @Override
        public ObjectNode json() {
            ObjectNode node = node("plot", title);
            node.set("x", axis(x));
            node.set("y", axis(y));
            ArrayNode list = node.putArray("curves");
            for (Curve curve : curves) {
                ObjectNode one = list.addObject().put("name", curve.name)
                        .put("style", curve.style.name().toLowerCase(Locale.ROOT));
                one.set("x", rounded(curve.points.stream().mapToDouble(Point::x).toArray()));
                one.set("y", rounded(curve.points.stream().mapToDouble(Point::y).toArray()));
                if (curve.points.stream().anyMatch(point -> !point.label.isEmpty())) {
                    ArrayNode labels = one.putArray("labels");
                    curve.points.forEach(point -> labels.add(point.label));
                }
            }
            return node;
        }

        private static ObjectNode axis(Axis axis) {
            return Json.object().put("name", axis.name).put("logarithmic", axis.logarithmic);
        }
    }

    /** How often each label (down) was taken for each class (across). */
    record Confusion(String title, int[][] counts, ClassNames classes) implements Figure {
        @Override
        public ObjectNode json() {
            ObjectNode node = node("confusion", title);
            node.set("counts", Json.tree(counts));
            if (classes.known()) {
                node.set("names", Json.tree(IntStream.range(0, counts.length)
                        .mapToObj(classes::name).toList()));
            }
            return node;
        }
    }

    /** Filters of a convolution as images, all of one size, some in a row. */
    record Filters(String title, int height, int width, int columns, List<Filter> filters)
            implements
                Figure {
        @Override
        public ObjectNode json() {
            ObjectNode node = node("filters", title);
            node.put("height", height);
            node.put("width", width);
            node.put("columns", columns);
            ArrayNode list = node.putArray("filters");
            for (Filter filter : filters) {
                list.addObject().put("name", filter.name).set("weights",
                        rounded(filter.weights));
            }
            return node;
        }
    }

    /** Words and numbers in rows, of which the first cell is what the row is about. */
    record Table(String title, List<String> head, List<List<String>> rows) implements Figure {
        @Override
        public ObjectNode json() {
            ObjectNode node = node("table", title);
            node.set("head", Json.tree(head));
            node.set("rows", Json.tree(rows));
            return node;
        }
    }

    /**
     * A sample.
     *
     * @param name what it is, and what it was taken for
     * @param pixels 0 to 255, row-major, those of a pixel's channels next to each other
     */
    record Image(String name, int[] pixels) {}

    /** Samples as they look, of one channel or three. */
    record Images(String title, int height, int width, int channels, List<Image> images)
            implements
                Figure {
        @Override
        public ObjectNode json() {
            ObjectNode node = node("images", title);
            node.put("height", height);
            node.put("width", width);
            node.put("channels", channels);
            ArrayNode list = node.putArray("images");
            for (Image image : images) {
                list.addObject().put("name", image.name).set("pixels", Json.tree(image.pixels));
            }
            return node;
        }
    }

    ObjectNode json();

    private static ObjectNode node(String kind, String title) {
        return Json.object().put("kind", kind).put("title", title);
    }

    /** Five digits are more than a screen shows. */
    private static ArrayNode rounded(double[] values) {
        double[] rounded = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = Double.isFinite(values[i])
                    ? new BigDecimal(values[i]).round(new MathContext(5)).doubleValue()
                    : values[i];
        }
        return Json.numbers(rounded);
    }
}
