package org.lanewise.kernel.list;

import java.util.List;
import java.util.function.Function;
import org.lanewise.kernel.BoundPass;
import org.lanewise.kernel.ConvGeometry;
import org.lanewise.kernel.ConvProblem;
import org.lanewise.kernel.Layout.Halo;
import org.lanewise.kernel.LinearGeometry;
import org.lanewise.kernel.LinearProblem;
import org.lanewise.kernel.conv.ConvBackwardGroupsVector;
import org.lanewise.kernel.conv.ConvBackwardInputVector;
import org.lanewise.kernel.conv.ConvBackwardLinesVector;
import org.lanewise.kernel.conv.ConvBackwardPlanesVector;
import org.lanewise.kernel.conv.ConvBackwardPointwiseVector;
import org.lanewise.kernel.conv.ConvBackwardSamplesVector;
import org.lanewise.kernel.conv.ConvBackwardTapsVector;
import org.lanewise.kernel.conv.ConvBackwardWeightsVector;
import org.lanewise.kernel.conv.ConvForwardLinesVector;
import org.lanewise.kernel.conv.ConvForwardSamplesVector;
import org.lanewise.kernel.conv.ConvForwardVector;
import org.lanewise.kernel.conv.ConvGroupsVector;
import org.lanewise.kernel.linear.LinearBackwardVector;
import org.lanewise.kernel.linear.LinearForwardVector;
import org.lanewise.kernel.linear.LinearOutputsVector;
import org.lanewise.kernel.reference.ConvScalar;
import org.lanewise.kernel.reference.LinearScalar;
import org.lanewise.kernel.winograd.ConvWinograd;

/**
 * Everything that can compute a pass of a layer that learns weights: the first that does not refuse
 * computes it, and the reference, which computes everything, is last. Shapes decide, and never a
 * measurement, so that a network is computed alike wherever it runs.
 */
public final class Implementations {
    private static final List<Implementation<ConvProblem, ConvGeometry>> CONV_FORWARD = List
            .of(
                    new Implementation<>("Winograd", KernelKind.WINOGRAD, ConvWinograd::refusal,
                            ConvWinograd::sourceHalo, none(), false, ConvWinograd::forward),
                    new Implementation<>("samples in lanes", KernelKind.DIRECT,
                            ConvForwardSamplesVector::refusal, ConvForwardVector::sourceHalo,
                            none(), true, ConvForwardSamplesVector::bind),
                    new Implementation<>("lines of pixels", KernelKind.DIRECT,
                            ConvForwardLinesVector::refusal, ConvForwardVector::sourceHalo,
                            none(), true, ConvForwardLinesVector::bind),
                    new Implementation<>("channels in lanes", KernelKind.DIRECT,
                            ConvGroupsVector::refusal, ConvForwardVector::sourceHalo, none(),
                            false, ConvGroupsVector::bind),
                    new Implementation<>("rows of pixels", KernelKind.DIRECT, always(),
                            ConvForwardVector::sourceHalo, none(), false,
                            ConvForwardVector::bind),
                    reference(geometry -> new ConvScalar(geometry)::forward));

    private static final List<Implementation<ConvProblem, ConvGeometry>> CONV_INPUT = List
            .of(
                    new Implementation<>("Winograd", KernelKind.WINOGRAD, ConvWinograd::refusal,
                            none(),
                            ConvWinograd::inputGradientHalo, false,
                            ConvWinograd::backwardInput),
                    new Implementation<>("samples in lanes", KernelKind.DIRECT,
                            ConvBackwardSamplesVector::refusal, none(),
                            ConvBackwardInputVector::halo, false,
                            ConvBackwardSamplesVector::bind),
                    new Implementation<>("pixels in lanes", KernelKind.DIRECT,
                            ConvBackwardPlanesVector::refusal, none(),
                            ConvBackwardInputVector::halo, false, ConvBackwardPlanesVector::bind),
                    new Implementation<>("channels in lanes", KernelKind.DIRECT,
                            ConvGroupsVector::refusal, none(), ConvBackwardInputVector::halo,
                            false, ConvGroupsVector::bindInput),
                    new Implementation<>("rows of pixels", KernelKind.DIRECT, always(), none(),
                            ConvBackwardInputVector::halo, false, ConvBackwardInputVector::bind),
                    reference(geometry -> new ConvScalar(geometry)::backwardInput));

    private static final List<Implementation<ConvProblem, ConvGeometry>> CONV_WEIGHTS = List
            .of(
                    new Implementation<>("Winograd", KernelKind.WINOGRAD, ConvWinograd::refusal,
                            ConvWinograd::sourceHalo, ConvWinograd::weightGradientHalo, false,
                            ConvWinograd::backwardWeights),
                    new Implementation<>("lines of pixels", KernelKind.DIRECT,
                            ConvBackwardLinesVector::refusal, ConvForwardVector::sourceHalo,
                            none(), true, ConvBackwardLinesVector::bind),
                    new Implementation<>("weights in lanes", KernelKind.DIRECT,
                            ConvBackwardTapsVector::refusal, ConvForwardVector::sourceHalo,
                            none(), false, ConvBackwardTapsVector::bind),
                    new Implementation<>("transposed gradient", KernelKind.DIRECT,
                            ConvBackwardPointwiseVector::refusal, ConvForwardVector::sourceHalo,
                            none(), false, ConvBackwardPointwiseVector::bind),
                    new Implementation<>("channels in lanes", KernelKind.DIRECT,
                            ConvGroupsVector::refusal, ConvForwardVector::sourceHalo, none(),
                            false, ConvBackwardGroupsVector::bind),
                    new Implementation<>("pixel by pixel", KernelKind.DIRECT, always(),
                            ConvForwardVector::sourceHalo, none(), false,
                            ConvBackwardWeightsVector::bind),
                    reference(geometry -> new ConvScalar(geometry)::backwardWeights));

    private static final List<Implementation<LinearProblem, LinearGeometry>> LINEAR_FORWARD = List
            .of(
                    new Implementation<>("outputs in lanes", KernelKind.DIRECT,
                            LinearOutputsVector::refusal, none(), none(), true,
                            LinearOutputsVector::bind),
                    new Implementation<>("samples in lanes", KernelKind.DIRECT, always(), none(),
                            none(), true, LinearForwardVector::bind),
                    reference(geometry -> new LinearScalar(geometry)::forward));

    private static final List<Implementation<LinearProblem, LinearGeometry>> LINEAR_INPUT = List
            .of(
                    new Implementation<>("inputs in lanes", KernelKind.DIRECT, always(), none(),
                            none(),
                            true, LinearBackwardVector::bindInput),
                    reference(geometry -> new LinearScalar(geometry)::backwardInput));

    private static final List<Implementation<LinearProblem, LinearGeometry>> LINEAR_WEIGHTS = List
            .of(
                    new Implementation<>("inputs in lanes", KernelKind.DIRECT, always(), none(),
                            none(),
                            true, LinearBackwardVector::bindWeights),
                    reference(geometry -> new LinearScalar(geometry)::backwardWeights));

    private static final WeightedChoice.Winograd WINOGRAD = new WeightedChoice.Winograd(
            ConvWinograd::reason, ConvWinograd::poolsByTwo, ConvWinograd::maxPool);

    private Implementations() {}

    private static <P> Function<P, Halo> none() {
        return problem -> Halo.NONE;
    }

    private static <P> Function<P, String> always() {
        return problem -> null;
    }

    private static <P, G> Implementation<P, G> reference(Function<G, BoundPass.OfDoubles> tasks) {
        return new Implementation<>("reference", KernelKind.REFERENCE, always(), none(), none(),
                true,
                (geometry, _, _, _) -> BoundPass.ofDoubles(null, ConvScalar.INFO,
                        tasks.apply(geometry)));
    }

    /**
     * {@return what computes the passes of a convolution}
     *
     * @param problem the convolution
     * @param flops operations of a forward pass of one sample
     * @param limit what the plan allows
     */
    public static WeightedChoice<ConvProblem, ConvGeometry> of(ConvProblem problem, long flops,
            KernelKind limit) {
        return new WeightedChoice<>(problem, Choice.of(CONV_FORWARD, problem, flops, limit),
                Choice.of(CONV_INPUT, problem, flops, limit),
                Choice.of(CONV_WEIGHTS, problem, flops, limit), WINOGRAD);
    }

    /**
     * {@return what computes the passes of a dense layer}
     *
     * @param problem the layer
     * @param flops operations of a forward pass of a batch
     * @param limit what the plan allows
     */
    public static WeightedChoice<LinearProblem, LinearGeometry> of(LinearProblem problem,
            long flops,
            KernelKind limit) {
        return new WeightedChoice<>(problem, Choice.of(LINEAR_FORWARD, problem, flops, limit),
                Choice.of(LINEAR_INPUT, problem, flops, limit),
                Choice.of(LINEAR_WEIGHTS, problem, flops, limit), null);
    }
}
