package org.lanewise.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class JvmClockTest {
    @Test
    void nothingIsPendingInEmptyQueues() {
        assertFalse(JvmClock.pending("""
                Current compiles:\s

                C1 compile queue:
                Empty

                C2 compile queue:
                Empty

                """));
        assertFalse(JvmClock.pending(""));
    }

    @Test
    void aMethodThatIsBeingCompiledIsPending() {
        assertTrue(JvmClock.pending("""
                Current compiles:\s
                C2 CompilerThread0  1351   !   4       java.util.HashMap::put (13 bytes)

                C1 compile queue:
                Empty

                C2 compile queue:
                Empty
                """));
    }

    @Test
    void aMethodInAQueueIsPending() {
        assertTrue(JvmClock.pending("""
                Current compiles:\s

                C1 compile queue:
                Empty

                C2 compile queue:
                1344       4       java.util.stream.AbstractPipeline::isParallel (8 bytes)
                """));
    }

    /** The names of the operation and of its bean are those of this JDK. */
    @Test
    void thisJvmPrintsItsQueues() throws Exception {
        assertTrue(new JvmClock().queue().contains("C2 compile queue"));
    }

    @Test
    void timeAndCompilationTimeDoNotRunBackwards() {
        JvmClock clock = new JvmClock();
        long nanos = clock.nanos();
        long millis = clock.compilation().millis();
        assertTrue(clock.nanos() >= nanos);
        assertEquals(Math.max(millis, clock.compilation().millis()),
                clock.compilation().millis(), 1e4);
    }
}
