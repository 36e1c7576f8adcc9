package org.lanewise.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operations, fans and sizes of layers, worked out by hand, up to what overflows. */
class LayerArithmeticTest {
    private static final Shape MAPS = new Shape.Image(4, 9, 8);

    @Test
    void aPoolingLayerTakesOneOperationATap() {
        Window window = Window.of(2, 3).stride(2, 1);
        assertEquals(4 * 4 * 6 * 6L, new MaxPool2d(window).flops(MAPS));
        assertEquals(4 * 4 * 6 * 6L, new AvgPool2d(window, true).flops(MAPS));
        assertEquals(4 * 9 * 8L, new GlobalPool2d(true).flops(MAPS));
    }

    @Test
    void aConvolutionTakesTwoOperationsAProductOfItsOwnGroup() {
        Window window = Window.of(3, 5);
        assertEquals(2L * 6 * 7 * 4 * 4 * 15, new Conv2d(6, window, 1, true).flops(MAPS));
        assertEquals(2L * 6 * 7 * 4 * 2 * 15, new Conv2d(6, window, 2, true).flops(MAPS));
        assertEquals(2L * 8 * 7 * 4 * 15, new Conv2d(8, window, 4, false).flops(MAPS));
    }

    @Test
    void aDenseLayerTakesTwoOperationsAWeightAndAFunctionOneAnElement() {
        assertEquals(2L * 70_000 * 70_000, new Linear(70_000).flops(new Shape.Flat(70_000)));
        for (Activation.Function function : Activation.Function.values()) {
            assertEquals(4 * 9 * 8L, new Activation(function).flops(MAPS));
        }
        assertEquals(4 * 9 * 8L, new Scale(2).flops(MAPS));
        assertEquals(0, new Flatten().flops(MAPS));
    }

    @Test
    void fansOfAConvolutionCountItsTaps() {
        ParameterSpec weight = new Conv2d(6, Window.of(3, 5), 2, true).parameters(MAPS).getFirst();
        assertEquals(List.of(6, 2, 3, 5), weight.shape());
        assertEquals(180, weight.size());
        assertEquals(2 * 3 * 5, weight.fanIn());
        assertEquals(6 * 3 * 5, weight.fanOut());
    }

    @Test
    void fansOfADenseLayerAreItsInputsAndOutputs() {
        ParameterSpec weight = new Linear(7).parameters(new Shape.Flat(5)).getFirst();
        assertEquals(List.of(7, 5), weight.shape());
        assertEquals(5, weight.fanIn());
        assertEquals(7, weight.fanOut());
    }

    @ParameterizedTest
    @CsvSource({
            "5, 3, 1, 1048576, 1, 2097155",
            "2000000000, 3, 2, 1048576, 1, 1001048575",
            "2147483647, 1, 2, 1048576, 1, 1074790400",
            "2147483647, 1, 1, 0, 1, 2147483647",
            "2147483647, 2147483647, 1, 0, 1, 1",
            "65537, 3, 1, 0, 32768, 1",
            "65536, 2, 1, 1048576, 1048576, 1114112",
            "8, 3, 2147483647, 0, 1, 1",
            "10, 3, 3, 0, 1, 3",
            "11, 3, 3, 0, 1, 3",
            "12, 3, 3, 0, 1, 4"})
    void theNumberOfWindowsIsRightForLargeNumbersToo(int size, int kernel, int stride,
            int padding, int dilation, int windows) {
        assertEquals(windows, Window.outputSize(size, kernel, stride, padding, dilation));
    }

    /** As PyTorch counts; some lose a window that would start beyond the input. */
    @ParameterizedTest
    @CsvSource({
            "6, 3, 2, 0, 1, 3",
            "7, 3, 2, 0, 1, 3",
            "3, 2, 2, 1, 1, 2",
            "5, 2, 3, 1, 1, 2",
            "4, 2, 3, 1, 1, 2",
            "2, 3, 2, 0, 1, 1",
            "5, 2, 2, 0, 3, 2",
            "6, 4, 3, 2, 1, 3",
            "2147483647, 3, 2, 1, 1, 1073741824",
            "2147483647, 1, 2147483647, 0, 1, 1"})
    void ceilModeAddsAWindowThatStartsInsideTheInput(int size, int kernel, int stride, int padding,
            int dilation, int windows) {
        Window window = Window.of(1, kernel).stride(1, stride).padding(0, padding)
                .dilation(1, dilation);
        assertEquals(new Shape.Image(1, 1, windows),
                new MaxPool2d(window, true).output(new Shape.Image(1, 1, size)));
    }

    @Test
    void aSpanAboveAnIntIsStillTooLong() {
        assertEquals("kernel spans 65536 * (65537 - 1) + 1 = 4294967297, but the padded input is"
                + " only 8 + 2 * 0 = 8",
                assertThrows(IllegalArgumentException.class,
                        () -> Window.outputSize(8, 65_537, 1, 0, 65_536)).getMessage());
    }

    @Test
    void parametersThatNoArrayCanHoldAreRefusedAtTheirLayer() {
        refused("layer 1 (linear), input 70000", () -> Network.input(1).linear(70_000)
                .linear(70_000).meanSquaredError());
        refused("layer 0 (conv2d), input 65536x1x1", () -> Network.input(65_536, 1, 1)
                .conv2d(65_536, 1).meanSquaredError());
        assertEquals(65_536 * 32_767L + 32_767,
                Network.input(65_536).linear(32_767).meanSquaredError().parameterCount());
    }

    private static void refused(String where, Executable build) {
        String message = assertThrows(NetworkException.class, build).getMessage();
        assertTrue(message.startsWith(where), message);
    }
}
