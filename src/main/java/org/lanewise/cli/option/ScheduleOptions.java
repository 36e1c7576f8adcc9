package org.lanewise.cli.option;

import org.lanewise.TrainingProgress;
import org.lanewise.codec.ScheduleText;
import org.lanewise.spec.Schedule;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The schedule of a training's learning rate. */
public final class ScheduleOptions {
    /** Any training, to check the text before the length of the training is known. */
    private static final int SOME_STEPS = 1_000_000_000;

    @Option(names = "--schedule", paramLabel = "TYPE:FIELD=X,...",
            description = "How the learning rate changes (PyTorch's definitions and defaults;"
                    + " one_cycle leaves the momentum as it is, piecewise_linear is Lanewise's):"
                    + " step:step_size=,gamma=; multi_step:milestones=300/800,gamma=;"
                    + " exponential:gamma=; cosine:t_max=,eta_min=;"
                    + " cosine_warm_restarts:t_0=,t_mult=,eta_min=; one_cycle:max_lr=,total_steps=,"
                    + "pct_start=,div_factor=,final_div_factor=,anneal_strategy=cos|linear;"
                    + " reduce_on_plateau:factor=,"
                    + "patience=,threshold=,threshold_mode=rel|abs,cooldown=,min_lr=,eps=;"
                    + " piecewise_linear:STEP=FACTOR,... Steps are updates, with unit=epoch epochs;"
                    + " t_max and total_steps are the training's where they are left out.")
    private String schedule;

    @Option(names = "--warm-up", paramLabel = "STEPS",
            description = "Raise the learning rate linearly in the first STEPS updates, before the"
                    + " schedule begins.")
    private Integer warmUp;

    @Option(names = "--warm-up-start", paramLabel = "X",
            description = "Factor of the learning rate at the first update of the warm-up, above 0,"
                    + " at most 1 (default: 1/3, as PyTorch's LinearLR).")
    private Double start;

    /** Complains about what cannot be, before any work. */
    public void check() {
        parse(1, SOME_STEPS);
    }

    public boolean given() {
        return schedule != null || warmUp != null;
    }

    private Schedule parse(int stepsPerEpoch, long steps) {
        String text = schedule == null ? "constant" : schedule;
        if (warmUp == null && start != null) {
            throw new IllegalArgumentException("--warm-up-start needs --warm-up");
        }
        if (warmUp != null) {
            text += (text.contains(":") ? "," : ":") + "warm_up=" + warmUp
                    + (start == null ? "" : ",warm_up_start=" + start);
        }
        return ScheduleText.parse(text, stepsPerEpoch, steps);
    }

    /** The schedule of a training of some length, which has to end when the training does. */
    public Schedule schedule(CommandLine command, int batchesPerEpoch, double epochs,
            int accumulate) {
        int stepsPerEpoch = Math.ceilDiv(batchesPerEpoch, accumulate);
        long steps = TrainingProgress.updates(TrainingProgress.steps(epochs, batchesPerEpoch),
                batchesPerEpoch, accumulate);
        String training = "the training's " + steps + " (" + Arguments.decimal(epochs)
                + (epochs == 1 ? " epoch of " : " epochs of ") + stepsPerEpoch + ")";
        Schedule parsed;
        try {
            parsed = parse(stepsPerEpoch, steps);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, e.getMessage(), e);
        }
        Schedule main = parsed;
        if (parsed instanceof Schedule.WarmUp warm) {
            if (warm.steps() > steps) {
                throw new ParameterException(command, "a warm-up of " + warm.steps()
                        + " steps is longer than " + training
                        + "; give fewer steps or more epochs");
            }
            main = warm.then();
        }
        // In epochs, the last one may be cut short by a warm-up.
        long unit = main instanceof Schedule.PerEpoch each ? each.stepsPerEpoch() : 1;
        boolean ends = parsed.updates() >= steps && parsed.updates() - steps < unit;
        if (parsed.updates() != Long.MAX_VALUE && !ends) {
            throw new ParameterException(command, "the schedule " + parsed + " ends after "
                    + parsed.updates() + " steps, not after " + training
                    + "; leave out total_steps, or make them equal");
        }
        return parsed;
    }
}
