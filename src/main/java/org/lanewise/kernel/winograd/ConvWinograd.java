package org.lanewise.kernel.winograd;

import java.util.function.LongFunction;
import org.lanewise.kernel.BoundPass;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.ConvProblem;
import org.lanewise.kernel.Cpu;
import org.lanewise.kernel.FusedMaxPool;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.PostOps;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.WindowGeometry;

/**
 * Convolution by windows of 3x3, 5x5 and 7x7 by Winograd's tiles of 4x4 to 8x8 outputs: a quarter to a ninth of the
 * multiplications of the direct sums, from which results differ by rounding: in double precision 1e-14 to
 * 9e-13 of the largest, in single precision, whose tiles have 8x8 products at most, some 1e-5.
 *
 * <p>Maps are NHWC.
 */
public final class ConvWinograd {
    /** Channels that fill vectors of doubles of every width, and of floats half of the widest. */
    private static final int LANES = 8;

    /** Channels that fill vectors of every width, so that no width chooses otherwise. */
    private static final int WHOLE_VECTORS = Cpu.LINE / Double.BYTES;

    /**
     * From 16 channels on, steps take half the time of direct ones (measured: 16 -> 16 and 24 -> 64 on
     * maps of 32x32); with fewer the transforms of maps weigh more than the products. With fewer pixels
     * those of filters do: steps of 128 pixels take as long either way, of 144 0.96 and of 196 0.73 to
     * 0.78 of the direct time, measured when there were tiles of 4x4 alone.
     */
    private static final int FEWEST_CHANNELS = 16;
    private static final int FEWEST_PIXELS = 144;

    private ConvWinograd() {}

    /** Why it does not compute a convolution, in words; null if it does. */
    public static String refusal(ConvProblem problem) {
        WindowGeometry window = problem.window();
        int ic = problem.ic();
        int oc = problem.oc();
        if (window.kh() != window.kw() || !WinogradTile.exist(window.kh(), 1, 1)) {
            return "window of " + window.kh() + "x" + window.kw();
        }
        if (window.sh() != window.sw() || !WinogradTile.exist(window.kh(), window.sh(), 1)) {
            return window.kh() + "x" + window.kw() + " with stride " + window.sh() + "x"
                    + window.sw();
        }
        boolean dilated = window.dh() > 1 || window.dw() > 1;
        boolean strided = window.sh() > 1;
        if (strided && dilated) {
            return "stride " + window.sh() + "x" + window.sw() + " and dilation " + window.dh()
                    + "x" + window.dw();
        }
        if (window.ph() > reach(window.kh(), window.dh())
                || window.pw() > reach(window.kw(), window.dw())) {
            return "padding " + window.ph() + "x" + window.pw();
        }
        if (problem.g() != 1) {
            return problem.g() + " groups";
        }
        if (Math.min(ic, oc) < FEWEST_CHANNELS || ic % LANES != 0 || oc % LANES != 0) {
            return ic + " -> " + oc + " channels; tiles need multiples of " + LANES + " from "
                    + FEWEST_CHANNELS + " on";
        }
        if (!WinogradTile.exist(window.kh(), window.sh(), Math.max(ic, oc))) {
            return "sums over " + Math.max(ic, oc) + " channels of " + window.kh() + "x"
                    + window.kw() + ", which tiles compute less exactly";
        }
        long pixels = (long) problem.samples() * window.oh() * window.ow();
        if (pixels < FEWEST_PIXELS) {
            return pixels + " output pixels a batch, fewer than " + FEWEST_PIXELS;
        }
        WinogradTiles tiles = outputTiles(problem);
        if (tiles.tile().parts > 1 && (ic % WHOLE_VECTORS != 0 || oc % WHOLE_VECTORS != 0)) {
            return ic + " -> " + oc + " channels; parts of windows need multiples of "
                    + WHOLE_VECTORS;
        }
        // Tiles of 4x4 for neighbouring taps of 3x3 are worth it on maps of 3x3 too.
        long direct = pixels * window.kh() * window.kw() * ic * oc;
        boolean small = window.kh() == 3 && !dilated;
        return !small && tiles.cost(problem.samples(), ic, oc) >= direct
                ? "tiles that compute too much beyond maps of " + window.oh() + "x" + window.ow()
                        + ", dilation " + window.dh() + "x" + window.dw()
                : null;
    }

    /** {@return what speaks for tiles, in words} */
    public static String reason(ConvProblem problem) {
        WindowGeometry window = problem.window();
        return window.kh() + "x" + window.kw() + ", stride " + window.sh() + ", " + problem.ic()
                + " -> "
                + problem.oc() + " channels, "
                + problem.samples() + " images of " + window.oh() + "x" + window.ow();
    }

    /** {@return whether it can also compute a max pooling by windows of 2x2: no tile ends within one} */
    public static boolean poolsByTwo(ConvProblem problem) {
        WinogradTiles tiles = outputTiles(problem);
        boolean even = tiles.tile().m % 2 == 0;
        return tiles.tile().parts == 1 && tiles.dh() == 1 && tiles.dw() == 1
                && problem.oc() % WHOLE_VECTORS == 0
                && (even || tiles.down() == 1)
                && (even || tiles.across() == 1);
    }

    /**
     * {@return such a max pooling}
     *
     * @param integers allocates some, or returns null where no backward pass follows
     */
    public static FusedMaxPool maxPool(ConvProblem problem, LongFunction<int[]> integers) {
        int h = problem.window().oh() / 2;
        int w = problem.window().ow() / 2;
        int groups = problem.oc() / PooledTile.GROUP;
        return new FusedMaxPool(h, w, groups,
                integers.apply((long) problem.samples() * h * w * groups));
    }

    /** Pixels from the first tap to the last. */
    private static int reach(int taps, int distance) {
        return (taps - 1) * distance;
    }

    /** Gradients of outputs before a tile's first input that reads them. */
    private static int before(WinogradTiles tiles, int reach, int padding) {
        return tiles.phases() == null
                ? reach - padding
                : tiles.tile().r - 1 - padding / tiles.tile().stride;
    }

    /** How outputs are cut into tiles. */
    private static WinogradTiles outputTiles(WindowGeometry window, int ic, int oc, int samples) {
        return WinogradTiles.cheapest(window, false, samples, ic, oc);
    }

    private static WinogradTiles outputTiles(ConvProblem problem) {
        return outputTiles(problem.window(), problem.ic(), problem.oc(), problem.samples());
    }

    /** How inputs, whose gradient is computed, are cut into tiles. */
    private static WinogradTiles inputTiles(WindowGeometry window, int ic, int oc, int samples) {
        return WinogradTiles.cheapest(window, true, samples, oc, ic);
    }

    /** The zeros around the input that tiles read. */
    public static Layout.Halo sourceHalo(ConvProblem problem) {
        WindowGeometry window = problem.window();
        return outputTiles(problem).read(window.ph(), window.pw(), window.ih(), window.iw());
    }

    /** The zeros around the output's gradient that tiles of the input read. */
    public static Layout.Halo inputGradientHalo(ConvProblem problem) {
        WindowGeometry window = problem.window();
        WinogradTiles tiles = inputTiles(window, problem.ic(), problem.oc(), problem.samples());
        return tiles.read(before(tiles, reach(window.kh(), window.dh()), window.ph()),
                before(tiles, reach(window.kw(), window.dw()), window.pw()), window.oh(),
                window.ow());
    }

    /** The zeros around the output's gradient that tiles of the output reach beyond it. */
    public static Layout.Halo weightGradientHalo(ConvProblem problem) {
        return outputTiles(problem).beyond();
    }

    public static BoundPass forward(ConvGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        WinogradMaps maps = outputs(geometry, postOps, capacity);
        WinogradPass pass = WinogradPass.of(maps, maps.tiles().sources() * geometry.ic(),
                geometry.oc(), false,
                capacity,
                scratch);
        return bound(maps, (src, weights, bias, dst) -> pass.tasks(src, weights, bias,
                postOps.fuseRelu(), null, dst));
    }

    public static BoundPass backwardInput(ConvGeometry geometry, PostOps postOps,
            int capacity, Scratchpad scratch) {
        WindowGeometry window = geometry.window();
        WinogradTiles tiles = inputTiles(window, geometry.ic(), geometry.oc(), capacity);
        WinogradMaps maps = new WinogradMaps(tiles,
                before(tiles, reach(window.kh(), window.dh()), window.ph()),
                before(tiles, reach(window.kw(), window.dw()), window.pw()), geometry.dst(),
                geometry.src(), postOps.maxPool(), null);
        WinogradPass pass = WinogradPass.of(maps, tiles.sources() * geometry.oc(),
                tiles.targets() * geometry.ic(), true, capacity, scratch);
        return bound(maps, (diffDst, weights, src, diffSrc) -> pass.tasks(diffDst, weights, null,
                false, postOps.reluMask() ? src : null, diffSrc));
    }

    public static BoundPass backwardWeights(ConvGeometry geometry, PostOps postOps,
            int capacity, Scratchpad scratch) {
        WinogradMaps maps = outputs(geometry, postOps, capacity);
        return bound(maps, new WinogradWeights(maps, geometry.ic(), geometry.oc(), capacity,
                scratch)::tasks);
    }

    private static WinogradMaps outputs(ConvGeometry geometry, PostOps postOps, int capacity) {
        WindowGeometry window = geometry.window();
        return new WinogradMaps(outputTiles(window, geometry.ic(), geometry.oc(), capacity),
                window.ph(), window.pw(), geometry.src(), geometry.dst(), null, postOps.maxPool());
    }

    private static BoundPass bound(WinogradMaps maps, BoundPass.OfDoubles tasks) {
        WinogradTile tile = maps.tiles().tile();
        return BoundPass.ofDoubles(tile.size(), tile.info(), tasks);
    }
}
