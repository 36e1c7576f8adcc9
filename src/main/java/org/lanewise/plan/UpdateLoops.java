package org.lanewise.plan;

import static org.lanewise.kernel.Elements.doubles;

import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import org.lanewise.kernel.AdamConstants;
import org.lanewise.kernel.Element;
import org.lanewise.kernel.Elements;
import org.lanewise.kernel.SgdConstants;
import org.lanewise.kernel.Task;
import org.lanewise.kernel.reference.AdamScalar;
import org.lanewise.kernel.reference.AddScalar;
import org.lanewise.kernel.reference.AverageScalar;
import org.lanewise.kernel.reference.GradientNormScalar;
import org.lanewise.kernel.reference.LionScalar;
import org.lanewise.kernel.reference.RmsPropScalar;
import org.lanewise.kernel.reference.SgdScalar;
import org.lanewise.spec.Lion;
import org.lanewise.spec.NAdam;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.RmsProp;

/** Loops over doubles. */
final class UpdateLoops implements ElementLoops {
    @Override
    public Task.Range update(UpdateRule rule, ParameterBuffer parameter,
            IntFunction<Elements> state) {
        double[] values = doubles(parameter.values());
        double[] diff = doubles(parameter.gradient());
        return switch (rule.optimizer()) {
            case Optimizer.Sgd sgd -> {
                SgdScalar loop = new SgdScalar(new SgdConstants(sgd.momentum(), sgd.weightDecay(),
                        sgd.nesterov()), values, diff,
                        sgd.momentum() == 0 ? null : doubles(state.apply(0)));
                yield sgd.momentum() == 0
                        ? (from, to) -> loop.plain(Element.round(rule.stepSize()), from, to)
                        : (from, to) -> loop.momentum(Element.round(rule.stepSize()),
                                Element.round(rule.share()), from, to);
            }
            case Optimizer.Adam adam -> adam(new AdamConstants(adam.beta1(), adam.beta2(),
                    adam.epsilon(), adam.weightDecay()), rule, parameter, state);
            case Optimizer.AdamW adam -> adam(new AdamConstants(adam.beta1(), adam.beta2(),
                    adam.epsilon(), 0.0), rule, parameter, state);
            case NAdam nadam -> {
                AdamScalar loop = new AdamScalar(new AdamConstants(nadam.beta1(), nadam.beta2(),
                        nadam.epsilon(), nadam.weightDecay()), values, diff,
                        doubles(state.apply(0)), doubles(state.apply(1)));
                yield (from, to) -> loop.nesterov(Element.round(rule.stepSize()),
                        Element.round(rule.momentStep()), Element.round(rule.correction()), from,
                        to);
            }
            case RmsProp rms -> {
                RmsPropScalar loop = new RmsPropScalar(rms.alpha(), rms.epsilon(), rms.momentum(),
                        rms.weightDecay(), values, diff, doubles(state.apply(0)),
                        rms.centered() ? doubles(state.apply(1)) : null,
                        rms.momentum() == 0
                                ? null
                                : doubles(state.apply(rms.centered() ? 2 : 1)));
                yield (from, to) -> loop.update(Element.round(rule.stepSize()), from, to);
            }
            case Lion lion -> {
                LionScalar loop = new LionScalar(lion.beta1(), lion.beta2(), values, diff,
                        doubles(state.apply(0)));
                yield (from, to) -> loop.update(Element.round(rule.stepSize()),
                        Element.round(rule.shrink()), from, to);
            }
        };
    }

    private static Task.Range adam(AdamConstants constants, UpdateRule rule,
            ParameterBuffer parameter, IntFunction<Elements> state) {
        AdamScalar loop = new AdamScalar(constants, doubles(parameter.values()),
                doubles(parameter.gradient()), doubles(state.apply(0)), doubles(state.apply(1)));
        return (from, to) -> loop.update(Element.round(rule.stepSize()),
                Element.round(rule.correction()), Element.round(rule.shrink()), from, to);
    }

    @Override
    public Task.Range average(Elements values, Elements average, boolean feedsBack,
            DoubleSupplier keep) {
        AverageScalar loop = new AverageScalar(doubles(values), doubles(average), feedsBack);
        return (from, to) -> loop.update(keep.getAsDouble(), from, to);
    }

    @Override
    public Task.Range exchange(Elements values, Elements average) {
        return new AverageScalar(doubles(values), doubles(average), false)::exchange;
    }

    @Override
    public Task.Range copy(Elements from, Elements to) {
        double[] src = doubles(from);
        double[] dst = doubles(to);
        return (first, last) -> System.arraycopy(src, first, dst, first, last - first);
    }

    @Override
    public Task.Range accumulate(Elements from, Elements to) {
        double[] src = doubles(from);
        double[] dst = doubles(to);
        return (first, last) -> AddScalar.accumulate(src, dst, first, last);
    }

    @Override
    public Task.Range scaled(DoubleSupplier factor, Elements from, Elements to) {
        double[] src = doubles(from);
        double[] dst = doubles(to);
        return (first, last) -> GradientNormScalar
                .scaled(Element.round(factor.getAsDouble()), src, dst, first, last);
    }

    @Override
    public double addSquares(double sum, Elements elements) {
        return GradientNormScalar.addSquares(sum, doubles(elements));
    }

    @Override
    public void scale(double factor, Elements elements) {
        GradientNormScalar.scale(Element.round(factor), doubles(elements));
    }
}
