package org.lanewise.kernel;

/**
 * A convolution before its maps have places: what the choice among {@code Implementations} depends on.
 *
 * @param window the sliding window
 * @param g groups
 * @param ic input channels
 * @param oc output channels
 * @param samples the most samples of one batch
 * @param first whether its input is the caller's batch, which is copied in any case
 */
public record ConvProblem(
        WindowGeometry window,
        int g,
        int ic,
        int oc,
        int samples,
        boolean first) {
    /** So few do not fill vectors. */
    private static final int FEW_CHANNELS = 4;

    /**
     * {@return whether the input should stay NCHW, as images are: the pixels of a row are adjacent
     * then, and under the window too}
     */
    public boolean planes() {
        return first && ic <= FEW_CHANNELS && adjacent();
    }

    /** Whether the pixels of a line are neighbours, which they also are where there is one channel. */
    public boolean lines() {
        return planes() || ic == 1 && adjacent();
    }

    private boolean adjacent() {
        return g == 1 && window.sh() == 1 && window.sw() == 1;
    }

    /** Input channels of a group. */
    public int icg() {
        return ic / g;
    }

    /** Output channels of a group. */
    public int ocg() {
        return oc / g;
    }
}
