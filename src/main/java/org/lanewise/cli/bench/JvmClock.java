package org.lanewise.cli.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** The clock of this JVM. */
public final class JvmClock implements Clock {
    private static final String QUEUE = "compilerQueue";

    private final CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    /**
     * The compilation time alone would not do: a compilation counts when it is finished, and a
     * compiler thread that has to share its processor may take seconds for one.
     */
    @Override
    public Compilation compilation() {
        long millis = compilers != null && compilers.isCompilationTimeMonitoringSupported()
                ? compilers.getTotalCompilationTime()
                : 0;
        return new Compilation(pending(queue()), millis);
    }

    /** What {@code jcmd PID Compiler.queue} prints; empty on JVMs without it. */
    String queue() {
        try {
            return (String) server.invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"), QUEUE, null,
                    null);
        } catch (JMException unavailable) {
            return "";
        }
    }

    /** Methods are listed by their number, in the queue and while they are compiled. */
    static boolean pending(String queue) {
        return queue.lines()
                .anyMatch(line -> line.matches("(C[12] CompilerThread\\d+)?\\s*\\d+ .*"));
    }
}
