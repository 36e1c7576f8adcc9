package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Max pooling on vectors, bit for bit as {@link MaxPoolScalar}: lanes hold the channels of NHWC
 * maps.
 *
 * <p>Argmax indices are not stored: in the backward pass, the argmax is the first pixel of its
 * window with the output's bits.
 *
 * <p>Loops over vectors compute one line of outputs per call, counted through all samples. HotSpot
 * counts calls: a method that is called once per batch is compiled many batches later.
 */
public final class MaxPoolVector {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int L = SPECIES.length();

    private MaxPoolVector() {}

    /**
     * {@code dst[n, c, p, q] = } the largest of its window: the first of equal ones, or the first
     * NaN.
     *
     * @param geometry shapes and strides; channels last
     * @param src read
     * @param dst overwritten
     * @param from first sample
     * @param to end, exclusive
     */
    public static void forward(PoolGeometry geometry, double[] src, double[] dst, int from,
            int to) {
        WindowGeometry window = geometry.window();
        if (apart(window)) {
            boolean twoByTwo = twoByTwo(geometry);
            for (int line = from * window.oh(); line < to * window.oh(); line++) {
                if (twoByTwo) {
                    forwardTwoByTwo(geometry, src, dst, line);
                } else {
                    forwardApart(geometry, src, dst, line);
                }
            }
            return;
        }
        for (int n = from; n < to; n++) {
            for (int p = 0; p < window.oh(); p++) {
                for (int q = 0; q < window.ow(); q++) {
                    int y = geometry.dst().at(n, 0, p, q);
                    for (int c = 0; c < geometry.c(); c += L) {
                        forward(geometry, src, dst, n, p, q, c, y + c);
                    }
                }
            }
        }
    }

    private static void forward(PoolGeometry geometry, double[] src, double[] dst, int n, int p,
            int q, int c, int y) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        VectorMask<Double> lanes = SPECIES.indexInRange(c, geometry.c());
        DoubleVector best = DoubleVector.zero(SPECIES);
        boolean first = true;
        for (int r = 0; r < window.kh(); r++) {
            int h = window.row(p, r);
            for (int s = 0; s < window.kw(); s++) {
                int w = window.column(q, s);
                if (!window.inside(h, w)) {
                    continue;
                }
                DoubleVector x = DoubleVector.fromArray(SPECIES, src, in.at(n, c, h, w), lanes);
                if (first) {
                    best = x;
                    first = false;
                } else {
                    // A NaN is above nothing and nothing is above it.
                    VectorMask<Double> above = x.compare(VectorOperators.LE, best).not()
                            .and(best.compare(VectorOperators.EQ, best));
                    best = best.blend(x, above);
                }
            }
        }
        best.intoArray(dst, y, lanes);
    }

    /**
     * Adds each gradient to its winner; windows are taken in row-major order.
     *
     * @param geometry shapes and strides; channels last
     * @param rectified whether {@code src} was made by a ReLU whose gradient is wanted
     * @param src read
     * @param dst read, as {@link #forward} left it
     * @param diffDst read
     * @param diffSrc overwritten; 0 where nothing won
     * @param from first sample
     * @param to end, exclusive
     */
    public static void backwardInput(PoolGeometry geometry, boolean rectified, double[] src,
            double[] dst, double[] diffDst, double[] diffSrc, int from, int to) {
        WindowGeometry window = geometry.window();
        if (apart(window)) {
            if (window.oh() * window.kh() != window.ih()
                    || window.ow() * window.kw() != window.iw()) {
                for (int n = from; n < to; n++) {
                    Maps.clearChannelsLast(geometry, diffSrc, n);
                }
            }
            boolean twoByTwo = twoByTwo(geometry);
            for (int line = from * window.oh(); line < to * window.oh(); line++) {
                if (twoByTwo) {
                    backwardTwoByTwo(geometry, rectified, src, dst, diffDst, diffSrc, line);
                } else {
                    backwardApart(geometry, rectified, src, dst, diffDst, diffSrc, line);
                }
            }
            return;
        }
        for (int n = from; n < to; n++) {
            Maps.clearChannelsLast(geometry, diffSrc, n);
            for (int p = 0; p < window.oh(); p++) {
                for (int q = 0; q < window.ow(); q++) {
                    int y = geometry.dst().at(n, 0, p, q);
                    for (int c = 0; c < geometry.c(); c += L) {
                        backwardInput(geometry, rectified, src, dst, diffDst, diffSrc, n, p, q, c,
                                y + c);
                    }
                }
            }
        }
    }

    private static void backwardInput(PoolGeometry geometry, boolean rectified, double[] src,
            double[] dst, double[] diffDst, double[] diffSrc, int n, int p, int q, int c, int y) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        VectorMask<Double> open = SPECIES.indexInRange(c, geometry.c());
        DoubleVector largest = DoubleVector.fromArray(SPECIES, dst, y, open);
        LongVector bits = largest.reinterpretAsLongs();
        DoubleVector gradient = DoubleVector.fromArray(SPECIES, diffDst, y, open);
        if (rectified) {
            gradient = gradient.blend(0.0, largest.compare(VectorOperators.LE, 0.0));
        }
        for (int r = 0; r < window.kh(); r++) {
            int h = window.row(p, r);
            for (int s = 0; s < window.kw(); s++) {
                int w = window.column(q, s);
                if (!window.inside(h, w)) {
                    continue;
                }
                int x = in.at(n, c, h, w);
                VectorMask<Double> won = DoubleVector.fromArray(SPECIES, src, x, open)
                        .reinterpretAsLongs().compare(VectorOperators.EQ, bits).cast(SPECIES)
                        .and(open);
                DoubleVector.fromArray(SPECIES, diffSrc, x, won).add(gradient)
                        .intoArray(diffSrc, x, won);
                open = open.andNot(won);
            }
        }
    }

    /** Whether windows do not overlap, so that a pixel belongs to at most one of them. */
    private static boolean apart(WindowGeometry window) {
        return window.ph() == 0 && window.pw() == 0 && window.dh() == 1 && window.dw() == 1
                && window.sh() >= window.kh() && window.sw() >= window.kw();
    }

    /** What is written out below, and nearly all that there is: half as long for whole vectors. */
    private static boolean twoByTwo(PoolGeometry geometry) {
        return geometry.window().kh() == 2 && geometry.window().kw() == 2 && geometry.c() % L == 0;
    }

    private static void forwardApart(PoolGeometry geometry, double[] src, double[] dst, int line) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        int channels = geometry.c();
        int whole = channels / L * L;
        VectorMask<Double> last = SPECIES.indexInRange(whole, channels);
        int n = line / window.oh();
        int p = line % window.oh();
        for (int q = 0; q < window.ow(); q++) {
            int x = in.at(n, 0, p * window.sh(), q * window.sw());
            int y = geometry.dst().at(n, 0, p, q);
            for (int c = 0; c < channels; c += L) {
                DoubleVector best = DoubleVector.fromArray(SPECIES, src, x + c);
                for (int r = 0; r < window.kh(); r++) {
                    int place = x + c + r * in.row();
                    for (int s = 0; s < window.kw(); s++) {
                        DoubleVector value = DoubleVector.fromArray(SPECIES, src, place);
                        VectorMask<Double> above = value.compare(VectorOperators.LE, best).not()
                                .and(best.compare(VectorOperators.EQ, best));
                        best = best.blend(value, above);
                        place += in.column();
                    }
                }
                if (c < whole) {
                    best.intoArray(dst, y + c);
                } else {
                    best.intoArray(dst, y + c, last);
                }
            }
        }
    }

    private static void backwardApart(PoolGeometry geometry, boolean rectified, double[] src,
            double[] dst, double[] diffDst, double[] diffSrc, int line) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        int channels = geometry.c();
        int whole = channels / L * L;
        VectorMask<Double> last = SPECIES.indexInRange(whole, channels);
        int n = line / window.oh();
        int p = line % window.oh();
        for (int q = 0; q < window.ow(); q++) {
            int x = in.at(n, 0, p * window.sh(), q * window.sw());
            int y = geometry.dst().at(n, 0, p, q);
            for (int c = 0; c < channels; c += L) {
                DoubleVector largest = DoubleVector.fromArray(SPECIES, dst, y + c);
                LongVector bits = largest.reinterpretAsLongs();
                // A sum begins with 0, which turns -0 into 0.
                DoubleVector gradient = DoubleVector.fromArray(SPECIES, diffDst, y + c).add(0.0);
                if (rectified) {
                    gradient = gradient.blend(0.0, largest.compare(VectorOperators.LE, 0.0));
                }
                for (int r = 0; r < window.kh(); r++) {
                    int place = x + c + r * in.row();
                    for (int s = 0; s < window.kw(); s++) {
                        VectorMask<Double> lost = DoubleVector.fromArray(SPECIES, src, place)
                                .reinterpretAsLongs().compare(VectorOperators.NE, bits)
                                .cast(SPECIES);
                        DoubleVector share = gradient.blend(0.0, lost);
                        if (c < whole) {
                            share.intoArray(diffSrc, place);
                        } else {
                            share.intoArray(diffSrc, place, last);
                        }
                        // The first winner takes all: nothing is left for an equal one.
                        gradient = gradient.blend(0.0, lost.not());
                        place += in.column();
                    }
                }
            }
        }
    }

    private static void forwardTwoByTwo(PoolGeometry geometry, double[] src, double[] dst,
            int line) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        int channels = geometry.c();
        int row = in.row();
        int column = in.column();
        int n = line / window.oh();
        int p = line % window.oh();
        for (int q = 0; q < window.ow(); q++) {
            int x = in.at(n, 0, p * window.sh(), q * window.sw());
            int y = geometry.dst().at(n, 0, p, q);
            for (int c = 0; c < channels; c += L) {
                DoubleVector best = DoubleVector.fromArray(SPECIES, src, x + c);
                DoubleVector right = DoubleVector.fromArray(SPECIES, src, x + c + column);
                DoubleVector below = DoubleVector.fromArray(SPECIES, src, x + c + row);
                DoubleVector across = DoubleVector.fromArray(SPECIES, src, x + c + row + column);
                best = best.blend(right, right.compare(VectorOperators.LE, best).not()
                        .and(best.compare(VectorOperators.EQ, best)));
                best = best.blend(below, below.compare(VectorOperators.LE, best).not()
                        .and(best.compare(VectorOperators.EQ, best)));
                best = best.blend(across, across.compare(VectorOperators.LE, best).not()
                        .and(best.compare(VectorOperators.EQ, best)));
                best.intoArray(dst, y + c);
            }
        }
    }

    private static void backwardTwoByTwo(PoolGeometry geometry, boolean rectified, double[] src,
            double[] dst, double[] diffDst, double[] diffSrc, int line) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        int channels = geometry.c();
        // Nothing is at most NaN: one path, with a ReLU and without.
        double floor = rectified ? 0.0 : Double.NaN;
        int row = in.row();
        int column = in.column();
        int n = line / window.oh();
        int p = line % window.oh();
        for (int q = 0; q < window.ow(); q++) {
            int x = in.at(n, 0, p * window.sh(), q * window.sw());
            int y = geometry.dst().at(n, 0, p, q);
            for (int c = 0; c < channels; c += L) {
                DoubleVector largest = DoubleVector.fromArray(SPECIES, dst, y + c);
                LongVector bits = largest.reinterpretAsLongs();
                // A sum begins with 0, which turns -0 into 0.
                DoubleVector gradient = DoubleVector.fromArray(SPECIES, diffDst, y + c)
                        .add(0.0).blend(0.0, largest.compare(VectorOperators.LE, floor));
                int place = x + c;
                int right = place + column;
                int below = place + row;
                int across = place + row + column;
                VectorMask<Double> lost = DoubleVector.fromArray(SPECIES, src, place)
                        .reinterpretAsLongs().compare(VectorOperators.NE, bits).cast(SPECIES);
                VectorMask<Double> lostRight = DoubleVector.fromArray(SPECIES, src, right)
                        .reinterpretAsLongs().compare(VectorOperators.NE, bits).cast(SPECIES);
                VectorMask<Double> lostBelow = DoubleVector.fromArray(SPECIES, src, below)
                        .reinterpretAsLongs().compare(VectorOperators.NE, bits).cast(SPECIES);
                VectorMask<Double> lostAcross = DoubleVector.fromArray(SPECIES, src, across)
                        .reinterpretAsLongs().compare(VectorOperators.NE, bits).cast(SPECIES);
                // The first winner takes all: nothing is left for an equal one.
                DoubleVector forRight = gradient.blend(0.0, lost.not());
                DoubleVector forBelow = forRight.blend(0.0, lostRight.not());
                DoubleVector forAcross = forBelow.blend(0.0, lostBelow.not());
                gradient.blend(0.0, lost).intoArray(diffSrc, place);
                forRight.blend(0.0, lostRight).intoArray(diffSrc, right);
                forBelow.blend(0.0, lostBelow).intoArray(diffSrc, below);
                forAcross.blend(0.0, lostAcross).intoArray(diffSrc, across);
            }
        }
    }
}
