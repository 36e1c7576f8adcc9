package org.lanewise.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Cache lines between threads. */
class CoreLatencyTest {
    @Test
    void aLineArrivesAndTheThreadEnds() throws InterruptedException {
        int before = Thread.activeCount();
        double nanos = CoreLatency.nanos();
        assertTrue(nanos > 0.0 && nanos < 1e9, nanos + " ns");
        assertEquals(before, Thread.activeCount());
    }

    @Test
    void anInterruptionEndsTheMeasurement() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, CoreLatency::nanos);
    }
}
