package org.lanewise.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.measure.Execution;
import org.lanewise.measure.StepSchedule.Machine;
import org.lanewise.measure.StepSchedule.PartTimes;
import org.lanewise.spec.Network;

class StepScheduleTest {
    private static StepSchedule schedule(int threads, double latency, double copyTwo,
            PartTimes... parts) {
        return new StepSchedule(threads, List.of(parts), new Machine(latency, 1e9, copyTwo));
    }

    private static PartTimes part(String name, long bytes, double serial, double... blocks) {
        return new PartTimes(name, bytes, List.of(blocks), serial);
    }

    @Test
    void threadsTakeBlocksOfTheirShareAndThenThoseOfOthers() {
        PartTimes even = part("even", 0, 0, 100, 100, 100, 100);
        assertEquals(400, schedule(1, 0, 2e9, even).nanos());
        assertEquals(200, schedule(2, 0, 2e9, even).nanos());
        assertEquals(100, schedule(4, 0, 2e9, even).nanos());
        assertEquals(100, schedule(64, 0, 2e9, even).nanos());
        // The first thread is busy with 300 while the second takes its own two blocks, and then the last of the
        // first.
        assertEquals(300,
                schedule(2, 0, 2e9, part("uneven", 0, 0, 300, 100, 100, 100)).nanos());
    }

    @Test
    void oneBlockAndSerialCodeDoNotGain() {
        StepSchedule schedule = schedule(2, 0, 2e9, part("shared", 0, 0, 100, 100),
                part("serial", 0, 50, 30));
        assertEquals(180, schedule.nanos());
        StepSchedule one = schedule(1, 0, 2e9, schedule.parts().toArray(PartTimes[]::new));
        assertEquals(1, schedule.limit(one));
        assertEquals(40, schedule.lost(1, one));
        // More work, though perfectly shared, is lost too.
        StepSchedule twice = schedule(2, 0, 2e9, part("shared", 0, 0, 200, 200),
                part("serial", 0, 50, 30));
        assertEquals(0, twice.limit(one));
        assertEquals(100, twice.lost(0, one));
    }

    @Test
    void messagesBetweenCoresCostTime() {
        assertEquals(100 + 4 * 7, schedule(2, 7, 2e9, part("two", 0, 0, 100, 100)).nanos());
    }

    /** A part that reads and writes during half of its time, where two threads copy no faster than one. */
    @Test
    void memoryIsShared() {
        PartTimes half = part("half", 100_000_000, 0, 1e8, 1e8);
        assertEquals(2e8, schedule(1, 0, 1e9, half).nanos());
        assertEquals(1e8 * 1.5, schedule(2, 0, 1e9, half).nanos(), 1e-3);
        PartTimes cached = part("cached", 1_000_000, 0, 1e6, 1e6);
        assertEquals(1e6, schedule(2, 0, 1e9, cached).nanos());
    }

    @Test
    void aStepIsMeasuredBlockByBlock() throws InterruptedException {
        Network network = Network.input(3, 16, 16).conv2d(8, 3).flatten().linear(10)
                .softmaxCrossEntropy();
        StepSchedule schedule = StepSchedule.measure(network, 32,
                new Execution(Backend.AUTO, Algorithm.AUTO, 4), Machine.measure());
        PartTimes convolution = schedule.parts().stream()
                .filter(part -> part.name().equals("layer 0 conv2d forward")).findFirst()
                .orElseThrow();
        assertTrue(convolution.tasks().stream().anyMatch(blocks -> blocks.length > 1),
                convolution.toString());
        assertEquals("update", schedule.parts().getLast().name());
        assertEquals(4, schedule.parts().getLast().tasks().size(), "weights and biases");
    }
}
