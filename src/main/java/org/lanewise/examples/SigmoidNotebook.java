package org.lanewise.examples;

import java.util.List;
import org.lanewise.LayerTrace;
import org.lanewise.Model;
import org.lanewise.Parameters;
import org.lanewise.Trainer;
import org.lanewise.TrainingOptions;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Window;

/**
 * A notebook's single step: convolution without bias, dense layer, sigmoid, and an update of the
 * dense layer toward a target.
 *
 * <p>The notebook's update is not the gradient's. Its loss {@code (p - t)^2 / 2} of a prediction
 * {@code p = sigmoid(z)} has the derivative {@code (p - t) s'(z)} by z, where
 * {@code s'(z) = p (1 - p)}; the notebook hands the prediction to its function of z and so takes
 * {@code s'(p) = sigmoid(p) (1 - sigmoid(p))}. With p = 0.03 that is 0.25 in place of 0.03, a step
 * eight times as long. {@link #publishedUpdate} repeats it, {@link #trueUpdate} computes it with
 * the library.
 */
public final class SigmoidNotebook {
    private SigmoidNotebook() {}

    /**
     * The dense layer.
     *
     * @param weights one number an input
     * @param bias added to their weighted sum
     */
    public record Dense(double[] weights, double bias) {}

    /**
     * A forward pass.
     *
     * @param convOutput the convolution's map (row, column)
     * @param flattened the same numbers in a row, the dense layer's input
     * @param z the dense layer's output
     * @param prediction sigmoid of z
     */
    public record Forward(
            double[][] convOutput,
            double[] flattened,
            double z,
            double prediction) {}

    /**
     * {@return what every layer makes of an image}
     *
     * @param image (row, column)
     * @param kernel (row, column), at most as large as the image
     * @param dense one weight for each position of the kernel
     * @throws IllegalArgumentException if arrays are ragged or sizes do not fit
     */
    public static Forward forward(double[][] image, double[][] kernel, Dense dense) {
        Network network = network(image, kernel);
        Model model = new Model(network, parameters(network, kernel, dense), 1);
        List<LayerTrace> layers = model.trace(RowMajor.of("image", image).values());
        int width = image[0].length - kernel[0].length + 1;
        return new Forward(RowMajor.rows(layers.get(0).values(), width), layers.get(1).values(),
                layers.get(2).values()[0], layers.get(3).values()[0]);
    }

    /**
     * {@return the dense layer after the notebook's update, with the derivative at the prediction}
     *
     * @param forward a forward pass
     * @param dense the dense layer of that pass
     * @param target what the prediction should be
     * @param learningRate factor of the step
     * @throws IllegalArgumentException if the pass had another number of inputs
     */
    public static Dense publishedUpdate(Forward forward, Dense dense, double target,
            double learningRate) {
        if (forward.flattened().length != dense.weights().length) {
            throw new IllegalArgumentException(dense.weights().length + " weights for "
                    + forward.flattened().length + " inputs");
        }
        double slope = sigmoid(forward.prediction()) * (1 - sigmoid(forward.prediction()));
        double diffZ = (forward.prediction() - target) * slope;
        double[] weights = dense.weights().clone();
        for (int i = 0; i < weights.length; i++) {
            weights[i] -= learningRate * diffZ * forward.flattened()[i];
        }
        return new Dense(weights, dense.bias() - learningRate * diffZ);
    }

    private static double sigmoid(double z) {
        return 1 / (1 + StrictMath.exp(-z));
    }

    /**
     * {@return the dense layer after a step along the gradient, which the library computes}
     *
     * <p>The library's step moves the kernel as well. That does not touch what is returned: every
     * gradient is taken before any parameter moves.
     *
     * @param image (row, column)
     * @param kernel (row, column), at most as large as the image
     * @param dense one weight for each position of the kernel
     * @param target what the prediction should be
     * @param learningRate factor of the step, for the notebook's loss
     * @throws IllegalArgumentException if arrays are ragged or sizes do not fit
     */
    public static Dense trueUpdate(double[][] image, double[][] kernel, Dense dense, double target,
            double learningRate) {
        Network network = network(image, kernel);
        // Squared error without the notebook's half has twice its gradient; half the rate makes up
        // for it, exactly, for 2 is a power of 2.
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(learningRate / 2)).batchSize(1);
        Trainer trainer = new Trainer(network, parameters(network, kernel, dense), options);
        trainer.step(RowMajor.of("image", image).values(), new double[] {target});
        Parameters moved = trainer.parameters();
        return new Dense(moved.values("2.weight"), moved.values("2.bias")[0]);
    }

    private static Network network(double[][] image, double[][] kernel) {
        RowMajor pixels = RowMajor.of("image", image);
        RowMajor taps = RowMajor.of("kernel", kernel);
        Conv2d convolution = new Conv2d(1, Window.of(taps.size(0), taps.size(1)), 1, false);
        return Network.input(1, pixels.size(0), pixels.size(1)).layer(convolution).flatten()
                .linear(1).sigmoid().meanSquaredError();
    }

    private static Parameters parameters(Network network, double[][] kernel, Dense dense) {
        return ChosenParameters.of(network, RowMajor.of("kernel", kernel).values(),
                dense.weights(), new double[] {dense.bias()});
    }
}
