package org.lanewise.cli.bench;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.lanewise.measure.Execution;
import org.lanewise.measure.Part;

/** A part of a step in a recording of Java's Flight Recorder; loaded only where there is one. */
@Name("org.lanewise.Pass")
@Label("Pass")
@Category("Lanewise")
@Description("One part of a training step")
@StackTrace(false)
final class PassEvent extends Event {
    @Label("Network")
    String network;

    @Label("Layer")
    @Description("Index of the layer; -1 for the loss and the update")
    int layer;

    @Label("Type")
    String type;

    @Label("Pass")
    String pass;

    @Label("Backend")
    String backend;

    @Label("Precision")
    String precision;

    @Label("Threads")
    int threads;

    @Label("Algorithm")
    String algorithm;

    @Label("Floating-point operations")
    long flops;

    @Label("Memory")
    @Description("What is read and written, each array once")
    @DataAmount
    long bytes;

    /** Whether a recording of these events is running. */
    static boolean wanted() {
        return new PassEvent().isEnabled();
    }

    /** Runs a part as an event, and returns the nanoseconds it took. */
    static long run(String network, Part part, Execution execution) {
        PassEvent event = new PassEvent();
        event.begin();
        long start = System.nanoTime();
        part.code().run();
        long nanos = System.nanoTime() - start;
        event.end();
        event.network = network;
        event.layer = part.layer().map(layer -> layer.index()).orElse(-1);
        event.type = part.layer().map(layer -> layer.layer().type()).orElse("");
        event.pass = part.pass();
        event.backend = execution.backendName();
        event.precision = execution.precision().toString();
        event.threads = execution.threads();
        event.algorithm = part.algorithm();
        event.flops = part.work().flops();
        event.bytes = part.work().bytes();
        event.commit();
        return nanos;
    }
}
