package org.lanewise.kernel;

import java.util.List;

/**
 * The backward pass by the weights by Winograd's tiles: {@code dG = G^T [sum over tiles of (B^T d B)
 * * (A dY A^T)] G}. Rows of sums are input channels, lanes are output channels, and a sum walks over
 * tiles.
 */
sealed interface WinogradWeights permits WinogradWeightBlocks, WinogradWeightPanels {
    /**
     * {@return the pass that suits the number of tiles}
     *
     * @param maps where inputs and gradients stand
     * @param ic input channels
     * @param oc output channels
     * @param capacity the most samples of one batch
     * @param scratch where working memory comes from
     */
    static WinogradWeights of(WinogradMaps maps, int ic, int oc, int capacity, Scratch scratch) {
        return capacity * maps.tiles().perSample() <= WinogradWeightPanels.MOST_TILES
                ? new WinogradWeightPanels(maps, ic, oc, capacity, scratch)
                : new WinogradWeightBlocks(maps, ic, oc, capacity, scratch);
    }

    /**
     * {@return what computes the pass}
     *
     * @param src read
     * @param diffDst read
     * @param diffWeights overwritten
     * @param diffBias overwritten; null for none
     */
    List<Job> jobs(double[] src, double[] diffDst, double[] diffWeights, double[] diffBias);
}
