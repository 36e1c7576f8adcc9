package org.lanewise.spec;

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

    static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " " + value + " must be at least 1");
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
        if (2L * padding.height() > kernel.height() || 2L * padding.width() > kernel.width()) {
            throw new IllegalArgumentException(
                    "padding " + padding + " must be at most half the kernel " + kernel);
        }
    }
}
