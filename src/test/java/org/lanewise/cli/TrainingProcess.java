package org.lanewise.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A command in a JVM of its own, as {@code ./lanewise} starts one, which can be sent signals. */
public final class TrainingProcess {
    /** What nohup or a shell's & lets its children ignore, Java would ignore too; no shell mends it. */
    private static final List<String> DEFAULT_SIGNALS = List.of("perl", "-e",
            "$SIG{INT} = $SIG{TERM} = 'DEFAULT'; exec @ARGV or die $!");

    private final Process process;
    private final BufferedReader out;

    private TrainingProcess(Process process) {
        this.process = process;
        this.out = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    public static TrainingProcess start(Object... arguments) throws IOException {
        return start(List.of(), arguments);
    }

    /** Starts a command with a prefix, such as a shell. */
    public static TrainingProcess start(List<String> before, Object... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(DEFAULT_SIGNALS);
        command.addAll(before);
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m", "-cp", System.getProperty("jdk.module.path") + File.pathSeparator
                        + System.getProperty("java.class.path"),
                "org.lanewise.cli.Main"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new TrainingProcess(new ProcessBuilder(command).start());
    }

    /** Waits for a line of standard output that begins so. */
    public TrainingProcess awaitLine(String beginning) throws IOException {
        String line;
        do {
            line = out.readLine();
            if (line == null) {
                throw new AssertionError("no line begins with " + beginning + "; " + rest());
            }
        } while (!line.startsWith(beginning));
        return this;
    }

    public TrainingProcess signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
        return this;
    }

    /** Waits for the end. */
    public CommandLineRun end() throws IOException, InterruptedException {
        CommandLineRun rest = rest();
        return new CommandLineRun(process.waitFor(), rest.out(), rest.err());
    }

    /** What it still says; a little on standard error, which the system keeps until it is read. */
    private CommandLineRun rest() throws IOException {
        StringBuilder said = new StringBuilder();
        out.lines().forEach(line -> said.append(line).append('\n'));
        return new CommandLineRun(-1, said.toString(),
                new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    }
}
