package org.lanewise.plan;

import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import org.lanewise.kernel.Elements;
import org.lanewise.kernel.Task;

/** Loops over parameters, their gradients, and what optimizers keep of them, of one precision. */
interface ElementLoops {
    /**
     * Moves a parameter.
     *
     * @param rule prepared before each update
     * @param state arrays of the rule
     */
    Task.Range update(UpdateRule rule, ParameterBuffer parameter, IntFunction<Elements> state);

    /** Moves an average towards values, which it overwrites where it feeds back. */
    Task.Range average(Elements values, Elements average, boolean feedsBack, DoubleSupplier keep);

    /** Exchanges values and their average. */
    Task.Range exchange(Elements values, Elements average);

    /** Copies elements. */
    Task.Range copy(Elements from, Elements to);

    /** Adds elements to others. */
    Task.Range accumulate(Elements from, Elements to);

    /** Overwrites elements with others, multiplied by a factor. */
    Task.Range scaled(DoubleSupplier factor, Elements from, Elements to);

    /** {@return a sum with the squares of elements added, in their order} */
    double addSquares(double sum, Elements elements);

    /** Multiplies elements. */
    void scale(double factor, Elements elements);
}
