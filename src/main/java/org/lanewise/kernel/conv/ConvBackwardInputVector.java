package org.lanewise.kernel.conv;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernel.BoundPass;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.ConvProblem;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.PostOps;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.WindowGeometry;

/**
 * The backward pass by the input on vectors: rows of sums are input pixels, lanes are input
 * channels, and a run is all output channels of one tap.
 *
 * <p>With a stride, pixels fall into classes by their place between two windows: the pixels of a
 * class meet the same taps, and those of another class meet others.
 */
public final class ConvBackwardInputVector {
    private final ConvGeometry geometry;
    /** Where the products of each tap begin among the weights of all classes. */
    final int[] offsets;
    final List<ImplicitGemmRows> classes = new ArrayList<>();

    ConvBackwardInputVector(ConvGeometry geometry, Scratchpad scratch) {
        WindowGeometry window = geometry.window();
        this.geometry = geometry;
        this.offsets = new int[window.kh() * window.kw()];
        int tap = 0;
        for (int down = 0; down < window.sh(); down++) {
            for (int across = 0; across < window.sw(); across++) {
                tap = addClass(down, across, tap, scratch);
            }
        }
    }

    public static BoundPass bind(ConvGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        ConvBackwardInputVector pass = new ConvBackwardInputVector(geometry, scratch);
        ImplicitGemm gemm = new ImplicitGemm(geometry, pass.classes, false, pass.offsets, capacity,
                scratch);
        return BoundPass.ofDoubles(null, gemm.info(),
                (diffDst, weights, src, diffSrc) -> gemm.tasks(diffDst,
                        weights, null, postOps.reluMask() ? src : null, diffSrc));
    }

    /** The zeros around the output's gradient that the first and last pixels meet. */
    public static Layout.Halo halo(ConvProblem problem) {
        WindowGeometry window = problem.window();
        int top = Math.max(0, -Math.floorDiv(
                window.ph() - (window.kh() - 1) * window.dh(), window.sh()));
        int left = Math.max(0, -Math.floorDiv(
                window.pw() - (window.kw() - 1) * window.dw(), window.sw()));
        int rows = (window.ih() - 1 + window.ph()) / window.sh() + 1;
        int columns = (window.iw() - 1 + window.pw()) / window.sw() + 1;
        return new Layout.Halo(top, left, Math.max(0, rows - window.oh()),
                Math.max(0, columns - window.ow()));
    }

    private int addClass(int down, int across, int firstTap, Scratchpad scratch) {
        WindowGeometry window = geometry.window();
        Layout src = geometry.src();
        Layout dst = geometry.dst();
        List<Integer> rows = new ArrayList<>();
        List<Integer> out = new ArrayList<>();
        for (int h = 0; h < window.ih(); h++) {
            for (int w = 0; w < window.iw(); w++) {
                int y = h + window.ph() - down;
                int x = w + window.pw() - across;
                if (Math.floorMod(y, window.sh()) == 0 && Math.floorMod(x, window.sw()) == 0) {
                    rows.add(dst.at(0, 0, Math.floorDiv(y, window.sh()),
                            Math.floorDiv(x, window.sw())));
                    out.add(src.at(0, 0, h, w));
                }
            }
        }
        List<Integer> runs = new ArrayList<>();
        int tap = firstTap;
        for (int i = 0; i < offsets.length; i++) {
            int y = i / window.kw() * window.dh() - down;
            int x = i % window.kw() * window.dw() - across;
            if (Math.floorMod(y, window.sh()) == 0 && Math.floorMod(x, window.sw()) == 0) {
                runs.add(-Math.floorDiv(y, window.sh()) * dst.row()
                        - Math.floorDiv(x, window.sw()) * dst.column());
                offsets[i] = tap++ * geometry.ocg();
            }
        }
        if (!rows.isEmpty()) {
            // A class that meets no tap stays, for its gradient is 0.
            classes.add(ImplicitGemmRows.of(array(rows), array(out), array(runs), geometry.ocg(),
                    firstTap * geometry.ocg(), scratch, "backward"));
        }
        return tap;
    }

    private static int[] array(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }
}
