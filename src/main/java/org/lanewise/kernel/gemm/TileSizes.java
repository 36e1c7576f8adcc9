package org.lanewise.kernel.gemm;

/**
 * Rows and vectors of the tiles of {@link MicroKernels}.
 *
 * <p>A tile of m rows and n vectors needs m n accumulators, n vectors of b and up to m broadcasts, because the
 * compiler starts the broadcasts of an iteration together.
 */
public final class TileSizes {
    /** Rows and vectors of {@link MicroKernels#gemmBetaZero}. */
    public static final int ROWS = 5;
    public static final int VECTORS = 4;

    /** Most pixels of a call of {@link MicroKernels#nchwRow} whose sums are stored elsewhere first. */
    public static final int MOST_PIXELS = 72;
    private static final int FEW_PIXELS = 8;
    private static final int MANY_PIXELS = 14;

    /** Most rows of {@link MicroKernels#nchwChannels}. */
    public static final int MOST_CHANNELS = 7;
    private static final int FEW_CHANNELS = 3;

    private static final int SOME_CHANNELS = 6;

    /** Filters and pixels of a tile of {@link MicroKernels#nchwFilters}. */
    public static final int FILTERS = 8;
    public static final int PIXELS = 2 * Lanes.COUNT;

    private TileSizes() {}

    /** Rows of {@link MicroKernels#nchwRow}, for lines of some pixels. */
    public static int nchwRow(int n, int pixels) {
        boolean fewer = 4 * Math.ceilDiv(pixels, MANY_PIXELS) < 3
                * Math.ceilDiv(pixels, FEW_PIXELS);
        return n == 1 && Lanes.MANY_REGISTERS && fewer ? MANY_PIXELS : Lanes.tileRows(n);
    }

    /** Rows of {@link MicroKernels#nchwRowWeights}, for some weights in 1 or 2 vectors, without the row of ones. */
    public static int nchwRowWeights(int n, int weights) {
        boolean large = Lanes.MANY_REGISTERS
                && Math.ceilDiv(weights, 13) * 14 < Math.ceilDiv(weights, 9) * 10;
        return n > 1 ? Lanes.tileRows(n) : large ? 13 : 9;
    }

    /** Rows of {@link MicroKernels#pixelReduction}, in 1 or 2 vectors. */
    public static int pixelReduction(int n) {
        return n == 1 || Lanes.MANY_REGISTERS ? 8 : 4;
    }

    /** Rows of whole tiles of {@link MicroKernels#pixelReduction} and of tapReduction that hold some, whatever the vectors. */
    public static int wholeTiles(int rows) {
        return Math.ceilDiv(rows, 8) * 8;
    }

    /** Rows of {@link MicroKernels#tapReduction}, for some filters, in 1 or 2 vectors. */
    public static int tapReduction(int n, int filters) {
        int rows = pixelReduction(n);
        return n == 2 && rows > 6
                && Math.ceilDiv(filters, 6) * 6 < Math.ceilDiv(filters, rows) * rows
                        ? 6
                        : rows;
    }

    /** Rows of {@link MicroKernels#indirectPixelReduction}, in 1 or 2 vectors. */
    public static int indirectPixelReduction(int n) {
        return n == 1 ? 9 : Lanes.tileRows(n);
    }

    /** Rows of whole tiles of {@link MicroKernels#indirectPixelReduction}: of nine rows or of four. */
    public static int wholeIndirectTiles(int rows) {
        return Math.ceilDiv(rows, 36) * 36;
    }

    /** Most vectors of {@link MicroKernels#nchwChannels}, where there are some rows. */
    public static int widest(int rows) {
        return !Lanes.MANY_REGISTERS ? 1 : rows <= FEW_CHANNELS ? 4 : 2;
    }

    /** Rows of {@link MicroKernels#nchwChannels}: channels, of which 4 vectors hold few. */
    public static int nchwChannels(int n) {
        return n == 4 ? FEW_CHANNELS : MOST_CHANNELS;
    }

    /** Rows of {@link MicroKernels#batchLanes}, where there are some channels. */
    public static int batchRows(int channels) {
        return channels == 1
                ? 1
                : Lanes.MANY_REGISTERS && channels > FEW_CHANNELS && channels <= SOME_CHANNELS
                        ? SOME_CHANNELS
                        : FEW_CHANNELS;
    }

    /** Vectors of {@link MicroKernels#batchLanes}, in a tile of some rows. */
    public static int batchVectors(int rows) {
        return rows == 1 || rows == FEW_CHANNELS && Lanes.MANY_REGISTERS ? 4 : 2;
    }
}
