package org.lanewise.plan;

import java.util.List;
import java.util.stream.Stream;
import org.lanewise.spec.Lion;
import org.lanewise.spec.NAdam;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.RmsProp;
import org.lanewise.spec.Schedule;

/**
 * The arithmetic of an optimizer: the numbers that all elements of an update share, and the loop over the
 * elements of a parameter, which reads them.
 */
final class UpdateRule {
    private final Optimizer optimizer;
    /** Powers of beta1 for Adam, 0.96^momentumDecay for NAdam. */
    private final Schedule firstPower;
    /** Powers of beta2. */
    private final Schedule secondPower;
    /** NAdam: of so many updates, the product of their shares; one that has reached 0 stays there. */
    private double product = 1.0;
    private long multiplied;
    /** Of the running update: what its direction is multiplied by. */
    private double stepSize;
    /** SGD: what of the gradient enters the velocity. */
    private double share;
    /** AdamW, Lion: the factor of the values. */
    private double shrink;
    /** Adam: sqrt(1 - beta2^t); NAdam: 1 - beta2^t. */
    private double correction;
    /** NAdam: the step along the first moment. */
    private double momentStep;

    UpdateRule(Optimizer optimizer) {
        this.optimizer = optimizer;
        switch (optimizer) {
            case Optimizer.Adam adam -> {
                firstPower = new Schedule.Exponential(adam.beta1());
                secondPower = new Schedule.Exponential(adam.beta2());
            }
            case Optimizer.AdamW adam -> {
                firstPower = new Schedule.Exponential(adam.beta1());
                secondPower = new Schedule.Exponential(adam.beta2());
            }
            case NAdam nadam -> {
                firstPower = new Schedule.Exponential(
                        StrictMath.pow(0.96, nadam.momentumDecay()));
                secondPower = new Schedule.Exponential(nadam.beta2());
            }
            case Optimizer.Sgd _,RmsProp _,Lion _ -> {
                firstPower = Schedule.CONSTANT;
                secondPower = Schedule.CONSTANT;
            }
        }
    }

    /** The names of the arrays that an optimizer keeps for each parameter. */
    static List<String> arrays(Optimizer optimizer) {
        return switch (optimizer) {
            case Optimizer.Sgd sgd -> sgd.momentum() == 0 ? List.of() : List.of("velocity");
            case Optimizer.Adam _,Optimizer.AdamW _ -> List.of("first_moment", "second_moment");
            case NAdam _ -> List.of("exp_avg", "exp_avg_sq");
            case RmsProp rms -> Stream.of("square_avg", rms.centered() ? "grad_avg" : "",
                    rms.momentum() == 0 ? "" : "momentum_buffer").filter(name -> !name.isEmpty())
                    .toList();
            case Lion _ -> List.of("exp_avg");
        };
    }

    /**
     * Computes what all elements share, before the loops run; again where an update is repeated.
     *
     * @param rate learning rate of this update
     * @param number of this update, from 1
     */
    void prepare(double rate, long number) {
        switch (optimizer) {
            case Optimizer.Sgd sgd -> {
                stepSize = rate;
                share = number == 1 ? 1.0 : 1.0 - sgd.dampening();
            }
            case Optimizer.Adam _ -> correct(rate, 0.0, number);
            case Optimizer.AdamW adam -> correct(rate, adam.weightDecay(), number);
            case NAdam nadam -> {
                double now = share(nadam, number);
                double next = share(nadam, number + 1);
                for (; multiplied < number && product != 0; multiplied++) {
                    product *= share(nadam, multiplied + 1);
                }
                stepSize = rate * (1.0 - now) / (1.0 - product);
                momentStep = rate * next / (1.0 - product * next);
                correction = 1.0 - secondPower.rate(1.0, number);
            }
            case RmsProp _ -> stepSize = rate;
            case Lion lion -> {
                stepSize = rate;
                shrink = 1.0 - rate * lion.weightDecay();
            }
        }
    }

    private void correct(double rate, double decoupledDecay, long number) {
        stepSize = rate / (1.0 - firstPower.rate(1.0, number));
        correction = Math.sqrt(1.0 - secondPower.rate(1.0, number));
        shrink = 1.0 - rate * decoupledDecay;
    }

    /** NAdam's momentum, which grows from half of beta1 to all of it. */
    private double share(NAdam nadam, long number) {
        return nadam.beta1() * (1.0 - firstPower.rate(0.5, number));
    }

    /** Lets the next update be any. */
    void restart() {
        product = 1.0;
        multiplied = 0;
    }

    Optimizer optimizer() {
        return optimizer;
    }

    double stepSize() {
        return stepSize;
    }

    double share() {
        return share;
    }

    double shrink() {
        return shrink;
    }

    double correction() {
        return correction;
    }

    double momentStep() {
        return momentStep;
    }
}
