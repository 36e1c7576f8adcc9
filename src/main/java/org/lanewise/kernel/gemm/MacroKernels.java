package org.lanewise.kernel.gemm;

import java.util.Arrays;
import org.lanewise.kernel.Layout;

/**
 * The loops around {@link MicroKernels}, which cut rows of sums into tiles.
 *
 * <p>A tile of m rows and n vectors needs m n accumulators, n vectors of b and up to m broadcasts, because the
 * compiler starts the broadcasts of an iteration together. The step through b is a variable on purpose, and
 * places in c are looked up: were they constants, the compiler would unroll the loop or move the
 * accumulators out of the registers.
 *
 * <p>{@code a} is read one element at a time, {@code b} some vectors at a time. Rows that only fill the
 * last tile are computed as well, unless a method says otherwise; lists of rows are filled up with
 * {@link Lanes#padded}. {@code x}, {@code w} and {@code y} are where a, b and c begin.
 */
public final class MacroKernels {
    private static final int L = Lanes.COUNT;

    /** Rows and vectors of {@link #gemmBetaZero}; fewer rows cannot be computed. */
    public static final int ROWS = 5;
    public static final int VECTORS = 4;

    /** Most pixels of a call of {@link #nchwRow}. */
    public static final int MOST_PIXELS = 72;
    private static final int FEW_PIXELS = 8;
    private static final int MANY_PIXELS = 14;

    /** Most rows of {@link #nchwChannels}. */
    public static final int MOST_CHANNELS = 7;
    private static final int FEW_CHANNELS = 3;

    private static final int SOME_CHANNELS = 6;

    /** Filters and pixels of a tile of {@link #nchwFilters}, the fewest of a line. */
    public static final int FILTERS = 8;
    public static final int PIXELS = 2 * L;

    /** Offsets of the rows of a tile that follow one another, by their vectors. */
    private static final int[][] ADJACENT = new int[VECTORS + 1][];
    static {
        Arrays.setAll(ADJACENT, n -> Lanes.every(Lanes.tileRows(n), n * L));
    }

    /**
     * Which pixels a sum walks over.
     *
     * @param length pixels of a line
     * @param column from one pixel to the next
     * @param line from one line to the next
     */
    public record Pixels(int length, int column, int line) {}

    private MacroKernels() {}

    /**
     * {@code c[i][j] += sum over t of a[rows[i] + shift + t] * b[t][j]} for rows of sums that follow one
     * another.
     */
    public static void gemm(int n, double[] a, int[] rows, int from, int to, int shift, double[] b,
            int w,
            int length, double[] c, int y) {
        int m = Lanes.tileRows(n);
        int place = y;
        for (int row = from; row < to; row += m) {
            MicroKernels.gemm(m, n, a, rows, row, shift, length, b, w, n * L, c, ADJACENT[n], 0,
                    place);
            place += m * n * L;
        }
    }

    /** The same for sums at {@code c[out[i] + y]}; {@code to} is the end of a tile or of all rows. */
    public static void gemm(int n, double[] a, int[] rows, int from, int to, int shift, double[] b,
            int w,
            int length, double[] c, int[] out, int y) {
        int m = Lanes.tileRows(n);
        for (int row = from; row < to; row += m) {
            // Vectors load all rows of a tile before they store any, so that repeated rows do no harm.
            int count = Lanes.VECTORS ? m : Math.min(m, to - row);
            MicroKernels.gemm(count, n, a, rows, row, shift, length, b, w, n * L, c, out, row, y);
        }
    }

    /**
     * {@code c[out[i] + y + j] = sum over t of a[rows[i] + t] * b[t][j]}: sums begin in registers and are
     * written straight to where they belong. Of {@code count} rows in all, the last tile ends at the last
     * one, and computes some rows again.
     */
    public static void gemmBetaZero(double[] a, int[] rows, int from, int to, int count, double[] b,
            int w,
            int length, double[] c, int[] out, int y) {
        for (int row = from; row < to; row += ROWS) {
            int first = Math.min(row, count - ROWS);
            MicroKernels.gemmBetaZero(ROWS, VECTORS, a, rows, first, 0, length, b, w, VECTORS * L,
                    c,
                    out, first, y);
        }
    }

    /**
     * {@code c[i][j] += sum over t of a[rows[i] + shift + taps[t]] * b[t][j]}, in blocks as
     * {@link LaneBlocks#ofOffsets} cuts them; c begins at {@link Lanes#ALIGNMENT_OFFSET}.
     */
    public static void indirectGemm(int n, double[] a, int[] rows, int from, int to, int shift,
            int[] offsets,
            double[] b, int w, double[] c) {
        int m = Lanes.tileRows(n);
        int y = Layout.ALIGNMENT_OFFSET;
        for (int row = from; row < to; row += m) {
            MicroKernels.indirectGemm(m, n, a, rows, row, shift, offsets, b, w, n * L, c, y, n * L);
            y += m * n * L;
        }
    }

    /** Rows of a tile of {@link #nchwRow}, for lines of some pixels. */
    public static int nchwRowTile(int n, int pixels) {
        boolean fewer = 4 * Math.ceilDiv(pixels, MANY_PIXELS) < 3
                * Math.ceilDiv(pixels, FEW_PIXELS);
        return n == 1 && Lanes.MANY_REGISTERS && fewer ? MANY_PIXELS : Lanes.tileRows(n);
    }

    /**
     * Whole sums of adjacent pixels, at most {@link #MOST_PIXELS}:
     * {@code c[i][j] = start[at + j] + sum over t of a[x + i + taps[t]] * b[t][j]}.
     */
    public static void nchwRow(int n, int m, double[] a, int x, int pixels, int[] offsets,
            double[] b,
            int w,
            double[] start, int at, double[] c, int y) {
        for (int i = 0; i < pixels; i += m) {
            MicroKernels.nchwRow(m, n, a, x + i, offsets, b, w, n * L, start, at, c, y + i * n * L,
                    n * L, Double.NaN);
        }
    }

    /**
     * The same for a line of pixels, at least a tile of them, written at {@code c[y + i * column]}: the last
     * tile begins early enough, and computes some pixels again.
     *
     * @param floor sums up to this are written as 0; NaN for none
     */
    public static void nchwRow(int n, int m, double[] a, int x, int pixels, int[] offsets,
            double[] b,
            int w,
            double[] start, int at, double floor, double[] c, int y, int column) {
        for (int i = 0; i < pixels; i += m) {
            int pixel = Math.min(i, pixels - m);
            MicroKernels.nchwRow(m, n, a, x + pixel, offsets, b, w, n * L, start, at, c,
                    y + pixel * column, column, floor);
        }
    }

    /** Rows of a tile of {@link #nchwRowWeights}, for some weights in 1 or 2 vectors. */
    public static int weightsTile(int n, int weights) {
        return n == 1 ? Lanes.MANY_REGISTERS && weights > 9 ? 13 : 9 : Lanes.tileRows(n);
    }

    /**
     * Adds lines of pixels to the sums of a tile of weights, and to a last row what each was multiplied
     * with: {@code c[i][j] += sum over pixels t of a[rows[first + i] + shift + t] * b[t][j]}.
     *
     * @param pixels {@code column} from one to the next in b, {@code line} from one line to the next in a
     */
    public static void nchwRowWeights(int n, int m, double[] a, int[] rows, int first, int shift,
            Pixels pixels, int lines, int next, double[] b, int w, double[] c, int y) {
        MicroKernels.nchwRowWeights(m, n, a, rows, first, shift, pixels.line(), lines,
                pixels.length(), b, w, next, pixels.column(), c, y, n * L);
    }

    /** Rows of whole tiles of {@link #pixelReduction} that hold some, whatever the vectors. */
    public static int wholeTiles(int rows) {
        return Math.ceilDiv(rows, 8) * 8;
    }

    /** The same for tiles whose rows are looked up: of nine rows or of four. */
    public static int wholeIndirectTiles(int rows) {
        return Math.ceilDiv(rows, 36) * 36;
    }

    /**
     * {@code c[i][j] += sum over pixels t of a[x + place(t) + i] * b[t][j]}, in 1 or 2 vectors. All rows
     * of a tile have one index, so their bounds are checked together; a is read up to 7 elements past
     * the last row.
     */
    public static void pixelReduction(int n, double[] a, int x, int count, Pixels pixels, int lines,
            double[] b, int w, double[] c, int y) {
        int m = n == 1 || Lanes.MANY_REGISTERS ? 8 : 4;
        for (int i = 0; i < count; i += m) {
            MicroKernels.pixelReduction(m, n, a, x + i, pixels, lines, b, w, n * L, c,
                    y + i * n * L, n * L);
        }
    }

    /** The same for rows that begin anywhere, at {@code a[shift + rows[i]]}. */
    public static void indirectPixelReduction(int n, double[] a, int[] rows, int count, int shift,
            Pixels pixels, int lines, double[] b, int w, double[] c, int y) {
        int m = n == 1 ? 9 : Lanes.tileRows(n);
        for (int i = 0; i < count; i += m) {
            MicroKernels.indirectPixelReduction(m, n, a, rows, i, shift, pixels, lines, b, w, n * L,
                    c, y + i * n * L, n * L);
        }
    }

    /** Most vectors of a row of {@link #nchwChannels}, where there are some rows. */
    public static int widest(int rows) {
        return !Lanes.MANY_REGISTERS ? 1 : rows <= FEW_CHANNELS ? 4 : 2;
    }

    /**
     * {@code c[i][j] += sum over t of a[rows[i] + t] * b[w + offsets[t] + j]}: lanes are adjacent pixels, and
     * rows at most {@link #MOST_CHANNELS} channels, or {@link #FEW_CHANNELS} in 4 vectors.
     */
    public static void nchwChannels(int n, double[] a, int[] rows, double[] b, int w, int[] offsets,
            double[] c, int y) {
        MicroKernels.nchwChannels(n == 4 ? FEW_CHANNELS : MOST_CHANNELS, n, a, rows, 0, 0,
                offsets.length, b, w, offsets, c, y, n * L);
    }

    /** Rows of a tile of {@link #batchLanes}, where there are some channels. */
    public static int batchRows(int channels) {
        return channels == 1
                ? 1
                : Lanes.MANY_REGISTERS && channels > FEW_CHANNELS && channels <= SOME_CHANNELS
                        ? SOME_CHANNELS
                        : FEW_CHANNELS;
    }

    /** Vectors of a row, in a tile of some rows. */
    public static int batchVectors(int rows) {
        return rows == 1 || rows == FEW_CHANNELS && Lanes.MANY_REGISTERS ? 4 : 2;
    }

    /**
     * A tile where lanes are samples:
     * {@code c[i][j] = sum over r, t of a[x + i * pitch + r * down + t] * b[w + r * up + t * step + j]}, so
     * even a single channel fills whole vectors, and at one pixel all lanes have the same taps.
     */
    public static void batchLanes(int m, double[] a, int x, int pitch, int down, double[] b, int w,
            int up,
            int step, int lines, int length, double[] c, int y, int row) {
        MicroKernels.batchLanes(m, batchVectors(m), a, x, pitch, down, lines, length, b, w, up,
                step, c, y, row);
    }

    /**
     * A line of at least {@link #PIXELS} pixels of {@link #FILTERS} filters where input and output are
     * NCHW: {@code c[i][q] = start[at + i] + sum over t of b[t][i] * a[x + q + taps[t]]}.
     *
     * @param floor sums up to this are written as 0; NaN for none
     */
    public static void nchwFilters(double[] a, int x, int pixels, int[] offsets, double[] b, int w,
            int step,
            double[] start, int at, double floor, double[] c, int y, int plane) {
        for (int q = 0; q < pixels; q += PIXELS) {
            // The last tile computes some pixels again, to the same bits.
            int first = Math.min(q, pixels - PIXELS);
            MicroKernels.nchwFilters(FILTERS, 2, b, w, step, a, x + first, offsets, start, at, c,
                    y + first, plane, floor);
        }
    }
}
