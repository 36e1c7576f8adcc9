package org.lanewise.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lanewise.RandomState;
import org.lanewise.measure.Execution;
import org.lanewise.measure.Passes;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Size;
import org.lanewise.spec.Window;

/**
 * Small convolutions of random shape: channels from one to beyond two of the widest vectors, and
 * every option of a window, down and across apart.
 *
 * <p>Hardly any of those may be computed by Winograd's tiles, so every eighth is of 3x3, 5x5 or 7x7
 * with whole vectors of channels, some strided or with taps that are two pixels apart, some with too few pixels for tiles.
 */
public final class RandomProblems {
    private static final int TILES_OF = 8;

    /** Shapes that are drawn for one that tiles compute. */
    private static final int TRIES = 50;

    /** The windows that tiles compute. */
    public static final List<TileWindow> TILE_WINDOWS = List.of(new TileWindow(3, 1, false),
            new TileWindow(3, 1, true), new TileWindow(5, 1, false), new TileWindow(5, 1, true),
            new TileWindow(5, 2, false), new TileWindow(7, 1, false), new TileWindow(7, 1, true),
            new TileWindow(7, 2, false));

    /**
     * A kind of window.
     *
     * @param kernel taps down and across
     * @param stride down and across
     * @param dilated whether taps are two or three pixels apart
     */
    public record TileWindow(int kernel, int stride, boolean dilated) {
        @Override
        public String toString() {
            return kernel + "x" + kernel + (stride == 1 ? "" : " s" + stride)
                    + (dilated ? " dilated" : "");
        }
    }

    private final RandomState random;

    private RandomProblems(long seed) {
        this.random = new RandomState(seed);
    }

    /** The first problems of a seed. */
    public static List<Problem> of(int count, long seed) {
        RandomProblems shapes = new RandomProblems(seed);
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = "random " + i + " of seed " + seed;
            problems.add(i % TILES_OF == TILES_OF - 1 ? shapes.tiles(name) : shapes.next(name));
        }
        return problems;
    }

    /**
     * Convolutions that Winograd's tiles compute, of 16 to 128 channels.
     *
     * @param window of all
     * @param count how many there are, fewer only where tiles compute hardly any
     * @param seed of the shapes
     * @param execution says what tiles compute
     */
    public static Stream<Problem.OneLayer> ofTiles(TileWindow window, int count, long seed,
            Execution execution) {
        RandomProblems shapes = new RandomProblems(seed);
        return IntStream.rangeClosed(1, TRIES * count)
                .mapToObj(i -> shapes.tiles(window + " " + i + " of seed " + seed, window.kernel,
                        window.stride, window.dilated ? shapes.from(2, 3) : 1,
                        () -> 16 * shapes.from(1, 8)))
                .filter(problem -> {
                    try (Passes passes = problem.passes(execution)) {
                        return !passes.algorithm().equals(LayerPlan.DIRECT);
                    }
                }).limit(count);
    }

    private Problem next(String name) {
        Size kernel = new Size(from(1, 5), from(1, 5));
        Size stride = new Size(from(1, 3), from(1, 3));
        Size padding = new Size(from(0, 2), from(0, 2));
        Size paddingEnd = from(0, 2) > 0 ? padding : new Size(from(0, 3), from(0, 3));
        Size dilation = new Size(from(1, 2), from(1, 2));
        int groups = from(1, 4) == 1 ? from(2, 3) : 1;
        Shape.Image input = new Shape.Image(groups * from(1, 19),
                side(kernel.height(), padding.height() + paddingEnd.height(), dilation.height()),
                side(kernel.width(), padding.width() + paddingEnd.width(), dilation.width()));
        Conv2d conv = new Conv2d(groups * from(1, 19),
                new Window(kernel, stride, padding, paddingEnd, dilation), groups, from(0, 3) > 0);
        return new Problem.OneLayer(name, from(1, 4), input, conv);
    }

    private Problem tiles(String name) {
        int kernel = 1 + 2 * Math.max(1, from(0, 3));
        int stride = from(0, 3) == 0 ? 2 : 1;
        int dilation = stride == 2 ? 1 : Math.max(1, from(0, 2));
        return tiles(name, kernel, stride, dilation, () -> 8 * from(4, 7));
    }

    private Problem.OneLayer tiles(String name, int kernel, int stride, int dilation,
            IntSupplier channels) {
        int most = (kernel - 1) * dilation;
        Shape.Image input = new Shape.Image(channels.getAsInt(), most + from(1, 19),
                most + from(1, 19));
        Conv2d conv = new Conv2d(channels.getAsInt(),
                Window.of(kernel).dilation(dilation).stride(stride)
                        .padding(from(0, most), from(0, most), from(0, most), from(0, most)),
                1,
                from(0, 3) > 0);
        return new Problem.OneLayer(name, from(1, 4), input, conv);
    }

    /** As many pixels as one window needs, or some more. */
    private int side(int kernel, int padding, int dilation) {
        return Math.max(1, dilation * (kernel - 1) + 1 - padding) + from(0, 12);
    }

    private int from(int low, int high) {
        return low + (int) (random.nextDouble() * (high - low + 1));
    }
}
