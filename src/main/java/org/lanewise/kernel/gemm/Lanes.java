package org.lanewise.kernel.gemm;

import java.util.Arrays;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.FusedMultiplyAdd;
import org.lanewise.kernel.VectorModule;

/** The vector registers of this machine, and what follows from them for arrays. */
public final class Lanes {
    /**
     * Whether kernels compute with the Vector API; else with their plain twins, lane by lane, to the same
     * bits.
     */
    public static final boolean VECTORS = VectorModule.available() && FusedMultiplyAdd.HARDWARE;

    /** Lanes of what plain twins take for a vector: their micro-kernels have a variable for each. */
    private static final int PLAIN = 8;

    /** Doubles of one vector. */
    public static final int COUNT = VECTORS ? LanesVector.COUNT : PLAIN;

    /**
     * Whether there are 32 vector registers, as with AVX-512 and on Arm; else there are 16.
     *
     * <p>They decide which tiles stay in registers. A plain twin needs one for a row.
     */
    public static final boolean MANY_REGISTERS = !VECTORS || bits() == 512
            || System.getProperty("os.arch").equals("aarch64");

    /** No tile has more rows. */
    private static final int MOST_ROWS = 14;

    /** Most rows of {@link #adjacent}. */
    private static final int MOST_ADJACENT = 256;

    private static final int[][] ADJACENT = new int[5][];
    static {
        Arrays.setAll(ADJACENT, vectors -> every(MOST_ADJACENT, vectors * COUNT));
    }

    private Lanes() {}

    /** {@return the bits of the widest vectors of doubles that the JVM prefers; needs the vector module} */
    public static int bits() {
        return LanesVector.COUNT * Double.SIZE;
    }

    /** {@return the doubles of whole vectors that hold some} */
    public static int roundUp(int count) {
        return Math.ceilDiv(count, COUNT) * COUNT;
    }

    /** {@return rows of the tile that holds some vectors of each} */
    public static int tileRows(int vectors) {
        return switch (vectors) {
            case 1 -> 8;
            case 2 -> MANY_REGISTERS ? 9 : 4;
            case 3 -> 7;
            default -> 5;
        };
    }

    /** {@return elements that some rows of some vectors need, whole tiles and the lead included} */
    public static long tiles(int rows, int lanes) {
        return Element.ALIGNMENT_OFFSET + (long) (rows + MOST_ROWS) * lanes;
    }

    /** {@return where rows of some vectors begin that follow one another, 256 of them} */
    public static int[] adjacent(int vectors) {
        return ADJACENT[vectors];
    }

    /** {@return numbers from 0 in steps} */
    public static int[] every(int count, int step) {
        int[] offsets = new int[count];
        Arrays.setAll(offsets, i -> i * step);
        return offsets;
    }

    /** {@return a list of rows filled up to whole tiles: the last is repeated} */
    public static int[] padded(int[] rows) {
        int[] list = Arrays.copyOf(rows, rows.length + MOST_ROWS);
        if (rows.length > 0) {
            Arrays.fill(list, rows.length, list.length, rows[rows.length - 1]);
        }
        return list;
    }
}
