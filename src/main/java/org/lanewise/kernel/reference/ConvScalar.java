package org.lanewise.kernel.reference;

import static org.lanewise.kernel.FusedMultiplyAdd.fma;

import java.util.List;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.Layout;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.WeightedKernel;
import org.lanewise.kernel.WindowGeometry;

/**
 * Convolution, the reference.
 *
 * <p>Pixels of the padding are zeros that take part in the sums, as if the maps had been enlarged;
 * and so, in the gradient with respect to the input, do zeros for outputs beyond the border, as if
 * the gradient had been enlarged.
 *
 * @param geometry shapes and strides
 */
public record ConvScalar(ConvGeometry geometry) {
    /** What computes its passes, in words. */
    public static final String INFO = "scalar kernels";

    /** {@return what computes outputs} As {@link WeightedKernel#forward}. */
    public List<Task> forward(double[] src, double[] weights, double[] bias, double[] dst) {
        return List.of(Task.samples(1, (from, to) -> forward(src, weights, bias, dst, from, to)));
    }

    /** {@return the tasks of the gradient with respect to the input} As {@link WeightedKernel#backwardInput}. */
    public List<Task> backwardInput(double[] diffDst, double[] weights, double[] src,
            double[] diffSrc) {
        return List.of(Task.samples(1,
                (from, to) -> backwardInput(diffDst, weights, diffSrc, from, to)));
    }

    /** {@return what computes the others} As {@link WeightedKernel#backwardWeights}. */
    public List<Task> backwardWeights(double[] src, double[] diffDst, double[] diffWeights,
            double[] diffBias) {
        return List.of(Task.of(_ -> geometry.oc(), 1, (k, _, _, samples) -> {
            int slice = geometry.samplesOfSlice();
            for (int from = 0; from < samples; from += slice) {
                int to = Math.min(samples, from + slice);
                backwardWeights(src, diffDst, diffWeights, k, from, to);
                if (diffBias != null) {
                    double gradient = bias(diffDst, from, to, k);
                    diffBias[k] = from == 0 ? gradient : diffBias[k] + gradient;
                }
            }
        }));
    }

    private void forward(double[] src, double[] weights,
            double[] bias, double[] dst, int from, int to) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        Layout out = geometry.dst();
        int oc = geometry.oc();
        int oh = window.oh();
        int ow = window.ow();
        for (int n = from; n < to; n++) {
            for (int k = 0; k < oc; k++) {
                int firstChannel = k / geometry.ocg() * geometry.icg();
                int source = in.origin() + n * in.sample() + firstChannel * in.channel();
                double start = bias == null ? 0.0 : bias[k];
                for (int p = 0; p < oh; p++) {
                    for (int q = 0; q < ow; q++) {
                        dst[out.origin() + n * out.sample() + k * out.channel() + p * out.row()
                                + q * out.column()] = output(src, source, weights, k, p,
                                        q, start);
                    }
                }
            }
        }
    }

    private double output(double[] src, int source, double[] weights,
            int k, int p, int q, double start) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        int icg = geometry.icg();
        int kh = window.kh();
        int kw = window.kw();
        int taps = kh * kw;
        double sum = start;
        for (int r = 0; r < kh; r++) {
            int h = window.row(p, r);
            for (int s = 0; s < kw; s++) {
                int w = window.column(q, s);
                boolean inside = window.inside(h, w);
                int x = source + h * in.row() + w * in.column();
                int y = k * icg * taps + r * kw + s;
                for (int c = 0; c < icg; c++) {
                    double pixel = inside ? src[x + c * in.channel()] : 0.0;
                    sum = fma(pixel, weights[y + c * taps], sum);
                }
            }
        }
        return sum;
    }

    private void backwardInput(double[] diffDst, double[] weights,
            double[] diffSrc, int from, int to) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        for (int n = from; n < to; n++) {
            for (int c = 0; c < geometry.ic(); c++) {
                for (int h = 0; h < window.ih(); h++) {
                    for (int w = 0; w < window.iw(); w++) {
                        diffSrc[in.origin() + n * in.sample() + c * in.channel() + h * in.row()
                                + w * in.column()] = input(diffDst, weights, n, c, h, w);
                    }
                }
            }
        }
    }

    private double input(double[] diffDst, double[] weights, int n,
            int c, int h, int w) {
        WindowGeometry window = geometry.window();
        Layout out = geometry.dst();
        int icg = geometry.icg();
        int ocg = geometry.ocg();
        int taps = window.kh() * window.kw();
        int firstFilter = c / icg * ocg;
        double sum = 0.0;
        for (int r = 0; r < window.kh(); r++) {
            int top = h + window.ph() - r * window.dh();
            if (Math.floorMod(top, window.sh()) != 0) {
                continue;
            }
            for (int s = 0; s < window.kw(); s++) {
                int left = w + window.pw() - s * window.dw();
                if (Math.floorMod(left, window.sw()) != 0) {
                    continue;
                }
                int p = Math.floorDiv(top, window.sh());
                int q = Math.floorDiv(left, window.sw());
                boolean inside = p >= 0 && p < window.oh() && q >= 0 && q < window.ow();
                int y = out.origin() + n * out.sample() + firstFilter * out.channel()
                        + p * out.row()
                        + q * out.column();
                int x = (firstFilter * icg + c % icg) * taps + r * window.kw() + s;
                for (int k = 0; k < ocg; k++) {
                    double gradient = inside ? diffDst[y + k * out.channel()] : 0.0;
                    sum = fma(gradient, weights[x + k * icg * taps], sum);
                }
            }
        }
        return sum;
    }

    /** Makes the gradients of a filter over a slice, and adds them to those of the slices before. */
    private void backwardWeights(double[] src, double[] diffDst, double[] diffWeights, int k,
            int from, int to) {
        WindowGeometry window = geometry.window();
        int icg = geometry.icg();
        int taps = window.kh() * window.kw();
        int i = k * icg * taps;
        int firstChannel = k / geometry.ocg() * icg;
        for (int c = firstChannel; c < firstChannel + icg; c++) {
            for (int tap = 0; tap < taps; tap++) {
                double gradient = weight(src, diffDst, from, to, k, c, tap);
                diffWeights[i] = from == 0 ? gradient : diffWeights[i] + gradient;
                i++;
            }
        }
    }

    private double weight(double[] src, double[] diffDst,
            int from, int to, int k, int c, int tap) {
        WindowGeometry window = geometry.window();
        Layout in = geometry.src();
        Layout out = geometry.dst();
        int r = tap / window.kw();
        int s = tap % window.kw();
        double sum = 0.0;
        for (int n = from; n < to; n++) {
            int source = in.origin() + n * in.sample() + c * in.channel();
            int gradient = out.origin() + n * out.sample() + k * out.channel();
            for (int p = 0; p < window.oh(); p++) {
                int h = window.row(p, r);
                for (int q = 0; q < window.ow(); q++) {
                    int w = window.column(q, s);
                    double pixel = window.inside(h, w)
                            ? src[source + h * in.row() + w * in.column()]
                            : 0.0;
                    sum = fma(pixel, diffDst[gradient + p * out.row() + q * out.column()], sum);
                }
            }
        }
        return sum;
    }

    private double bias(double[] diffDst, int from, int to, int k) {
        WindowGeometry window = geometry.window();
        Layout out = geometry.dst();
        double sum = 0.0;
        for (int n = from; n < to; n++) {
            for (int p = 0; p < window.oh(); p++) {
                for (int q = 0; q < window.ow(); q++) {
                    sum += diffDst[out.at(n, k, p, q)];
                }
            }
        }
        return sum;
    }
}
