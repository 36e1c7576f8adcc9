package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one inner kernel of the vector loops: a tile of a product is held in registers while its
 * whole sum runs.
 *
 * <p>A tile of m rows and v vectors needs m v accumulators, v vectors of b and up to m broadcasts,
 * because the compiler starts the broadcasts of a turn together: with 32 registers 7x3 and 8x2 fit
 * and 8x3 does not. The step through b is a variable on purpose. Were it a constant, the compiler
 * would unroll the loop and the accumulators would leave the registers.
 */
final class ProductVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    /** Doubles of one vector. */
    static final int L = SPECIES.length();

    /** Vectors that the widest tile holds of one row. */
    static final int WIDEST = Lanes.registers() >= 32 ? 3 : 2;

    /** No tile has more rows; lists of rows are filled up to this many by repeating the last. */
    static final int MOST_ROWS = 8;

    private ProductVector() {}

    /**
     * Adds to some vectors of every row of c.
     *
     * @param product what is multiplied
     * @param length elements of a run
     * @param rows how many rows there are
     * @param vectors 1 to {@link #WIDEST}
     * @param from where b begins for these vectors
     * @param to where these vectors stand in a row of c
     */
    static void multiply(Product product, int length, int rows, int vectors, int from, int to) {
        switch (vectors) {
            case 1 -> {
                for (int row = 0; row < rows; row += 8) {
                    tile8x1(product, length, row, from, to);
                }
            }
            case 2 -> {
                if (WIDEST < 3) {
                    for (int row = 0; row < rows; row += 4) {
                        tile4x2(product, length, row, from, to);
                    }
                } else {
                    for (int row = 0; row < rows; row += 8) {
                        tile8x2(product, length, row, from, to);
                    }
                }
            }
            default -> {
                for (int row = 0; row < rows; row += 7) {
                    tile7x3(product, length, row, from, to);
                }
            }
        }
    }

    private static void tile7x3(Product product, int length, int row, int from,
            int to) {
        double[] a = product.a();
        double[] b = product.b();
        double[] c = product.c();
        int y0 = product.out()[row + 0] + to;
        int y1 = product.out()[row + 1] + to;
        int y2 = product.out()[row + 2] + to;
        int y3 = product.out()[row + 3] + to;
        int y4 = product.out()[row + 4] + to;
        int y5 = product.out()[row + 5] + to;
        int y6 = product.out()[row + 6] + to;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, c, y0 + L);
        DoubleVector c02 = DoubleVector.fromArray(SPECIES, c, y0 + 2 * L);
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, c, y1 + L);
        DoubleVector c12 = DoubleVector.fromArray(SPECIES, c, y1 + 2 * L);
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, c, y2 + L);
        DoubleVector c22 = DoubleVector.fromArray(SPECIES, c, y2 + 2 * L);
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, c, y3);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, c, y3 + L);
        DoubleVector c32 = DoubleVector.fromArray(SPECIES, c, y3 + 2 * L);
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, c, y4);
        DoubleVector c41 = DoubleVector.fromArray(SPECIES, c, y4 + L);
        DoubleVector c42 = DoubleVector.fromArray(SPECIES, c, y4 + 2 * L);
        DoubleVector c50 = DoubleVector.fromArray(SPECIES, c, y5);
        DoubleVector c51 = DoubleVector.fromArray(SPECIES, c, y5 + L);
        DoubleVector c52 = DoubleVector.fromArray(SPECIES, c, y5 + 2 * L);
        DoubleVector c60 = DoubleVector.fromArray(SPECIES, c, y6);
        DoubleVector c61 = DoubleVector.fromArray(SPECIES, c, y6 + L);
        DoubleVector c62 = DoubleVector.fromArray(SPECIES, c, y6 + 2 * L);
        int step = product.step();
        for (int run = 0; run < product.runs().length; run++) {
            int shift = product.runs()[run];
            int x0 = product.rows()[row + 0] + shift;
            int x1 = product.rows()[row + 1] + shift;
            int x2 = product.rows()[row + 2] + shift;
            int x3 = product.rows()[row + 3] + shift;
            int x4 = product.rows()[row + 4] + shift;
            int x5 = product.rows()[row + 5] + shift;
            int x6 = product.rows()[row + 6] + shift;
            int w = from + product.weights()[run];
            for (int t = 0; t < length; t++) {
                DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
                DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
                DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, w + 2 * L);
                DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[x0 + t]);
                c00 = a0.fma(b0, c00);
                c01 = a0.fma(b1, c01);
                c02 = a0.fma(b2, c02);
                DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[x1 + t]);
                c10 = a1.fma(b0, c10);
                c11 = a1.fma(b1, c11);
                c12 = a1.fma(b2, c12);
                DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[x2 + t]);
                c20 = a2.fma(b0, c20);
                c21 = a2.fma(b1, c21);
                c22 = a2.fma(b2, c22);
                DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[x3 + t]);
                c30 = a3.fma(b0, c30);
                c31 = a3.fma(b1, c31);
                c32 = a3.fma(b2, c32);
                DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[x4 + t]);
                c40 = a4.fma(b0, c40);
                c41 = a4.fma(b1, c41);
                c42 = a4.fma(b2, c42);
                DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[x5 + t]);
                c50 = a5.fma(b0, c50);
                c51 = a5.fma(b1, c51);
                c52 = a5.fma(b2, c52);
                DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[x6 + t]);
                c60 = a6.fma(b0, c60);
                c61 = a6.fma(b1, c61);
                c62 = a6.fma(b2, c62);
                w += step;
            }
        }
        c00.intoArray(c, y0);
        c01.intoArray(c, y0 + L);
        c02.intoArray(c, y0 + 2 * L);
        c10.intoArray(c, y1);
        c11.intoArray(c, y1 + L);
        c12.intoArray(c, y1 + 2 * L);
        c20.intoArray(c, y2);
        c21.intoArray(c, y2 + L);
        c22.intoArray(c, y2 + 2 * L);
        c30.intoArray(c, y3);
        c31.intoArray(c, y3 + L);
        c32.intoArray(c, y3 + 2 * L);
        c40.intoArray(c, y4);
        c41.intoArray(c, y4 + L);
        c42.intoArray(c, y4 + 2 * L);
        c50.intoArray(c, y5);
        c51.intoArray(c, y5 + L);
        c52.intoArray(c, y5 + 2 * L);
        c60.intoArray(c, y6);
        c61.intoArray(c, y6 + L);
        c62.intoArray(c, y6 + 2 * L);
    }

    private static void tile8x2(Product product, int length, int row, int from,
            int to) {
        double[] a = product.a();
        double[] b = product.b();
        double[] c = product.c();
        int y0 = product.out()[row + 0] + to;
        int y1 = product.out()[row + 1] + to;
        int y2 = product.out()[row + 2] + to;
        int y3 = product.out()[row + 3] + to;
        int y4 = product.out()[row + 4] + to;
        int y5 = product.out()[row + 5] + to;
        int y6 = product.out()[row + 6] + to;
        int y7 = product.out()[row + 7] + to;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, c, y0 + L);
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, c, y1 + L);
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, c, y2 + L);
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, c, y3);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, c, y3 + L);
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, c, y4);
        DoubleVector c41 = DoubleVector.fromArray(SPECIES, c, y4 + L);
        DoubleVector c50 = DoubleVector.fromArray(SPECIES, c, y5);
        DoubleVector c51 = DoubleVector.fromArray(SPECIES, c, y5 + L);
        DoubleVector c60 = DoubleVector.fromArray(SPECIES, c, y6);
        DoubleVector c61 = DoubleVector.fromArray(SPECIES, c, y6 + L);
        DoubleVector c70 = DoubleVector.fromArray(SPECIES, c, y7);
        DoubleVector c71 = DoubleVector.fromArray(SPECIES, c, y7 + L);
        int step = product.step();
        for (int run = 0; run < product.runs().length; run++) {
            int shift = product.runs()[run];
            int x0 = product.rows()[row + 0] + shift;
            int x1 = product.rows()[row + 1] + shift;
            int x2 = product.rows()[row + 2] + shift;
            int x3 = product.rows()[row + 3] + shift;
            int x4 = product.rows()[row + 4] + shift;
            int x5 = product.rows()[row + 5] + shift;
            int x6 = product.rows()[row + 6] + shift;
            int x7 = product.rows()[row + 7] + shift;
            int w = from + product.weights()[run];
            for (int t = 0; t < length; t++) {
                DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
                DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
                DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[x0 + t]);
                c00 = a0.fma(b0, c00);
                c01 = a0.fma(b1, c01);
                DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[x1 + t]);
                c10 = a1.fma(b0, c10);
                c11 = a1.fma(b1, c11);
                DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[x2 + t]);
                c20 = a2.fma(b0, c20);
                c21 = a2.fma(b1, c21);
                DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[x3 + t]);
                c30 = a3.fma(b0, c30);
                c31 = a3.fma(b1, c31);
                DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[x4 + t]);
                c40 = a4.fma(b0, c40);
                c41 = a4.fma(b1, c41);
                DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[x5 + t]);
                c50 = a5.fma(b0, c50);
                c51 = a5.fma(b1, c51);
                DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[x6 + t]);
                c60 = a6.fma(b0, c60);
                c61 = a6.fma(b1, c61);
                DoubleVector a7 = DoubleVector.broadcast(SPECIES, a[x7 + t]);
                c70 = a7.fma(b0, c70);
                c71 = a7.fma(b1, c71);
                w += step;
            }
        }
        c00.intoArray(c, y0);
        c01.intoArray(c, y0 + L);
        c10.intoArray(c, y1);
        c11.intoArray(c, y1 + L);
        c20.intoArray(c, y2);
        c21.intoArray(c, y2 + L);
        c30.intoArray(c, y3);
        c31.intoArray(c, y3 + L);
        c40.intoArray(c, y4);
        c41.intoArray(c, y4 + L);
        c50.intoArray(c, y5);
        c51.intoArray(c, y5 + L);
        c60.intoArray(c, y6);
        c61.intoArray(c, y6 + L);
        c70.intoArray(c, y7);
        c71.intoArray(c, y7 + L);
    }

    private static void tile4x2(Product product, int length, int row, int from,
            int to) {
        double[] a = product.a();
        double[] b = product.b();
        double[] c = product.c();
        int y0 = product.out()[row + 0] + to;
        int y1 = product.out()[row + 1] + to;
        int y2 = product.out()[row + 2] + to;
        int y3 = product.out()[row + 3] + to;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, c, y0 + L);
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, c, y1 + L);
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, c, y2 + L);
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, c, y3);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, c, y3 + L);
        int step = product.step();
        for (int run = 0; run < product.runs().length; run++) {
            int shift = product.runs()[run];
            int x0 = product.rows()[row + 0] + shift;
            int x1 = product.rows()[row + 1] + shift;
            int x2 = product.rows()[row + 2] + shift;
            int x3 = product.rows()[row + 3] + shift;
            int w = from + product.weights()[run];
            for (int t = 0; t < length; t++) {
                DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
                DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, w + L);
                DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[x0 + t]);
                c00 = a0.fma(b0, c00);
                c01 = a0.fma(b1, c01);
                DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[x1 + t]);
                c10 = a1.fma(b0, c10);
                c11 = a1.fma(b1, c11);
                DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[x2 + t]);
                c20 = a2.fma(b0, c20);
                c21 = a2.fma(b1, c21);
                DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[x3 + t]);
                c30 = a3.fma(b0, c30);
                c31 = a3.fma(b1, c31);
                w += step;
            }
        }
        c00.intoArray(c, y0);
        c01.intoArray(c, y0 + L);
        c10.intoArray(c, y1);
        c11.intoArray(c, y1 + L);
        c20.intoArray(c, y2);
        c21.intoArray(c, y2 + L);
        c30.intoArray(c, y3);
        c31.intoArray(c, y3 + L);
    }

    private static void tile8x1(Product product, int length, int row, int from,
            int to) {
        double[] a = product.a();
        double[] b = product.b();
        double[] c = product.c();
        int y0 = product.out()[row + 0] + to;
        int y1 = product.out()[row + 1] + to;
        int y2 = product.out()[row + 2] + to;
        int y3 = product.out()[row + 3] + to;
        int y4 = product.out()[row + 4] + to;
        int y5 = product.out()[row + 5] + to;
        int y6 = product.out()[row + 6] + to;
        int y7 = product.out()[row + 7] + to;
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, c, y0);
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, c, y1);
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, c, y2);
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, c, y3);
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, c, y4);
        DoubleVector c50 = DoubleVector.fromArray(SPECIES, c, y5);
        DoubleVector c60 = DoubleVector.fromArray(SPECIES, c, y6);
        DoubleVector c70 = DoubleVector.fromArray(SPECIES, c, y7);
        int step = product.step();
        for (int run = 0; run < product.runs().length; run++) {
            int shift = product.runs()[run];
            int x0 = product.rows()[row + 0] + shift;
            int x1 = product.rows()[row + 1] + shift;
            int x2 = product.rows()[row + 2] + shift;
            int x3 = product.rows()[row + 3] + shift;
            int x4 = product.rows()[row + 4] + shift;
            int x5 = product.rows()[row + 5] + shift;
            int x6 = product.rows()[row + 6] + shift;
            int x7 = product.rows()[row + 7] + shift;
            int w = from + product.weights()[run];
            for (int t = 0; t < length; t++) {
                DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, w);
                DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[x0 + t]);
                c00 = a0.fma(b0, c00);
                DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[x1 + t]);
                c10 = a1.fma(b0, c10);
                DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[x2 + t]);
                c20 = a2.fma(b0, c20);
                DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[x3 + t]);
                c30 = a3.fma(b0, c30);
                DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[x4 + t]);
                c40 = a4.fma(b0, c40);
                DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[x5 + t]);
                c50 = a5.fma(b0, c50);
                DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[x6 + t]);
                c60 = a6.fma(b0, c60);
                DoubleVector a7 = DoubleVector.broadcast(SPECIES, a[x7 + t]);
                c70 = a7.fma(b0, c70);
                w += step;
            }
        }
        c00.intoArray(c, y0);
        c10.intoArray(c, y1);
        c20.intoArray(c, y2);
        c30.intoArray(c, y3);
        c40.intoArray(c, y4);
        c50.intoArray(c, y5);
        c60.intoArray(c, y6);
        c70.intoArray(c, y7);
    }
}
