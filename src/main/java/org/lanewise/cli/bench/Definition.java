package org.lanewise.cli.bench;

import java.util.List;
import java.util.Optional;
import org.lanewise.measure.Passes;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Linear;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Size;
import org.lanewise.spec.Window;

/**
 * All passes of a convolution from its definition, by one loop over all products that has nothing
 * in common with the kernels: where they gather one sum after the other, it scatters.
 *
 * <p>On whole numbers sums are exact in any order, in single precision up to 2^24, and everything
 * must be equal.
 */
final class Definition {
    private final int batch;
    private final int groups;
    private final Shape.Image in;
    private final Shape.Image out;
    private final Window window;

    private Definition(int batch, int groups, Shape.Image in, Shape.Image out, Window window) {
        this.batch = batch;
        this.groups = groups;
        this.in = in;
        this.out = out;
        this.window = window;
    }

    /** The definition of a layer; a linear layer is a convolution of maps of one pixel. */
    static Optional<Definition> of(Problem.OneLayer problem) {
        return switch (problem.layer()) {
            case Conv2d conv when problem.input() instanceof Shape.Image image ->
                Optional.of(new Definition(problem.batch(), conv.groups(), image,
                        conv.output(image), conv.window()));
            case Linear linear when problem.input() instanceof Shape.Flat flat ->
                Optional.of(new Definition(problem.batch(), 1,
                        new Shape.Image(flat.features(), 1, 1),
                        new Shape.Image(linear.outFeatures(), 1, 1), Window.of(1)));
            default -> Optional.empty();
        };
    }

    /**
     * Computes what all passes make.
     *
     * @param operands input, weight, perhaps bias, output gradient; not modified
     * @return output, input gradient, weight gradient, and where there is a bias, its gradient
     */
    List<Passes.Result> results(List<Passes.Result> operands) {
        double[] x = operands.get(0).values();
        double[] w = operands.get(1).values();
        double[] dy = operands.getLast().values();
        boolean hasBias = operands.size() == 4;
        double[] bias = hasBias ? operands.get(2).values() : new double[out.channels()];
        double[] y = new double[dy.length];
        double[] biasGradient = new double[bias.length];
        int map = out.height() * out.width();
        for (int i = 0; i < y.length; i++) {
            int k = i / map % out.channels();
            y[i] = bias[k];
            biasGradient[k] += dy[i];
        }
        double[] dx = new double[x.length];
        double[] dw = new double[w.length];
        scatter(new Arrays(x, w, dy, y, dx, dw));
        List<Passes.Result> all = List.of(new Passes.Result("output", y),
                new Passes.Result("input gradient", dx), new Passes.Result("weight gradient", dw),
                new Passes.Result("bias gradient", biasGradient));
        return hasBias ? all : all.subList(0, 3);
    }

    /** The arrays of all passes: what is read, and the sums that products are added to. */
    private record Arrays(double[] x, double[] w, double[] dy, double[] y, double[] dx,
            double[] dw) {}

    /** Adds every product to the sums that it belongs to. */
    private void scatter(Arrays arrays) {
        int each = in.channels() / groups;
        int taps = Math.toIntExact(window.taps());
        for (int n = 0; n < batch; n++) {
            for (int k = 0; k < out.channels(); k++) {
                int firstChannel = k / (out.channels() / groups) * each;
                int yMap = (n * out.channels() + k) * out.height() * out.width();
                for (int c = 0; c < each; c++) {
                    int xMap = (n * in.channels() + firstChannel + c) * in.height() * in.width();
                    int wMap = (k * each + c) * taps;
                    for (int tap = 0; tap < taps; tap++) {
                        scatter(arrays, tap, xMap, wMap + tap, yMap);
                    }
                }
            }
        }
    }

    /** The products of one weight with one map. */
    private void scatter(Arrays arrays, int tap, int xMap, int weight, int yMap) {
        Size stride = window.stride();
        int down = tap / window.kernel().width() * window.dilation().height()
                - window.padding().height();
        int across = tap % window.kernel().width() * window.dilation().width()
                - window.padding().width();
        for (int p = 0; p < out.height(); p++) {
            int row = p * stride.height() + down;
            if (row < 0 || row >= in.height()) {
                continue;
            }
            for (int q = 0; q < out.width(); q++) {
                int column = q * stride.width() + across;
                if (column >= 0 && column < in.width()) {
                    int xAt = xMap + row * in.width() + column;
                    int yAt = yMap + p * out.width() + q;
                    arrays.y[yAt] += arrays.x[xAt] * arrays.w[weight];
                    arrays.dx[xAt] += arrays.dy[yAt] * arrays.w[weight];
                    arrays.dw[weight] += arrays.x[xAt] * arrays.dy[yAt];
                }
            }
        }
    }
}
