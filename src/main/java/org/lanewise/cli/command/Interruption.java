package org.lanewise.cli.command;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.lanewise.TrainingState;
import org.lanewise.cli.format.Report;

/**
 * While it is open, SIGINT and SIGTERM request a stop; a second one ends the process at once.
 *
 * <p>{@code sun.misc.Signal} is called by reflection, because the compiler's warning of it cannot
 * be switched off, and every warning is an error here. A shutdown hook would not do: during it, the
 * JVM does not heed a second signal. Without that class, signals end the process as usual.
 */
final class Interruption implements AutoCloseable {
    private static final Map<String, Integer> NUMBERS = Map.of("INT", 2, "TERM", 15);

    /** What the shell adds to a signal's number. */
    private static final int SIGNALLED = 128;

    private final Runnable stop;
    private final Map<Object, Object> before = new LinkedHashMap<>();
    private String signal;

    private Interruption(Runnable stop) {
        this.stop = stop;
    }

    /** Receives signals until it is closed; {@code stop} is called in a thread of the JVM. */
    static Interruption by(Runnable stop) {
        Interruption interruption = new Interruption(stop);
        try {
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object heard = Proxy.newProxyInstance(handler.getClassLoader(),
                    new Class<?>[] {handler},
                    (proxy, method, arguments) -> {
                        interruption.heard(arguments[0].toString().replaceFirst("^SIG", ""));
                        return null;
                    });
            for (String name : NUMBERS.keySet()) {
                Object signal = Class.forName("sun.misc.Signal").getConstructor(String.class)
                        .newInstance(name);
                interruption.before.put(signal, handle(signal, heard));
            }
        } catch (ReflectiveOperationException e) {
            // No such class, or a signal that the JVM keeps to itself (java -Xrs).
        }
        return interruption;
    }

    private static Object handle(Object signal, Object handler)
            throws ReflectiveOperationException {
        return signal.getClass()
                .getMethod("handle", signal.getClass(), Class.forName("sun.misc.SignalHandler"))
                .invoke(null, signal, handler);
    }

    private synchronized void heard(String name) {
        if (signal != null) {
            Runtime.getRuntime().halt(SIGNALLED + NUMBERS.get(name));
        }
        signal = name;
        stop.run();
    }

    /** The name of the signal received, as {@code SIGINT}; empty if none was. */
    synchronized String name() {
        return signal == null ? "" : "SIG" + signal;
    }

    /** What was stopped by the signal, or by an interrupt, and how to continue. */
    String message(TrainingState.Position position, Optional<Path> checkpoint) {
        return Report.format("lanewise: %s: stopped in epoch %d after step %d; %s",
                name().isEmpty() ? "interrupted" : name(), position.epochs() + 1, position.step(),
                checkpoint.map(file -> "--resume continues from " + file).orElse(
                        "what was learned is not saved (--checkpoint-dir would)"));
    }

    /** The exit code that a shell uses for the signal received. */
    synchronized OptionalInt exitCode() {
        return signal == null
                ? OptionalInt.empty()
                : OptionalInt.of(SIGNALLED + NUMBERS.get(signal));
    }

    @Override
    public void close() {
        before.forEach((name, handler) -> {
            try {
                handle(name, handler);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e instanceof InvocationTargetException
                        ? e.getCause()
                        : e);
            }
        });
    }
}
