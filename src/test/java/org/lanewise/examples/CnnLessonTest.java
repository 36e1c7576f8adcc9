package org.lanewise.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.examples.CnnLesson.Forward;
import org.lanewise.examples.CnnLesson.Place;
import org.lanewise.examples.CnnLesson.Pooled;
import org.lanewise.spec.ReceptiveField;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

class CnnLessonTest {
    private static final double[][] PATCH = {{0.05, 0.08, 0.06, 0.07}, {0.12, 0.92, 0.88, 0.09},
            {0.08, 0.90, 0.93, 0.11}, {0.06, 0.07, 0.09, 0.05}};
    private static final double[][] KERNEL = {{-0.6, -0.6, -0.6}, {1.1, 1.1, 1.1},
            {-0.6, -0.6, -0.6}};
    private static final double[][] MAP = {{0.10, 0.42, 0.18, 0.30}, {0.25, 0.91, 0.44, 0.12},
            {0.08, 0.21, 0.77, 0.55}, {0.16, 0.14, 0.32, 0.49}};

    @Test
    void denseLayerOfAPhotoIsCountedNotAllocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        long parameters = CnnLesson.dense(224 * 224 * 3, 256).parameterCount();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertEquals(38_535_424, parameters);
        assertTrue(allocated < 1 << 20, allocated + " bytes");
    }

    @Test
    void parametersOfAConvolutionDoNotGrowWithTheImage() {
        for (int side : new int[] {3, 224, 1000}) {
            assertEquals(448, CnnLesson
                    .convolution(new Shape.Image(3, side, side), 16, Window.of(3))
                    .parameterCount());
        }
        assertEquals(new Shape.Image(8, 32, 32), CnnLesson.convolution(
                new Shape.Image(3, 64, 64), 8, Window.of(5).stride(2).padding(2)).output());
    }

    @Test
    void fieldsGrowLayerByLayer() {
        List<Window> windows = List.of(Window.of(3), Window.of(3), Window.of(2).stride(2),
                Window.of(3));
        assertEquals(List.of(new ReceptiveField(3, 3, 1, 1), new ReceptiveField(5, 5, 1, 1),
                new ReceptiveField(6, 6, 2, 2), new ReceptiveField(10, 10, 2, 2)),
                CnnLesson.receptiveFields(windows));
    }

    @Test
    void rowContributionsAddUpToTheResponseAnywhere() {
        double[][] map = CnnLesson.featureMap(PATCH, KERNEL);
        for (Place at : List.of(new Place(0, 0), new Place(0, 1), new Place(1, 0))) {
            double[] rows = CnnLesson.rowContributions(PATCH, KERNEL, at);
            assertEquals(map[at.row()][at.column()], rows[0] + rows[1] + rows[2], 1e-15);
            double middle = 1.1 * (PATCH[at.row() + 1][at.column()]
                    + PATCH[at.row() + 1][at.column() + 1]
                    + PATCH[at.row() + 1][at.column() + 2]);
            assertEquals(middle, rows[1], 1e-15);
        }
    }

    @Test
    void poolingKeepsTheLargestAndItsPlace() {
        Pooled pooled = CnnLesson.maxPool(MAP, Window.of(2).stride(2));
        assertArrayEquals(new double[][] {{0.91, 0.44}, {0.21, 0.77}}, pooled.values());
        assertEquals(List.of(new Place(1, 1), new Place(1, 2), new Place(2, 1),
                new Place(2, 2)), pooled.argmax());
        assertEquals(new Place(1, 1), CnnLesson.strongest(MAP));
        assertEquals(new Place(0, 2), CnnLesson.strongest(new double[][] {{1, 2, 3}, {3, 0, 3}}));
    }

    @Test
    void gradientOfPoolingGoesToTheArgmaxAlone() {
        double[][] gradient = CnnLesson.maxPoolGradient(MAP, Window.of(2).stride(2),
                new double[][] {{1, -2}, {0.5, 3}});
        double[][] expected = {{0, 0, 0, 0}, {0, 1, -2, 0}, {0, 0.5, 3, 0}, {0, 0, 0, 0}};
        for (int row = 0; row < 4; row++) {
            assertArrayEquals(expected[row], gradient[row], 1e-15);
            for (int column = 0; column < 4; column++) {
                assertEquals(expected[row][column] == 0, gradient[row][column] == 0);
            }
        }
    }

    @Test
    void winnerOfOverlappingWindowsGetsAllTheirGradients() {
        double[][] gradient = CnnLesson.maxPoolGradient(new double[][] {{1, 5, 2}, {0, 3, 4}},
                Window.of(2), new double[][] {{1, 2}});
        assertArrayEquals(new double[] {0, 3, 0}, gradient[0], 1e-15);
        assertArrayEquals(new double[] {0, 0, 0}, gradient[1]);
    }

    @Test
    void everyLayerOfTheForwardPassIsInView() {
        double[][] negative = {{0.6, 0.6, 0.6}, {-1.1, -1.1, -1.1}, {0.6, 0.6, 0.6}};
        Forward forward = CnnLesson.forward(PATCH, KERNEL, new double[][] {{1.4}, {-0.9}},
                new double[] {-0.2, 0.1});
        assertArrayEquals(new double[] {0.852, 0.789}, forward.featureMap()[0], 1e-15);
        assertArrayEquals(new double[] {0.817, 0.874}, forward.featureMap()[1], 1e-15);
        assertArrayEquals(forward.featureMap(), forward.activated());
        assertArrayEquals(new double[] {forward.featureMap()[1][1]}, forward.pooled());
        assertArrayEquals(new double[] {1.0236, -0.6866}, forward.logits(), 1e-15);

        Forward silenced = CnnLesson.forward(PATCH, negative, new double[][] {{1.4}, {-0.9}},
                new double[] {-0.2, 0.1});
        assertArrayEquals(new double[2][2], silenced.activated());
        assertArrayEquals(new double[] {-0.2, 0.1}, silenced.logits());
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertMessage(
                "kernel spans 1 * (5 - 1) + 1 = 5, but the padded input is only 2 + 2 * 1 = 4",
                () -> CnnLesson.outputSize(2, 5, 1, 1));
        assertMessage("map[1] has shape [1], but map[0] has shape [2]",
                () -> CnnLesson.strongest(new double[][] {{1, 2}, {3}}));
        assertMessage("gradient has shape [1, 2], but the pooled map has [2, 2]",
                () -> CnnLesson.maxPoolGradient(MAP, Window.of(2).stride(2),
                        new double[][] {{1, 2}}));
        assertMessage("4.weight: shape [2, 1] needs 2 values, found 4",
                () -> CnnLesson.forward(PATCH, KERNEL, new double[][] {{1, 2}, {3, 4}},
                        new double[2]));
    }

    private static void assertMessage(String message, Runnable call) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
