package org.lanewise.spec;

import java.util.List;
import java.util.stream.Collectors;

/** The checks that several layers share; each message says what was found and what is needed. */
final class Checks {
    private Checks() {}

    static Shape.Image image(Shape input) {
        return switch (input) {
            case Shape.Image image -> image;
            case Shape.Flat flat -> throw new IllegalArgumentException(
                    "needs maps (channels x height x width), but its input is flat with "
                            + flat.features() + " features");
        };
    }

    static void several(List<Shape> inputs) {
        if (inputs.size() < 2) {
            throw new IllegalArgumentException("needs at least two inputs, found " + inputs.size()
                    + "; name them in its \"inputs\"");
        }
    }

    static String text(List<Shape> shapes) {
        return shapes.stream().map(Shape::toString).collect(Collectors.joining(" and "));
    }

    static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " " + value + " must be at least 1");
        }
    }

    static void finite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + " " + value + " must be a finite number");
        }
    }

    static void divides(String name, int value, int groups) {
        if (value % groups != 0) {
            throw new IllegalArgumentException(name + " " + value + " is not divisible by groups "
                    + groups + ": " + value + " mod " + groups + " = " + value % groups);
        }
    }

    /** A pooling window that could lie wholly in the padding would have nothing to pool. */
    static void poolPadding(Window window) {
        Size kernel = window.kernel();
        Size padding = window.padding();
        if (!window.paddingEnd().equals(padding)) {
            throw new IllegalArgumentException("padding " + padding + " above and to the left must"
                    + " be that below and to the right, " + window.paddingEnd()
                    + "; only conv2d takes four numbers");
        }
        if (2L * padding.height() > kernel.height() || 2L * padding.width() > kernel.width()) {
            throw new IllegalArgumentException(
                    "padding " + padding + " must be at most half the kernel " + kernel);
        }
    }

    /** With a dilation, the taps of a window may lie around the map and none of them in it. */
    static void everyWindowHolds(Window window, Size map, Size output) {
        everyWindowHolds("height", map.height(), output.height(), window.kernel().height(),
                window.stride().height(), window.padding().height(), window.dilation().height());
        everyWindowHolds("width", map.width(), output.width(), window.kernel().width(),
                window.stride().width(), window.padding().width(), window.dilation().width());
    }

    private static void everyWindowHolds(String dimension, int size, int windows, int kernel,
            int stride, int padding, int dilation) {
        for (int i = 0; i < windows && dilation > 1; i++) {
            long first = (long) i * stride - padding;
            // The first tap that is not above the map; it must not be below it either.
            long skipped = Math.ceilDiv(Math.max(0, -first), (long) dilation);
            if (skipped >= kernel || first + skipped * dilation >= size) {
                throw new IllegalArgumentException(dimension + ": window " + i
                        + " has every tap in the padding: they lie at " + first + " and every "
                        + dilation + " from there, the map from 0 to " + (size - 1));
            }
        }
    }
}
