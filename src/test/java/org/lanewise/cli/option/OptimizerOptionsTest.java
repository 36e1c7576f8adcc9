package org.lanewise.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.spec.Lion;
import org.lanewise.spec.NAdam;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.RmsProp;
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
                Arguments.of("--optimizer adamw --learning-rate 0.1", Optimizer.adamW(0.1)),
                Arguments.of("--optimizer nadam", Optimizer.nadam(0.002)),
                Arguments.of("--optimizer nadam --momentum-decay 0.1 --beta1 0.8 --epsilon 0.1",
                        new NAdam(0.002, 0.8, 0.999, 0.1, 0, 0.1)),
                Arguments.of("--optimizer rmsprop", Optimizer.rmsProp(0.01)),
                Arguments.of("--optimizer rmsprop --alpha 0.9 --momentum 0.5 --centered"
                        + " --epsilon 0.1 --weight-decay 0.2",
                        new RmsProp(0.01, 0.9, 0.1, 0.2, 0.5, true)),
                Arguments.of("--optimizer lion", Optimizer.lion(1e-4)),
                Arguments.of("--optimizer lion --beta1 0.5 --beta2 0.7 --weight-decay 0.2",
                        new Lion(1e-4, 0.5, 0.7, 0.2)));
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
                + " or nadam or lion has --beta1",
                assertThrows(IllegalArgumentException.class,
                        () -> optimizer("--beta1 0.5")).getMessage());
        assertEquals("optimizer sgd has no --alpha, --centered; its options are --learning-rate,"
                + " --weight-decay, --momentum, --dampening, --nesterov; --optimizer rmsprop has"
                + " --alpha, --centered",
                assertThrows(IllegalArgumentException.class,
                        () -> optimizer("--alpha 0.5 --centered")).getMessage());
        assertEquals("optimizer lion has no --epsilon, --momentum-decay; its options are"
                + " --learning-rate, --weight-decay, --beta1, --beta2",
                assertThrows(IllegalArgumentException.class, () -> optimizer(
                        "--optimizer lion --epsilon 1 --momentum-decay 1")).getMessage());
        assertEquals("optimizer sgd has no --beta1, --alpha; its options are --learning-rate,"
                + " --weight-decay, --momentum, --dampening, --nesterov",
                assertThrows(IllegalArgumentException.class, () -> optimizer(
                        "--beta1 0.5 --alpha 0.5")).getMessage());
    }
}
