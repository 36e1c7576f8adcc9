package org.lanewise.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The powers that correct Adam's moments, against exact decimals. */
class AdamUpdateTest {
    static Stream<Arguments> powers() {
        return Stream.of(0.0, 0.5, 0.9, 0.999, 0.99999)
                .flatMap(base -> Stream.of(1, 2, 3, 17, 100, 1023, 5000)
                        .map(n -> Arguments.of(base, n)));
    }

    @ParameterizedTest
    @MethodSource("powers")
    void aPowerIsTheNearestDouble(double base, int n) {
        assertEquals(new BigDecimal(base).pow(n).doubleValue(), AdamUpdate.power(base, n));
    }
}
