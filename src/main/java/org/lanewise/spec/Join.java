package org.lanewise.spec;

import java.util.List;

/** A layer that reads several nodes: {@link Add} or {@link Concat}. */
public sealed interface Join extends Layer permits Add, Concat {
    @Override
    Shape output(List<Shape> inputs);

    @Override
    default Shape output(Shape input) {
        return output(List.of(input));
    }

    @Override
    default long flops(Shape input) {
        return flops(List.of(input));
    }

    @Override
    long flops(List<Shape> inputs);
}
