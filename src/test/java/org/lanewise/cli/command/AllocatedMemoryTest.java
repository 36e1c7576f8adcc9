package org.lanewise.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.lanewise.Backend;
import org.lanewise.Trainer;
import org.lanewise.TrainingOptions;
import org.lanewise.cli.bench.Problem;
import org.lanewise.cli.bench.SuiteFile;
import org.lanewise.cli.format.NetworkFile;
import org.lanewise.io.SmallProcess;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Layer;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Shape;

/**
 * A training takes the memory that {@code describe} predicts; a separate JVM makes trainers and
 * measures its heap.
 */
class AllocatedMemoryTest {
    /**
     * Below this, the objects of a trainer other than its arrays, some 7 kB, are a fifth or more.
     */
    private static final long WORTH_MEASURING = 40_000;

    @Test
    void aTrainerTakesThePredictedMemory() throws IOException, InterruptedException {
        String said = SmallProcess.run("JDK_JAVA_OPTIONS='--add-modules jdk.incubator.vector"
                + " -XX:+UseSerialGC -XX:MarkSweepAlwaysCompactCount=1'; export JDK_JAVA_OPTIONS",
                "1g",
                Measure.class);
        List<String> lines = said.lines().filter(line -> line.startsWith("heap ")).toList();
        assertEquals(2 * Measure.networks().size(), lines.size(), said);
        for (String line : lines) {
            String[] words = line.split(" ", 4);
            long taken = Long.parseLong(words[1]);
            long foretold = Long.parseLong(words[2]);
            if (foretold >= WORTH_MEASURING) {
                assertTrue(taken <= 1.2 * foretold && foretold <= 1.2 * taken, line);
            }
        }
    }

    /** Prints the memory that trainers take and the predicted memory, in bytes. */
    static final class Measure {
        private static final int THREADS = 3;

        private Measure() {}

        static List<Network> networks() throws IOException {
            List<Network> networks = new ArrayList<>();
            for (String name : List.of("digits", "lenet-5", "mnist-cnn", "vgg-8")) {
                networks.add(NetworkFile.read(name));
            }
            for (String suite : List.of("awkward", "small")) {
                for (Problem problem : SuiteFile.read(suite)) {
                    switch (problem) {
                        case Problem.OneLayer(String _, int _, Shape.Image input, Layer layer) ->
                            networks.add(Network
                                    .input(input.channels(), input.height(), input.width())
                                    .layer(layer).flatten().linear(2).softmaxCrossEntropy());
                        case Problem.OneLayer flat -> assertFalse(flat.layer() instanceof Conv2d);
                        case Problem.Whole whole -> networks.add(whole.network());
                    }
                }
            }
            return networks;
        }

        static void main() throws IOException {
            Optimizer optimizer = Optimizer.sgd(0.1).momentum(0.9);
            List<Network> networks = networks();
            // The first of each kind loads classes, which would count as its own.
            taken(networks.getFirst(), TrainingOptions.of(optimizer));
            for (Network network : networks) {
                for (Backend backend : List.of(Backend.SCALAR, Backend.VECTOR)) {
                    TrainingOptions options = TrainingOptions.of(optimizer).batchSize(8)
                            .backend(backend);
                    long foretold = Trainer.memory(network, options, THREADS).stream()
                            .mapToLong(MemoryUse::bytes).sum();
                    System.out.println("heap " + median(network, options) + " " + foretold + " "
                            + backend + " " + network);
                }
            }
        }

        /** Of three, because what a JVM keeps of its own comes and goes by two megabytes. */
        private static long median(Network network, TrainingOptions options) {
            long[] taken = {taken(network, options), taken(network, options),
                    taken(network, options)};
            Arrays.sort(taken);
            return taken[1];
        }

        /** In a method of its own, whose end lets go of the trainer before the next is measured. */
        private static long taken(Network network, TrainingOptions options) {
            try (ForkJoinPool pool = new ForkJoinPool(THREADS)) {
                long before = heap();
                Trainer trainer = new Trainer(network, options, pool);
                long taken = heap() - before;
                Reference.reachabilityFence(trainer);
                return taken;
            }
        }

        /** What is reachable; the test sets a collector that leaves no dead objects in place. */
        private static long heap() {
            System.gc();
            System.gc();
            return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }
    }
}
