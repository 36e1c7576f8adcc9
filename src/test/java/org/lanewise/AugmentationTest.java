package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernel.Elements.doubles;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.plan.Plan;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.Team;
import org.lanewise.random.Philox;
import org.lanewise.spec.Augmentation;
import org.lanewise.spec.Augmentation.ColorJitter;
import org.lanewise.spec.Augmentation.Crop;
import org.lanewise.spec.Augmentation.Cutout;
import org.lanewise.spec.Augmentation.Flip;
import org.lanewise.spec.Augmentation.Padding;
import org.lanewise.spec.Network;
import org.lanewise.spec.Normalization;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Shape;

/** Augmentations against plain definitions, the same whatever the batch, and resumed exactly. */
class AugmentationTest {
    private static final long SEED = 41;
    private static final Normalization MEANS = Normalization.of(new double[] {0.5, 0.25, 0.75},
            new double[] {1, 2, 4});

    static Stream<Arguments> lists() {
        Shape wide = new Shape.Image(3, 5, 7);
        Shape high = new Shape.Image(3, 8, 4);
        Shape grey = new Shape.Image(1, 6, 6);
        return Stream.of(Arguments.of(wide, List.of(new Flip(false))),
                Arguments.of(wide, List.of(new Flip(true))),
                Arguments.of(high, List.of(new Crop(3, Padding.REFLECT))),
                Arguments.of(high, List.of(new Crop(1, Padding.ZERO))),
                Arguments.of(wide, List.of(new Crop(9, Padding.ZERO))),
                Arguments.of(wide, List.of(new Cutout(5))),
                Arguments.of(high, List.of(new Cutout(1))),
                Arguments.of(wide, List.of(new ColorJitter(0.4, 0, 0))),
                Arguments.of(wide, List.of(new ColorJitter(0, 1.5, 0))),
                Arguments.of(wide, List.of(new ColorJitter(0, 0, 0.3))),
                Arguments.of(grey, List.of(new ColorJitter(0.1, 0.2, 0.3))),
                Arguments.of(wide, List.of(new ColorJitter(0.4, 0.4, 0.4), new Flip(false),
                        new Crop(2, Padding.REFLECT), new Cutout(3), new Flip(false))));
    }

    /** A pixel of maps, as the definitions see them. */
    @FunctionalInterface
    private interface Maps {
        double at(int c, int y, int x);
    }

    private static int[] words(int stream, int epoch, int stage, int sample, int block) {
        int[] words = new int[4];
        Philox.block(Philox.key(SEED, stream), epoch, stage, sample, block, words, 0);
        return words;
    }

    private static int mirrored(int at, int size) {
        return at < 0 ? -at : at >= size ? 2 * size - 2 - at : at;
    }

    private static double clamped(double value) {
        return Math.max(0, Math.min(1, value));
    }

    private static double factor(double x, int high, int low) {
        double uniform = (double) ((high >>> 5) * (1L << 26) + (low >>> 6)) / (1L << 53);
        return Math.max(0, 1 - x) + uniform * (1 + x - Math.max(0, 1 - x));
    }

    private static Maps expected(Augmentation one, int stage, int epoch, int sample,
            Shape.Image shape, double[] fill, Maps before) {
        int height = shape.height();
        int width = shape.width();
        switch (one) {
            case Flip(boolean alternating) -> {
                boolean bit = words(Philox.FLIP, alternating ? 0 : epoch, stage, sample, 0)[0] < 0;
                boolean mirror = alternating && epoch % 2 == 1 ? !bit : bit;
                return (c, y, x) -> before.at(c, y, mirror ? width - 1 - x : x);
            }
            case Crop(int padding, Padding mode) -> {
                int[] words = words(Philox.CROP, epoch, stage, sample, 0);
                int top = Philox.below(words[0], 2 * padding + 1);
                int left = Philox.below(words[1], 2 * padding + 1);
                return (c, y, x) -> {
                    int row = y + top - padding;
                    int column = x + left - padding;
                    if (mode == Padding.REFLECT) {
                        return before.at(c, mirrored(row, height), mirrored(column, width));
                    }
                    return row < 0 || row >= height || column < 0 || column >= width
                            ? fill[c]
                            : before.at(c, row, column);
                };
            }
            case Cutout(int size) -> {
                int[] words = words(Philox.CUTOUT, epoch, stage, sample, 0);
                int top = Philox.below(words[0], height) - size / 2;
                int left = Philox.below(words[1], width) - size / 2;
                return (c, y, x) -> y >= top && y < top + size && x >= left && x < left + size
                        ? fill[c]
                        : before.at(c, y, x);
            }
            case ColorJitter(double brightness, double contrast, double saturation) -> {
                int[] first = words(Philox.COLOR_JITTER, epoch, stage, sample, 0);
                int[] second = words(Philox.COLOR_JITTER, epoch, stage, sample, 1);
                double f = factor(brightness, first[0], first[1]);
                Maps bright = f == 1 ? before : (c, y, x) -> clamped(f * before.at(c, y, x));
                double sum = 0;
                for (int i = 0; i < height * width; i++) {
                    sum += grey(bright, shape, i / width, i % width);
                }
                double mean = sum / (height * width);
                double g = factor(contrast, first[2], first[3]);
                Maps contrasting = g == 1
                        ? bright
                        : (c, y, x) -> clamped(g * bright.at(c, y, x) + (1 - g) * mean);
                double h = factor(saturation, second[0], second[1]);
                return h == 1 || shape.channels() == 1
                        ? contrasting
                        : (c, y, x) -> clamped(h * contrasting.at(c, y, x)
                                + (1 - h) * grey(contrasting, shape, y, x));
            }
        }
    }

    private static double grey(Maps maps, Shape.Image shape, int y, int x) {
        return shape.channels() == 1
                ? maps.at(0, y, x)
                : 0.2989 * maps.at(0, y, x) + 0.587 * maps.at(1, y, x) + 0.114 * maps.at(2, y, x);
    }

    @ParameterizedTest
    @MethodSource("lists")
    void equalsTheDefinition(Shape.Image shape, List<Augmentation> list) {
        Normalization normalization = shape.channels() == 3 ? MEANS : Normalization.NONE;
        double[] fill = shape.channels() == 3 ? new double[] {0.5, 0.25, 0.75} : new double[1];
        Augmenter augmenter = new Augmenter(list, SEED, shape, normalization);
        int each = (int) shape.size();
        RandomState random = new RandomState(SEED);
        int changed = 0;
        for (int sample = 0; sample < 60; sample++) {
            double[] plain = new double[each];
            Arrays.setAll(plain, _ -> random.nextDouble());
            for (int epoch = 0; epoch < 3; epoch++) {
                Maps maps = (c, y, x) -> plain[(c * shape.height() + y) * shape.width() + x];
                for (int stage = 0; stage < list.size(); stage++) {
                    maps = expected(list.get(stage), stage, epoch, sample, shape, fill, maps);
                }
                double[] found = new double[each + 2];
                System.arraycopy(plain, 0, found, 1, each);
                augmenter.apply(epoch, sample, found, 1);
                double[] wanted = new double[each + 2];
                for (int i = 0; i < each; i++) {
                    int area = shape.height() * shape.width();
                    wanted[i + 1] = maps.at(i / area, i % area / shape.width(),
                            i % shape.width());
                }
                assertArrayEquals(wanted, found, "sample " + sample + ", epoch " + epoch);
                changed += Arrays.equals(plain, Arrays.copyOfRange(found, 1, each + 1)) ? 0 : 1;
            }
        }
        assertTrue(changed > 30, changed + " samples were changed");
    }

    @Test
    void everyPlaceOfACropAppearsAndAnAlternatingFlipAlternates() {
        Shape.Image shape = new Shape.Image(1, 3, 3);
        Augmenter crop = new Augmenter(List.of(new Crop(2, Padding.ZERO)), 1, shape,
                Normalization.NONE);
        Augmenter flip = new Augmenter(List.of(new Flip(true)), 1, shape, Normalization.NONE);
        Set<String> crops = new HashSet<>();
        int mirrored = 0;
        for (int sample = 0; sample < 1000; sample++) {
            double[] values = {1, 2, 3, 4, 5, 6, 7, 8, 9};
            crop.apply(0, sample, values, 0);
            crops.add(Arrays.toString(values));
            double[] first = {1, 2, 3, 4, 5, 6, 7, 8, 9};
            double[] second = first.clone();
            flip.apply(0, sample, first, 0);
            flip.apply(1, sample, second, 0);
            assertEquals(4, first[0] + second[0]);
            mirrored += first[0] == 3 ? 1 : 0;
        }
        assertEquals(25, crops.size());
        assertEquals(500, mirrored, 80);
    }

    static Stream<Arguments> wrong() {
        Shape flat = new Shape.Flat(12);
        Shape small = new Shape.Image(3, 4, 9);
        return Stream.of(
                refused("crop: padding is 0, expected 1 to 10000 pixels on each side",
                        () -> new Crop(0, Padding.ZERO)),
                refused("cutout: size is 0, expected at least 1 pixel", () -> new Cutout(0)),
                refused("color_jitter: contrast is NaN, expected a finite number of at least 0",
                        () -> new ColorJitter(0, Double.NaN, 0)),
                refused("color_jitter: saturation is -0.1, expected a finite number of at least 0",
                        () -> new ColorJitter(0, 0, -0.1)),
                refused("color_jitter: brightness is Infinity, expected a finite number of at"
                        + " least 0", () -> new ColorJitter(Double.POSITIVE_INFINITY, 0, 0)),
                refused("flip: expected images, found flat inputs of 12 features",
                        () -> new Flip(false).requireFit(flat)),
                refused("crop=4:reflect: maps of 4x9 have too few pixels to mirror 4 of them;"
                        + " reflect needs a padding below 4",
                        () -> new Crop(4, Padding.REFLECT).requireFit(small)),
                refused("cutout=5: the square is larger than maps of 4x9; expected at most 4",
                        () -> new Cutout(5).requireFit(small)),
                refused("color_jitter=0.1:0.0:0.0: expected images of 1 channel or 3, found 2x4x4",
                        () -> new ColorJitter(0.1, 0, 0).requireFit(new Shape.Image(2, 4, 4))));
    }

    private static Arguments refused(String message, Executable run) {
        return Arguments.of(message, run);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatCannotBeIsRefused(String message, Executable run) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, run).getMessage());
        new Crop(3, Padding.REFLECT).requireFit(new Shape.Image(3, 4, 9));
        new Crop(4, Padding.ZERO).requireFit(new Shape.Image(3, 4, 4));
        new Cutout(4).requireFit(new Shape.Image(2, 4, 9));
    }

    private static final Network NETWORK = Network.input(3, 8, 9).conv2d(4, 3).relu().maxPool2d(2)
            .flatten().linear(3).softmaxCrossEntropy();

    private static Samples samples(int count) {
        byte[] pixels = new byte[count * 216];
        RandomState random = new RandomState(5);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (256 * random.nextDouble());
        }
        int[] labels = IntStream.range(0, count).map(i -> i % 3).toArray();
        return Samples.labelled(NETWORK.input(), pixels, labels)
                .normalize(new double[] {0.5, 0.4, 0.3}, new double[] {0.25, 0.3, 0.2});
    }

    private static TrainingOptions options() {
        return TrainingOptions.of(Optimizer.sgd(0.05).momentum(0.9)).batchSize(5).seed(SEED)
                .augment(List.of(new Flip(false), new Crop(2, Padding.REFLECT), new Cutout(3),
                        new ColorJitter(0.2, 0.2, 0.2)));
    }

    private static double[] flat(Trainer trainer) {
        return trainer.parameters().list().stream()
                .flatMapToDouble(found -> Arrays.stream(found.values())).toArray();
    }

    /** From every step, on other numbers of threads, by the other kernels. */
    @ParameterizedTest
    @MethodSource("dropLast")
    void resumesFromTheMiddleOfAnEpoch(boolean dropLast) {
        TrainingOptions options = options().dropLast(dropLast);
        Trainer whole = new Trainer(NETWORK, options.backend(Backend.VECTOR));
        List<TrainingState> states = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        TrainingListener record = new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                states.add(whole.state());
                losses.add(progress.loss());
            }
        };
        whole.train(samples(23), Optional.of(samples(7)), 3, record);
        assertEquals(3 * (dropLast ? 4 : 5), states.size());
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            for (TrainingState state : states) {
                Trainer part = new Trainer(NETWORK, options.backend(Backend.SCALAR), pool);
                part.restore(state);
                part.train(samples(23), Optional.of(samples(7)), 3, TrainingListener.SILENT);
                assertArrayEquals(flat(whole), flat(part), state.position().toString());
            }
        }
        Trainer other = new Trainer(NETWORK, options.augment(List.of(new Flip(true))));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> other.restore(states.get(0)))
                .getMessage().contains("augmentations: found [flip, crop=2:reflect, cutout=3,"
                        + " color_jitter=0.2:0.2:0.2], expected [flip=alternating]"));
        Trainer last = new Trainer(NETWORK, options.dropLast(!dropLast));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> last.restore(states.get(0)))
                .getMessage().contains("drop_last: found " + dropLast));
    }

    /** The same sample of the same epoch, first in one batch and third in another. */
    @Test
    void aSampleIsAugmentedAlikeInAnyBatch() {
        List<double[]> inputs = new ArrayList<>();
        for (int batch : new int[] {1, 5, 23}) {
            TrainingOptions options = options().batchSize(batch);
            Plan plan = Plan.compile(NETWORK, options.plan(Purpose.TRAIN), Team.alone());
            BatchLoader loader = new BatchLoader(plan, samples(23), options);
            double[] all = new double[23 * 216];
            loader.begin(2, IntStream.range(0, 23).toArray(), 23);
            for (int start = 0; start < 23; start += batch) {
                int count = loader.loadAt(start);
                plan.inputs().read(0, all, start * 216, count * 216);
            }
            inputs.add(all);
        }
        assertArrayEquals(inputs.get(0), inputs.get(1));
        assertArrayEquals(inputs.get(0), inputs.get(2));

        // Without augmentations they are what the samples say, normalized; with one, normalized after.
        for (List<Augmentation> list : List.of(List.<Augmentation>of(),
                List.<Augmentation>of(new Cutout(3)))) {
            TrainingOptions options = options().augment(list);
            Plan plan = Plan.compile(NETWORK, options.plan(Purpose.TRAIN), Team.alone());
            BatchLoader loader = new BatchLoader(plan, samples(23), options);
            loader.begin(0, new int[] {7, 22}, 2);
            loader.loadAt(1);
            double[] expected = new double[216];
            samples(23).copyInput(22, expected, 0);
            int zeros = 0;
            for (int i = 0; i < 216; i++) {
                zeros += doubles(plan.inputs())[i] == 0 ? 1 : 0;
                assertTrue(
                        doubles(plan.inputs())[i] == expected[i] || doubles(plan.inputs())[i] == 0);
            }
            assertEquals(!list.isEmpty(), zeros >= 3 * 4);
        }
    }

    @Test
    void aSmallerLastBatchIsLeftOut() {
        Trainer trainer = new Trainer(NETWORK, options().dropLast(true));
        List<Integer> seen = new ArrayList<>();
        double[] sums = new double[2];
        trainer.train(samples(23), Optional.empty(), 1, new TrainingListener() {
            @Override
            public void step(TrainingProgress progress) {
                seen.add(progress.samples());
                assertEquals(4, progress.stepsPerEpoch());
                sums[0] += progress.loss() * 5;
            }

            @Override
            public void epoch(EpochReport report) {
                sums[1] = report.loss();
            }
        });
        assertEquals(List.of(5, 10, 15, 20), seen);
        assertEquals(sums[0] / 20, sums[1], 1e-14);
        assertEquals("4 samples are less than a batch of 5, and a smaller last batch is left out;"
                + " make batches smaller or keep the last one",
                assertThrows(IllegalArgumentException.class, () -> trainer.train(samples(4), 1,
                        TrainingListener.SILENT)).getMessage());
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeTheFirstStep() {
        Trainer trainer = new Trainer(NETWORK, options().augment(List.of(new Cutout(9))));
        assertEquals("cutout=9: the square is larger than maps of 8x9; expected at most 8",
                assertThrows(IllegalArgumentException.class, () -> trainer.train(samples(9), 1,
                        TrainingListener.SILENT)).getMessage());
        assertEquals(0, trainer.state().position().steps());
    }

    static Stream<Boolean> dropLast() {
        return Stream.of(false, true);
    }
}
