package org.lanewise.kernel;

import java.util.List;

/**
 * Convolution by windows of 3x3 by Winograd's tiles of 4x4, 7x7 or 8x8 outputs: a quarter to a sixth
 * of the multiplications of the direct sums, from which results differ by rounding, 1e-14 to 4e-13 of
 * the largest.
 *
 * <p>Maps stand with their channels last and with {@link #sourceHalo} and {@link #gradientHalo}
 * around them.
 */
public final class ConvWinograd implements AffineKernel {
    /** Channels that fill vectors of every width, so that no width chooses otherwise. */
    private static final int LANES = 8;

    /**
     * With fewer channels the transforms of maps weigh as much as the products, by an estimate; with
     * fewer pixels those of filters do: steps of 128 pixels take as long either way, of 144 0.96 and
     * of 196 0.73 to 0.78 of the direct time, measured when there were tiles of 4x4 alone.
     */
    private static final int FEWEST_CHANNELS = 32;
    private static final int FEWEST_PIXELS = 144;

    private final Fusion fusion;
    private final PassLoops loops;
    private final String sizes;
    private final WinogradPass forward;
    private final WinogradPass backwardInput;
    private final WinogradWeights backwardWeights;

    /**
     * Makes a convolution for which {@link #applies}.
     *
     * @param geometry shapes and strides
     * @param fusion what is computed along with it
     * @param capacity the most samples of one batch
     * @param scratch where working memory comes from
     * @param input whether {@link #backwardInput} will be called
     * @param weights whether {@link #backwardWeights} will be called
     */
    public ConvWinograd(ConvGeometry geometry, Fusion fusion, int capacity, Scratch scratch,
            boolean input, boolean weights) {
        WindowGeometry window = geometry.window();
        this.fusion = fusion;
        WinogradTiles outputs = outputTiles(window, geometry.ic(), geometry.oc(), capacity);
        WinogradTiles inputs = inputTiles(window, geometry.ic(), geometry.oc(), capacity);
        WinogradMaps maps = new WinogradMaps(outputs, window.ph(), window.pw(), geometry.src(),
                geometry.dst());
        this.loops = new PassLoops(outputs.tile().loops(), input ? inputs.tile().loops() : null,
                weights ? outputs.tile().loops() : null);
        this.sizes = outputs.tile() == inputs.tile() || !input
                ? outputs.tile().size()
                : outputs.tile().size() + "/" + inputs.tile().size();
        this.forward = WinogradPass.of(maps, geometry.ic(), geometry.oc(), false, capacity,
                scratch);
        this.backwardInput = input
                ? WinogradPass.of(
                        new WinogradMaps(inputs, 2 - window.ph(), 2 - window.pw(),
                                geometry.dst(), geometry.src()),
                        geometry.oc(), geometry.ic(), true, capacity, scratch)
                : null;
        this.backwardWeights = weights
                ? new WinogradWeights(maps, geometry.ic(), geometry.oc(), capacity, scratch)
                : null;
    }

    /**
     * {@return what speaks against tiles, in words, or null if nothing does: a rule of shapes alone}
     *
     * @param window the sliding window
     * @param g groups
     * @param ic input channels
     * @param oc output channels
     * @param samples the most samples of one batch
     */
    public static String obstacle(WindowGeometry window, int g, int ic, int oc, int samples) {
        if (window.kh() != 3 || window.kw() != 3) {
            return "window of " + window.kh() + "x" + window.kw();
        }
        if (window.sh() != 1 || window.sw() != 1) {
            return "stride " + window.sh() + "x" + window.sw();
        }
        if (window.dh() != 1 || window.dw() != 1) {
            return "dilation " + window.dh() + "x" + window.dw();
        }
        if (window.ph() > 2 || window.pw() > 2) {
            return "padding " + window.ph() + "x" + window.pw();
        }
        if (g != 1) {
            return g + " groups";
        }
        if (Math.min(ic, oc) < FEWEST_CHANNELS || ic % LANES != 0 || oc % LANES != 0) {
            return ic + " -> " + oc + " channels; tiles want multiples of " + LANES + " from "
                    + FEWEST_CHANNELS + " on";
        }
        long pixels = (long) samples * window.oh() * window.ow();
        return pixels < FEWEST_PIXELS
                ? pixels + " output pixels a batch, fewer than " + FEWEST_PIXELS
                : null;
    }

    /**
     * {@return what speaks for tiles, in words}
     *
     * @param window the sliding window
     * @param ic input channels
     * @param oc output channels
     * @param samples the most samples of one batch
     */
    public static String reason(WindowGeometry window, int ic, int oc, int samples) {
        return "3x3, stride 1, " + ic + " -> " + oc + " channels, " + samples + " images of "
                + window.oh() + "x" + window.ow();
    }

    /** How outputs are cut into tiles. */
    private static WinogradTiles outputTiles(WindowGeometry window, int ic, int oc, int samples) {
        return new WinogradTiles(
                WinogradTile.cheapest(window.oh(), window.ow(), samples, ic, oc), window.oh(),
                window.ow());
    }

    /** How inputs, which the way back makes, are cut into tiles. */
    private static WinogradTiles inputTiles(WindowGeometry window, int ic, int oc, int samples) {
        return new WinogradTiles(
                WinogradTile.cheapest(window.ih(), window.iw(), samples, oc, ic), window.ih(),
                window.iw());
    }

    /**
     * {@return the zeros around the input that the passes read}
     *
     * @param window the sliding window
     * @param ic input channels
     * @param oc output channels
     * @param samples the most samples of one batch
     */
    public static Layout.Halo sourceHalo(WindowGeometry window, int ic, int oc, int samples) {
        return outputTiles(window, ic, oc, samples).read(window.ph(), window.pw(), window.ih(),
                window.iw());
    }

    /**
     * {@return the zeros around the output's gradient that the ways back read}
     *
     * @param window the sliding window
     * @param ic input channels
     * @param oc output channels
     * @param samples the most samples of one batch
     */
    public static Layout.Halo gradientHalo(WindowGeometry window, int ic, int oc, int samples) {
        return inputTiles(window, ic, oc, samples)
                .read(2 - window.ph(), 2 - window.pw(), window.oh(), window.ow())
                .with(outputTiles(window, ic, oc, samples).beyond());
    }

    @Override
    public String algorithm() {
        return "winograd-" + sizes;
    }

    @Override
    public PassLoops loops() {
        return loops;
    }

    @Override
    public List<Job> forward(double[] src, double[] weights, double[] bias, double[] dst) {
        return forward.jobs(src, weights, bias, fusion.rectify(), null, dst);
    }

    @Override
    public List<Job> backwardInput(double[] diffDst, double[] weights, double[] src,
            double[] diffSrc) {
        return backwardInput.jobs(diffDst, weights, null, false,
                fusion.rectified() ? src : null, diffSrc);
    }

    @Override
    public List<Job> backwardWeights(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        return backwardWeights.jobs(src, diffDst, diffWeights, diffBias);
    }
}
