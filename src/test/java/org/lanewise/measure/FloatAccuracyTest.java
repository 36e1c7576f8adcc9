package org.lanewise.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.io.Rounds;
import org.lanewise.spec.BatchNorm;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.GroupNorm;
import org.lanewise.spec.Layer;
import org.lanewise.spec.LayerNorm;
import org.lanewise.spec.Linear;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

/**
 * Layers in single precision against the direct algorithm in double precision, computed from the same floats: the
 * largest error of outputs and gradients, as a part of the largest element.
 */
class FloatAccuracyTest {
    private static final int SEED = 20_260_302 + Rounds.seed();
    private static final int PROBLEMS = Rounds.of(60);
    private static final double BOUND_OF_SUMS = 1e-5;
    private static final double BOUND_OF_TILES = 3e-5;

    private record Problem(Layer layer, Shape input, int batch) {
        Passes.Result[] results(Precision precision, Algorithm algorithm, double least) {
            Random random = new Random(SEED);
            try (LayerPasses passes = Passes.of(layer, input, batch,
                    new Execution(Backend.AUTO, algorithm, precision, 2))) {
                passes.fill(() -> random.nextFloat((float) least, 1));
                passes.run(Pass.STEP);
                return passes.results(Pass.STEP).toArray(Passes.Result[]::new);
            }
        }

        /** By arrays, of numbers of both signs and of one, whose errors add up. */
        Map<String, Double> errors(Algorithm algorithm) {
            Map<String, Double> errors = new TreeMap<>();
            for (int least = -1; least <= 0; least++) {
                Passes.Result[] expected = results(Precision.DOUBLE, Algorithm.DIRECT, least);
                Passes.Result[] found = results(Precision.SINGLE, algorithm, least);
                for (int i = 0; i < expected.length; i++) {
                    errors.merge(expected[i].name(),
                            error(expected[i].values(), found[i].values()), Math::max);
                }
            }
            return errors;
        }

        @Override
        public String toString() {
            return layer + " of " + input + ", " + batch + " samples";
        }
    }

    private static double error(double[] expected, double[] found) {
        double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        double worst = 0.0;
        for (int i = 0; i < expected.length; i++) {
            // NaN stays.
            worst = Math.max(worst, Math.abs(expected[i] - found[i]) / scale);
        }
        return worst;
    }

    private static Problem conv(int ic, int oc, int groups, int size, int kernel, int batch) {
        return new Problem(new Conv2d(oc, Window.of(kernel).padding(kernel / 2), groups, true),
                new Shape.Image(ic, size, size), batch);
    }

    private static Problem flat(Layer layer, int features, int batch) {
        return new Problem(layer, new Shape.Flat(features), batch);
    }

    private static Problem maps(Layer layer, int channels, int size, int batch) {
        return new Problem(layer, new Shape.Image(channels, size, size), batch);
    }

    static Stream<Problem> longSums() {
        return Stream.of(conv(3, 8, 1, 32, 3, 128), conv(1, 4, 1, 28, 5, 600),
                conv(1, 6, 1, 1, 1, 70_000), conv(2, 3, 1, 224, 3, 8), conv(64, 64, 1, 8, 3, 512),
                conv(256, 136, 1, 7, 1, 1000), conv(16, 16, 16, 112, 3, 16),
                flat(new Linear(5), 17, 1000), flat(new Linear(3), 40, 10_000),
                flat(new Linear(4), 30, 100_000), flat(new Linear(70), 100, 20_000),
                flat(new BatchNorm(), 5, 100_000), maps(new BatchNorm(), 7, 224, 8),
                maps(new GroupNorm(2), 6, 224, 8), maps(new LayerNorm(), 6, 112, 8),
                flat(new LayerNorm(), 5, 100_000), flat(new LayerNorm(), 20_000, 5));
    }

    @ParameterizedTest
    @MethodSource("longSums")
    void longSumsKeepTheirDigits(Problem problem) {
        requireNear(problem, Algorithm.DIRECT, BOUND_OF_SUMS);
    }

    private static Problem random(Random random) {
        int batch = random.nextInt(1, 40);
        int size = random.nextInt(3, 30);
        int channels = random.nextInt(1, 50);
        return switch (random.nextInt(8)) {
            case 0 -> flat(new Linear(random.nextInt(1, 200)), random.nextInt(1, 2000),
                    random.nextInt(1, 3000));
            case 1 -> flat(new BatchNorm(), channels, random.nextInt(2, 3000));
            case 2 -> maps(new BatchNorm(), channels, size, batch);
            case 3 -> maps(new GroupNorm(random.nextInt(1, 4)), 12 * random.nextInt(1, 8), size,
                    batch);
            case 4 -> maps(new LayerNorm(), channels, size, batch);
            case 5 -> {
                int groups = random.nextInt(1, 9);
                yield conv(groups * random.nextInt(1, 9), groups * random.nextInt(1, 9), groups,
                        size, random.nextInt(1, 6), batch);
            }
            default -> {
                int kernel = random.nextInt(1, 6);
                yield new Problem(new Conv2d(random.nextInt(1, 60), Window.of(kernel)
                        .padding(kernel / 2).stride(random.nextInt(1, 3))),
                        new Shape.Image(channels, size + 5, random.nextInt(8, 30)), batch);
            }
        };
    }

    @Test
    void directSumsAreNearThoseOfDoubles() {
        Random random = new Random(SEED);
        compare(Stream.generate(() -> random(random)).limit(PROBLEMS).toList(), Algorithm.DIRECT,
                BOUND_OF_SUMS);
    }

    @Test
    void tilesAreNearDirectSumsOfDoubles() {
        Random random = new Random(SEED);
        Stream<Problem> drawn = Stream.generate(() -> conv(16 * random.nextInt(1, 5),
                16 * random.nextInt(1, 5), 1, random.nextInt(12, 26), 3 + 2 * random.nextInt(3),
                random.nextInt(1, 6)));
        Stream<Problem> large = Stream.of(conv(64, 64, 1, 8, 3, 512), conv(32, 16, 1, 56, 3, 64),
                conv(16, 16, 1, 224, 3, 4), conv(64, 64, 1, 8, 5, 64),
                conv(64, 64, 1, 12, 7, 64));
        compare(Stream.concat(large, drawn.limit(PROBLEMS)).toList(), Algorithm.AUTO,
                BOUND_OF_TILES);
    }

    /** Tiles of 7x7 windows have errors beyond the contract where more channels are summed. */
    @ParameterizedTest
    @CsvSource({"128, 64, false", "144, 64, true", "64, 144, true"})
    void sumsOfManyChannelsAreDirect(int channels, int outChannels, boolean direct) {
        for (int stride = 1; stride <= 2; stride++) {
            Conv2d conv = new Conv2d(outChannels, Window.of(7).padding(3).stride(stride));
            try (LayerPasses passes = Passes.of(conv, new Shape.Image(channels, 28, 28), 8,
                    new Execution(Backend.AUTO, Algorithm.AUTO, Precision.SINGLE, 1))) {
                assertEquals(direct, passes.algorithm().contains("direct"), passes.algorithm());
            }
        }
    }

    private static void compare(List<Problem> problems, Algorithm algorithm, double bound) {
        System.out.println("seed " + SEED);
        Map<String, Double> worst = new TreeMap<>();
        for (Problem problem : problems) {
            requireNear(problem, algorithm, bound).forEach((name, error) -> worst
                    .merge(problem.layer().type() + " " + name, error, Math::max));
        }
        System.out.println(problems.size() + " problems, the worst errors: " + worst);
    }

    private static Map<String, Double> requireNear(Problem problem, Algorithm algorithm,
            double bound) {
        Map<String, Double> errors = problem.errors(algorithm);
        errors.forEach((name, error) -> assertTrue(error <= bound, () -> String
                .format(Locale.ROOT, "%s of %s: error %.1e", name, problem, error)));
        return errors;
    }
}
