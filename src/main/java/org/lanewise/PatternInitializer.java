package org.lanewise;

import java.util.Objects;
import org.lanewise.spec.ParameterGroup;

/**
 * How the parameters begin whose names match a pattern.
 *
 * @param pattern of names such as {@code layer1.0.conv1.weight}: {@code *} matches any characters, dots
 *        included, {@code ?} one
 * @param initializer how they begin
 */
public record PatternInitializer(String pattern, Initializer initializer) {
    /**
     * Checks that nothing is null.
     *
     * @param pattern of names
     * @param initializer how they begin
     */
    public PatternInitializer {
        Objects.requireNonNull(pattern, "pattern");
        Objects.requireNonNull(initializer, "initializer");
    }

    boolean matches(String name) {
        return ParameterGroup.of(pattern).matches(name);
    }
}
