package org.lanewise.cli.option;

import java.util.concurrent.ForkJoinPool;
import org.lanewise.measure.Execution;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How many threads compute, where their number does not change the result. */
final class ThreadOptions {
    @Option(names = "--threads", paramLabel = "N|auto", defaultValue = "auto",
            description = "Threads that share the work of every step or batch: a number, or auto"
                    + " for all cores; any number gives the same bits (default:"
                    + " ${DEFAULT-VALUE}).")
    private ThreadCount threads;

    /** The number of threads that share a step. */
    int count(CommandLine command) {
        int count = threads.count();
        if (count < 1) {
            throw new ParameterException(command, "--threads " + count + " must be at least 1");
        }
        if (count > Execution.MOST_THREADS) {
            throw new ParameterException(command,
                    "--threads " + count + " must be at most " + Execution.MOST_THREADS);
        }
        return count;
    }

    /** A pool of that many threads, to be closed by the caller; warns of more threads than cores. */
    ForkJoinPool pool(CommandLine command) {
        int count = count(command);
        int cores = ThreadCount.cores();
        if (count > cores) {
            command.getErr().println("lanewise: warning: --threads " + count
                    + " is more than this machine has cores (" + cores
                    + "), which makes it slower; --threads auto takes all cores");
        }
        return new ForkJoinPool(count);
    }
}
