package org.lanewise.kernel.conv;

import org.lanewise.kernel.BoundPass;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.ConvProblem;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.PostOps;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.kernel.WindowGeometry;

/**
 * The forward pass on vectors: rows of sums are output pixels, lanes are output channels, and a run
 * is what one row of the kernel reads of one pixel's surroundings.
 */
public final class ConvForwardVector {
    private ConvForwardVector() {}

    public static BoundPass bind(ConvGeometry geometry, PostOps postOps, int capacity,
            Scratchpad scratch) {
        ImplicitGemm gemm = new ImplicitGemm(geometry, pixels(geometry, scratch),
                postOps.fuseRelu(),
                capacity, scratch);
        return BoundPass.ofDoubles(null, gemm.info(),
                (src, weights, bias, dst) -> gemm.tasks(src, weights, bias, null, dst));
    }

    /** The zeros around the input that windows reach. */
    public static Layout.Halo sourceHalo(ConvProblem problem) {
        WindowGeometry window = problem.window();
        return new Layout.Halo(window.ph(), window.pw(),
                Math.max(0, window.row(window.oh() - 1, window.kh() - 1) - window.ih() + 1),
                Math.max(0, window.column(window.ow() - 1, window.kw() - 1) - window.iw() + 1));
    }

    /** The pixels of the output; runs of each tap are apart where there are groups. */
    static ImplicitGemmRows pixels(ConvGeometry geometry, Scratchpad scratch) {
        WindowGeometry window = geometry.window();
        Layout src = geometry.src();
        // Adjacent taps of all channels are one long run.
        boolean joined = geometry.g() == 1 && window.dw() == 1;
        int length = joined ? window.kw() * geometry.ic() : geometry.icg();
        int[] runs = new int[joined ? window.kh() : window.kh() * window.kw()];
        for (int i = 0; i < runs.length; i++) {
            int r = joined ? i : i / window.kw();
            int s = joined ? 0 : i % window.kw();
            runs[i] = r * window.dh() * src.row() + s * window.dw() * src.column();
        }
        int[] rows = new int[window.oh() * window.ow()];
        int[] out = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            int p = i / window.ow();
            int q = i % window.ow();
            rows[i] = src.at(0, 0, window.row(p, 0), window.column(q, 0));
            out[i] = geometry.dst().at(0, 0, p, q);
        }
        return ImplicitGemmRows.of(rows, out, runs, length, 0, scratch, "forward");
    }
}
