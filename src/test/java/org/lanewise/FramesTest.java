package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Window;

/** Few calls lead from a training step to the kernel that computes: readers follow them in a debugger. */
class FramesTest {
    private static final int MOST = 9;
    private static final int MOST_STEPS = 100_000;

    /** A step spends nearly all its time in the micro-kernel, so its stack soon shows it. */
    @Test
    void fewFramesLeadToTheMicroKernel() throws InterruptedException {
        Network network = Network.input(16, 24, 24).conv2d(64, Window.of(3).padding(1))
                .meanSquaredError();
        Trainer trainer = new Trainer(network, TrainingOptions.of(Optimizer.sgd(0))
                .batchSize(8).algorithm(Algorithm.DIRECT));
        double[] inputs = new double[8 * 16 * 24 * 24];
        double[] targets = new double[8 * 64 * 24 * 24];
        AtomicReference<List<String>> found = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < MOST_STEPS && found.get() == null; i++) {
                trainer.step(inputs, targets);
            }
        });
        while (thread.isAlive() && found.get() == null) {
            List<String> frames = Arrays.stream(thread.getStackTrace())
                    .map(frame -> frame.getClassName() + "." + frame.getMethodName()).toList();
            int kernel = first(frames, "MicroKernelsVector.");
            int step = first(frames, "org.lanewise.Trainer.step");
            if (kernel >= 0 && step > kernel) {
                found.set(frames.subList(kernel, lastOf(frames, "org.lanewise.Trainer.step") + 1));
            }
        }
        thread.join();
        if (found.get() == null) {
            fail("no micro-kernel was met in " + MOST_STEPS + " steps");
        }
        assertTrue(found.get().size() <= MOST, () -> String.join("\n", found.get()));
    }

    private static int first(List<String> frames, String part) {
        for (int i = 0; i < frames.size(); i++) {
            if (frames.get(i).contains(part)) {
                return i;
            }
        }
        return -1;
    }

    private static int lastOf(List<String> frames, String part) {
        return frames.size() - 1 - first(frames.reversed(), part);
    }
}
