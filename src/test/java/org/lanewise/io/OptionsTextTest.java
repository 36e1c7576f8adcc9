package org.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.Safeguards;
import org.lanewise.TrainingOptions;
import org.lanewise.spec.Augmentation;
import org.lanewise.spec.Average;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ParameterGroup;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Schedule;

/** Options are the same after they were written and read. */
class OptionsTextTest {
    static Stream<TrainingOptions> options() {
        TrainingOptions plain = TrainingOptions.of(Optimizer.adam(0.001));
        return Stream.of(plain, plain.batchSize(24).shards(8).seed(7).shuffle(false),
                plain.backend(Backend.SCALAR).algorithm(Algorithm.DIRECT),
                plain.safeguards(new Safeguards(2.5, 3, true)),
                plain.precision(Precision.SINGLE).accumulate(3).dropLast(true)
                        .augment(List.of(new Augmentation.Flip(true)))
                        .average(new Average.Ema(2, 0.99)).groups(List.of(
                                ParameterGroup.of("1.*").frozenFromEpoch(2)))
                        .schedule(OptionsText.schedule("cosine:t_max=100")),
                TrainingOptions.of(Optimizer.sgd(0.1).momentum(0.9).nesterov(true)));
    }

    @ParameterizedTest
    @MethodSource("options")
    void whatIsWrittenIsRead(TrainingOptions options) {
        assertEquals(options, OptionsText.read(OptionsText.write(options)));
    }

    @Test
    void aScheduleIsItsText() {
        assertEquals(Schedule.CONSTANT, OptionsText.schedule(Schedule.CONSTANT.toString()));
    }

    @Test
    void otherTextsAreRefused() {
        String text = OptionsText.write(TrainingOptions.of(Optimizer.sgd(0.1)));
        refused("", "a line is missing");
        refused(text + "more x=1\n", "something follows the last line");
        refused(text.replace("running ", "walking "), "expected 'running'");
        refused(text.replace("batch_size=32", "batch_size=x"), "batch_size");
        refused(text.replace("batch_size=32", "batch_size=0"), "batch size 0");
        refused(text.replace("algorithm=AUTO", "algorithm=magic"), "magic");
    }

    private static void refused(String text, String message) {
        String found = assertThrows(IllegalArgumentException.class,
                () -> OptionsText.read(text)).getMessage();
        assertTrue(found.contains(message), found);
    }
}
