package org.lanewise.kernel;

import java.util.List;

/**
 * A convolution by Winograd's tiles, forward or back to the input, which is the same with filters
 * turned around and channels exchanged.
 */
sealed interface WinogradPass permits WinogradBlocks, WinogradPanels {
    /** Number of tiles up to which writing transformed filters to memory does not pay. */
    int FEW_TILES = 40;

    /** Doubles of transformed filters that may be read again for every block of tiles: 4 MB. */
    long MOST_FILTERS = 1 << 19;

    /**
     * {@return the pass that suits the numbers of tiles and of filters}
     *
     * @param maps positions of inputs and outputs
     * @param channels of the inputs
     * @param outputs channels of the outputs
     * @param turned whether this is the gradient with respect to the input
     * @param capacity the most samples of one batch
     * @param scratch where working memory comes from
     */
    static WinogradPass of(WinogradMaps maps, int channels, int outputs, boolean turned,
            int capacity, Scratch scratch) {
        return capacity * maps.tiles().perSample() <= FEW_TILES
                || MOST_FILTERS < (long) channels * outputs * maps.tiles().tile().products
                        ? new WinogradPanels(maps, channels, outputs, turned, capacity, scratch)
                        : new WinogradBlocks(maps, channels, outputs, turned, capacity, scratch);
    }

    /**
     * {@return what computes the pass}
     *
     * @param from read
     * @param weights read
     * @param bias read; null for none
     * @param rectify whether outputs are those of a ReLU
     * @param rectified read at the places of outputs, which are 0 where it is not above 0; null for
     *        none
     * @param to overwritten
     */
    List<Job> jobs(double[] from, double[] weights, double[] bias, boolean rectify,
            double[] rectified, double[] to);
}
