package org.lanewise.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.LayerTrace;
import org.lanewise.Model;
import org.lanewise.Parameters;
import org.lanewise.Trainer;
import org.lanewise.TrainingOptions;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Linear;
import org.lanewise.spec.Loss;
import org.lanewise.spec.MaxPool2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.ReceptiveField;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

/**
 * A lesson's steps through a CNN: sizes, parameter counts, receptive fields, a kernel that slides,
 * pooling and its argmax indices, padding, and a forward pass with every layer in view.
 *
 * <p>Maps are (row, column), and rows and columns count from 0.
 */
public final class CnnLesson {
    private CnnLesson() {}

    /**
     * A position in a map.
     *
     * @param row from 0
     * @param column from 0
     */
    public record Place(int row, int column) {}

    /**
     * What max pooling keeps of a map.
     *
     * @param values the largest of each window
     * @param argmax their positions in the map, window by window, row by row
     */
    public record Pooled(double[][] values, List<Place> argmax) {}

    /**
     * What the layers of a small classifier make of an image.
     *
     * @param featureMap the convolution's response
     * @param activated its positive part
     * @param pooled the largest of that
     * @param logits one score a class
     */
    public record Forward(
            double[][] featureMap,
            double[][] activated,
            double[] pooled,
            double[] logits) {}

    /**
     * {@return how many windows fit along one dimension, without dilation}
     *
     * @param size elements of the input
     * @param kernel elements of one window
     * @param stride step between windows
     * @param padding elements added at each end
     * @throws IllegalArgumentException if an argument is out of range or no window fits
     */
    public static int outputSize(int size, int kernel, int stride, int padding) {
        return Window.outputSize(size, kernel, stride, padding, 1);
    }

    /**
     * {@return output shape and parameters of a convolution with bias; nothing is allocated}
     *
     * @param input shape of one image
     * @param filters kernels, each over all channels
     * @param window kernel, stride and padding
     * @throws IllegalArgumentException if no window fits
     */
    public static LayerDescription convolution(Shape.Image input, int filters, Window window) {
        Conv2d layer = new Conv2d(filters, window);
        return new Network(input, List.of(layer), Loss.meanSquaredError()).describe().getFirst();
    }

    /**
     * {@return output shape and parameters of a dense layer with bias; nothing is allocated}
     *
     * @param inputs features
     * @param units outputs
     * @throws IllegalArgumentException if a size is below 1
     */
    public static LayerDescription dense(int inputs, int units) {
        return Network.input(inputs).layer(new Linear(units)).meanSquaredError().describe()
                .getFirst();
    }

    /**
     * {@return the receptive field of one value after each of some windows}
     *
     * @param windows convolutions and poolings, first to last
     */
    public static List<ReceptiveField> receptiveFields(List<Window> windows) {
        List<ReceptiveField> fields = new ArrayList<>();
        ReceptiveField field = ReceptiveField.PIXEL;
        for (Window window : windows) {
            field = field.through(window);
            fields.add(field);
        }
        return fields;
    }

    /**
     * {@return the response of a kernel at every position where it lies within the image}
     *
     * @param image a map
     * @param kernel at most as large
     * @throws IllegalArgumentException if arrays are ragged or sizes do not fit
     */
    public static double[][] featureMap(double[][] image, double[][] kernel) {
        return responses(image, new double[][][] {kernel}, 0)[0];
    }

    /**
     * {@return what each row of a kernel adds to one response}
     *
     * <p>A convolution is linear in its kernel: one filter a row, with the other rows 0, splits the
     * response.
     *
     * @param image a map
     * @param kernel at most as large
     * @param at which response
     * @throws IllegalArgumentException if arrays are ragged or sizes do not fit
     * @throws IndexOutOfBoundsException if there is no such response
     */
    public static double[] rowContributions(double[][] image, double[][] kernel, Place at) {
        RowMajor taps = RowMajor.of("kernel", kernel);
        double[][][] filters = new double[taps.size(0)][taps.size(0)][taps.size(1)];
        for (int row = 0; row < taps.size(0); row++) {
            filters[row][row] = kernel[row];
        }
        return Arrays.stream(responses(image, filters, 0))
                .mapToDouble(map -> map[at.row()][at.column()]).toArray();
    }

    /**
     * {@return the sum of all responses of a 3x3 kernel of ones: how often the windows meet what
     * the image holds}
     *
     * @param image a map
     * @param padding zeros added on every side; without them fewer windows reach a border
     * @throws IllegalArgumentException if the array is ragged or no window fits
     */
    public static double totalWindowResponse(double[][] image, int padding) {
        double[][] ones = {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}};
        double[][] map = responses(image, new double[][][] {ones}, padding)[0];
        return Arrays.stream(map).flatMapToDouble(Arrays::stream).sum();
    }

    private static double[][][] responses(double[][] image, double[][][] filters, int padding) {
        double[][][][] kernels = new double[filters.length][][][];
        for (int i = 0; i < filters.length; i++) {
            kernels[i] = new double[][][] {filters[i]};
        }
        return MeanSquaredErrorCnn.conv2dForward(new double[][][][] {{image}}, kernels,
                new double[filters.length], 1, padding)[0];
    }

    /**
     * {@return the largest of each window, and its position}
     *
     * @param map what is pooled
     * @param window its kernel and stride
     * @throws IllegalArgumentException if the array is ragged or no window fits
     */
    public static Pooled maxPool(double[][] map, Window window) {
        RowMajor values = RowMajor.of("map", map);
        Network network = Network.input(1, map.length, map[0].length)
                .layer(new MaxPool2d(window)).meanSquaredError();
        Model model = new Model(network, new Parameters(List.of()), 1);
        LayerTrace pool = model.trace(values.values()).getFirst();
        List<Place> argmax = Arrays.stream(pool.argmax())
                .mapToObj(place -> new Place(place / map[0].length, place % map[0].length))
                .toList();
        int width = ((Shape.Image) network.output()).width();
        return new Pooled(RowMajor.rows(pool.values(), width), argmax);
    }

    /**
     * {@return the position of the largest value: the argmax of one window over the whole map}
     *
     * @param map what is searched; the first of equal values counts
     * @throws IllegalArgumentException if the array is ragged
     */
    public static Place strongest(double[][] map) {
        RowMajor values = RowMajor.of("map", map);
        return maxPool(map, Window.of(values.size(0), values.size(1))).argmax().getFirst();
    }

    /**
     * {@return the gradient by a map, to rounding, of a loss whose gradient by the pooled map is
     * given: 0 everywhere except at the argmax of each window}
     *
     * <p>What a trainer shows of a gradient is how parameters move, so the map is made of
     * parameters. A kernel as large as the map slides over an image of one pixel, 1, padded until
     * each tap meets it once: the response is the kernel, upside down and right to left. Squared
     * error with the target {@code pooled - gradient / 2} has the required gradient, and a step at
     * the rate 1 subtracts it.
     *
     * @param map what is pooled
     * @param window kernel and stride of the pooling
     * @param gradient one number a window
     * @throws IllegalArgumentException if arrays are ragged or sizes do not fit
     */
    public static double[][] maxPoolGradient(double[][] map, Window window, double[][] gradient) {
        RowMajor diffPooled = RowMajor.of("gradient", gradient);
        RowMajor pooled = RowMajor.of("pooled", maxPool(map, window).values());
        if (!diffPooled.shape().equals(pooled.shape())) {
            throw new IllegalArgumentException("gradient has shape " + diffPooled.shape()
                    + ", but the pooled map has " + pooled.shape());
        }
        double[] targets = pooled.values().clone();
        for (int i = 0; i < targets.length; i++) {
            targets[i] -= diffPooled.values()[i] / 2;
        }
        int height = map.length;
        int width = map[0].length;
        Window everyTapOnce = Window.of(height, width).padding(height - 1, width - 1);
        Network network = new Network(new Shape.Image(1, 1, 1),
                List.of(new Conv2d(1, everyTapOnce, 1, false), new MaxPool2d(window)),
                Loss.meanSquaredError().reduction(Loss.Reduction.SUM));
        double[] kernel = reversed(RowMajor.of("map", map).values());
        Trainer trainer = new Trainer(network, ChosenParameters.of(network, kernel),
                TrainingOptions.of(Optimizer.sgd(1)).batchSize(1));
        trainer.step(new double[] {1}, targets);
        double[] moved = trainer.parameters().values("0.weight");
        double[] diffKernel = new double[kernel.length];
        for (int i = 0; i < kernel.length; i++) {
            diffKernel[i] = kernel[i] - moved[i];
        }
        return RowMajor.rows(reversed(diffKernel), width);
    }

    private static double[] reversed(double[] values) {
        double[] reversed = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            reversed[i] = values[values.length - 1 - i];
        }
        return reversed;
    }

    /**
     * {@return every layer's output for an image: convolution, ReLU, the largest response of all,
     * and a dense layer that scores it}
     *
     * @param image a map
     * @param kernel at most as large; no bias
     * @param classifierWeights (class, 1)
     * @param classifierBias one number a class
     * @throws IllegalArgumentException if arrays are ragged or sizes do not fit
     */
    public static Forward forward(double[][] image, double[][] kernel,
            double[][] classifierWeights, double[] classifierBias) {
        RowMajor pixels = RowMajor.of("image", image);
        RowMajor taps = RowMajor.of("kernel", kernel);
        int height = pixels.size(0) - taps.size(0) + 1;
        int width = pixels.size(1) - taps.size(1) + 1;
        Network network = Network.input(1, pixels.size(0), pixels.size(1))
                .layer(new Conv2d(1, Window.of(taps.size(0), taps.size(1)), 1, false)).relu()
                .layer(new MaxPool2d(Window.of(height, width))).flatten()
                .linear(classifierBias.length).softmaxCrossEntropy();
        Parameters chosen = ChosenParameters.of(network, taps.values(),
                RowMajor.of("classifierWeights", classifierWeights).values(), classifierBias);
        List<LayerTrace> layers = new Model(network, chosen, 1).trace(pixels.values());
        return new Forward(RowMajor.rows(layers.get(0).values(), width),
                RowMajor.rows(layers.get(1).values(), width), layers.get(2).values(),
                layers.get(4).values());
    }
}
