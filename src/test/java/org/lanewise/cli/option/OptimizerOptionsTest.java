package org.lanewise.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.spec.Optimizer;
import picocli.CommandLine;

/** Optimizers of command lines. */
class OptimizerOptionsTest {
    private static Optimizer optimizer(String options) {
        String[] words = options.isEmpty() ? new String[0] : options.split(" ");
        OptimizerOptions parsed = new OptimizerOptions();
        new CommandLine(parsed).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(words);
        return parsed.optimizer();
    }

    static Stream<Arguments> optimizers() {
        Optimizer.Sgd ours = Optimizer.sgd(0.02).momentum(0.9);
        return Stream.of(
                Arguments.of("", ours),
                Arguments.of("--learning-rate 0.02", ours),
                Arguments.of("--learning-rate 0.1", Optimizer.sgd(0.1).momentum(0.9)),
                Arguments.of("--momentum 0", Optimizer.sgd(0.02)),
                Arguments.of("--weight-decay 0.5", ours.weightDecay(0.5)),
                Arguments.of("--dampening 0.5", ours.dampening(0.5)),
                Arguments.of("--nesterov", ours.nesterov(true)),
                Arguments.of("--optimizer sgd", Optimizer.sgd(0.001)),
                Arguments.of("--optimizer sgd --momentum 0.5", Optimizer.sgd(0.001).momentum(0.5)),
                Arguments.of("--optimizer adam", Optimizer.adam(0.001)),
                Arguments.of("--optimizer adamw --learning-rate 0.1", Optimizer.adamW(0.1)));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void eachOptionChangesOnlyItsOwnValue(String options, Optimizer expected) {
        assertEquals(expected, optimizer(options));
    }

    @Test
    void namesTheOptimizerThatHasAnOption() {
        assertEquals("optimizer sgd has no --beta1; its options are --learning-rate,"
                + " --weight-decay, --momentum, --dampening, --nesterov; --optimizer adam or adamw"
                + " has --beta1",
                assertThrows(IllegalArgumentException.class,
                        () -> optimizer("--beta1 0.5")).getMessage());
    }
}
