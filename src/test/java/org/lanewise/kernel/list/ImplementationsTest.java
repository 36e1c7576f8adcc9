package org.lanewise.kernel.list;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.ConvProblem;
import org.lanewise.kernel.LinearProblem;
import org.lanewise.kernel.WindowGeometry;
import org.lanewise.kernel.WindowSizes;
import org.lanewise.kernel.reference.ConvScalarTest;

/** What computes a pass, and why nothing before it in the list does. */
class ImplementationsTest {
    private static final KernelKind ALL = KernelKind.WINOGRAD;
    private static final WindowGeometry THREE = new WindowSizes(16, 16, 3, 3, 1, 1, 1, 1, 1,
            1).geometry();

    /** Of one sample, which fills no lanes, however wide vectors are. */
    private static WeightedChoice<ConvProblem, ConvGeometry> choice(WindowGeometry window, int ic,
            int oc, boolean first, KernelKind limits) {
        return Implementations.of(new ConvProblem(window, 1, ic, oc, 1, first), Long.MAX_VALUE,
                limits);
    }

    private static List<String> chosen(WeightedChoice<?, ?> choice) {
        return Stream.of(choice.forward(), choice.backwardInput(), choice.backwardWeights())
                .map(one -> one.chosen().name()).toList();
    }

    private static List<String> refusals(Choice<?, ?> choice) {
        return choice.refusals().entrySet().stream()
                .map(refusal -> refusal.getKey() + ": " + refusal.getValue()).toList();
    }

    @Test
    void shapesDecide() {
        assertEquals(List.of("Winograd", "Winograd", "Winograd"),
                chosen(choice(THREE, 64, 32, false, ALL)));
        assertEquals(List.of("lines of pixels", "pixels in lanes", "lines of pixels"),
                chosen(choice(THREE, 3, 64, true, ALL)));
        assertEquals(List.of("rows of pixels", "rows of pixels", "pixel by pixel"),
                chosen(choice(THREE, 8, 32, false, ALL)));
        assertEquals("weights in lanes",
                choice(THREE, 8, 1, false, ALL).backwardWeights().chosen().name());
        WindowGeometry one = new WindowSizes(16, 16, 1, 1, 1, 1, 0, 0, 1, 1).geometry();
        assertEquals(List.of("rows of pixels", "rows of pixels", "transposed gradient"),
                chosen(choice(one, 512, 512, false, ALL)));
    }

    @Test
    void everyRefusalIsGivenInOrder() {
        Choice<?, ?> input = choice(
                new WindowSizes(16, 16, 5, 5, 4, 1, 2, 2, 1, 1).geometry(), 3, 64, false, ALL)
                .backwardInput();
        assertEquals("rows of pixels", input.chosen().name());
        assertEquals(List.of("Winograd: 5x5 with stride 4x1",
                "samples in lanes: stride 4x1",
                "pixels in lanes: stride 4x1", "channels in lanes: one group"),
                refusals(input));
    }

    @Test
    void aPlanMayAllowLess() {
        Choice<?, ?> direct = choice(THREE, 64, 64, false, KernelKind.DIRECT)
                .forward();
        assertEquals("rows of pixels", direct.chosen().name());
        assertEquals("Winograd: the direct algorithm was requested",
                refusals(direct).getFirst());
        WeightedChoice<?, ?> scalar = choice(THREE, 64, 64, false, KernelKind.REFERENCE);
        assertEquals(List.of("reference", "reference", "reference"), chosen(scalar));
        assertEquals(List.of("Winograd: the scalar kernels were requested",
                "samples in lanes: the scalar kernels were requested",
                "lines of pixels: the scalar kernels were requested",
                "channels in lanes: the scalar kernels were requested",
                "rows of pixels: the scalar kernels were requested"),
                refusals(scalar.forward()));
    }

    @Test
    void tooLittleToComputeIsLeftToTheReference() {
        WeightedChoice<?, ?> tiny = Implementations.of(new LinearProblem(3, 2, 4), 48, ALL);
        assertEquals(List.of("reference", "reference", "reference"), chosen(tiny));
        assertEquals("fewer than 512 operations", tiny.reason());
        WeightedChoice<?, ?> larger = Implementations.of(new LinearProblem(3, 20, 4), 480_000, ALL);
        assertEquals("samples in lanes", larger.forward().chosen().name());
        assertEquals(List.of("outputs in lanes: 4 outputs, more than the 3 samples"), refusals(
                Implementations.of(new LinearProblem(3, 4, 3), 480_000, ALL).forward()));
    }
}
