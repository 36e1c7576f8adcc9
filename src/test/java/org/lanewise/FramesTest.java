package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Window;

/** Few calls lead from a training step to the kernel that computes: readers follow them in a debugger. */
class FramesTest {
    private static final int MOST = 9;
    private static final int MOST_STEPS = 10_000;
    private static final Set<String> PASSES = Set.of("forward", "backward, input",
            "backward, weights");

    /** A step spends nearly all its time in micro-kernels, so its stack soon shows each pass. */
    @Test
    void fewFramesLeadToTheMicroKernel() throws InterruptedException {
        Window window = Window.of(3).padding(1);
        Network network = Network.input(16, 24, 24).conv2d(32, window).conv2d(64, window)
                .meanSquaredError();
        Trainer trainer = new Trainer(network, TrainingOptions.of(Optimizer.sgd(0))
                .batchSize(8).algorithm(Algorithm.DIRECT));
        double[] inputs = new double[8 * 16 * 24 * 24];
        double[] targets = new double[8 * 64 * 24 * 24];
        Map<String, List<String>> longest = new ConcurrentHashMap<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < MOST_STEPS && longest.size() < PASSES.size(); i++) {
                trainer.step(inputs, targets);
            }
        });
        while (thread.isAlive()) {
            List<String> frames = Arrays.stream(thread.getStackTrace())
                    .map(frame -> frame.getClassName() + "." + frame.getMethodName()).toList();
            int kernel = first(frames, "MicroKernelsVector.");
            int step = first(frames, "org.lanewise.Trainer.step");
            if (kernel >= 0 && step > kernel) {
                List<String> between = frames.subList(kernel, step + 1);
                longest.merge(pass(between), between, (a, b) -> a.size() >= b.size() ? a : b);
            }
        }
        thread.join();

        assertEquals(PASSES, longest.keySet(), "passes met in " + MOST_STEPS + " steps");
        longest.forEach((pass, frames) -> assertTrue(frames.size() <= MOST,
                () -> pass + ":\n" + String.join("\n", frames)));
    }

    private static String pass(List<String> frames) {
        return first(frames, "Plan.forward") >= 0
                ? "forward"
                : first(frames, "BackwardWeights") >= 0 ? "backward, weights" : "backward, input";
    }

    private static int first(List<String> frames, String part) {
        for (int i = 0; i < frames.size(); i++) {
            if (frames.get(i).contains(part)) {
                return i;
            }
        }
        return -1;
    }
}
