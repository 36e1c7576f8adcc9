package org.lanewise.measure;

import java.util.Locale;

/** What can be run and timed by itself. */
public enum Pass {
    /** The outputs from the inputs. */
    FORWARD,
    /** The gradient with respect to the inputs, from that with respect to the outputs. */
    BACKWARD_INPUT,
    /** The gradients with respect to weights and bias, from that with respect to the outputs. */
    BACKWARD_WEIGHTS,
    /** All passes of a layer; of a network also the loss and the update of what it learns. */
    STEP;

    /** {@return the name in files and tables, as {@code backward_input}} */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
