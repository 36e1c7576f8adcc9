package org.lanewise.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.spec.OneCycle;
import org.lanewise.spec.PiecewiseLinear;
import org.lanewise.spec.ReduceOnPlateau;
import org.lanewise.spec.Schedule;

/**
 * A schedule of learning rates as text: its type, a colon, and fields divided by commas, as
 * {@code cosine:t_max=1000,eta_min=0.001}; PyTorch's words and defaults.
 */
public final class ScheduleText {
    private static final String PIECEWISE = "piecewise_linear";
    private static final List<String> COMMON = List.of("unit", "steps_per_epoch", "warm_up",
            "warm_up_start");
    private static final Map<String, List<String>> TYPES = new LinkedHashMap<>();

    static {
        TYPES.put("constant", List.of());
        TYPES.put("step", List.of("step_size", "gamma"));
        TYPES.put("multi_step", List.of("milestones", "gamma"));
        TYPES.put("exponential", List.of("gamma"));
        TYPES.put("cosine", List.of("t_max", "eta_min"));
        TYPES.put("cosine_warm_restarts", List.of("t_0", "t_mult", "eta_min"));
        TYPES.put("one_cycle", List.of("max_lr", "total_steps", "pct_start", "div_factor",
                "final_div_factor", "anneal_strategy"));
        TYPES.put("reduce_on_plateau", List.of("factor", "patience", "threshold",
                "threshold_mode", "cooldown", "min_lr", "eps"));
        TYPES.put(PIECEWISE, List.of());
    }

    private final TextFields read;

    private ScheduleText(String text) {
        read = new TextFields("schedule", text);
        read.requireName(TYPES.keySet());
    }

    /**
     * {@return the schedule that a text is, which says all by itself}
     *
     * @param text as {@link Schedule#toString} gives it
     * @throws IllegalArgumentException if it is no schedule
     */
    public static Schedule parse(String text) {
        return parse(text, 0, 0);
    }

    /**
     * {@return the schedule that a text is for a training}
     *
     * @param text in which {@code unit=epoch} may be and the length of the training left out
     * @param stepsPerEpoch updates of an epoch
     * @param steps updates of the training
     * @throws IllegalArgumentException if it is no schedule
     */
    public static Schedule parse(String text, int stepsPerEpoch, long steps) {
        ScheduleText schedules = new ScheduleText(text);
        TextFields read = schedules.read;
        boolean warm = read.has("warm_up");
        if (!warm && read.has("warm_up_start")) {
            throw read.wrong("warm_up_start needs warm_up");
        }
        int warmUp = warm ? read.integer("warm_up", null) : 0;
        double start = read.number("warm_up_start", 1.0 / 3);
        String unit = read.text("unit", "step");
        Integer each = read.has("steps_per_epoch")
                ? (Integer) read.integer("steps_per_epoch", null)
                : null;
        if (stepsPerEpoch > 0 && each == null && unit.equals("epoch")) {
            each = stepsPerEpoch;
        } else if (!unit.equals("step")) {
            throw read.wrong("unit: found '" + unit + "', expected step"
                    + (stepsPerEpoch > 0 ? " or epoch, or steps_per_epoch alone" : ""));
        }
        long left = Math.max(1, steps - warmUp);
        Integer length = steps == 0
                ? null
                : (Integer) (int) Math.min(Integer.MAX_VALUE,
                        each == null || each < 1 ? left : Math.ceilDiv(left, (long) each));
        Schedule schedule = schedules.schedule(length);
        schedules.requireAllTaken();
        if (each != null) {
            schedule = new Schedule.PerEpoch(schedule, each);
        }
        return warm ? schedule.warmUp(warmUp, start) : schedule;
    }

    /** The schedule without what counts its steps, of a length that is given if there is one. */
    private Schedule schedule(Integer length) {
        return switch (read.name()) {
            case "constant" -> Schedule.CONSTANT;
            case "step" ->
                new Schedule.Step(read.integer("step_size", null), read.number("gamma", 0.1));
            case "multi_step" -> new Schedule.MultiStep(milestones(), read.number("gamma", 0.1));
            case "exponential" -> new Schedule.Exponential(read.number("gamma", null));
            case "cosine" ->
                new Schedule.Cosine(read.integer("t_max", length), read.number("eta_min", 0.0));
            case "cosine_warm_restarts" ->
                new Schedule.CosineWarmRestarts(read.integer("t_0", null),
                        read.integer("t_mult", 1), read.number("eta_min", 0.0));
            case "one_cycle" -> new OneCycle(read.number("max_lr", null),
                    read.integer("total_steps", length), read.number("pct_start", 0.3),
                    read.number("div_factor", 25.0), read.number("final_div_factor", 1e4),
                    linear());
            case "reduce_on_plateau" -> new ReduceOnPlateau(read.number("factor", 0.1),
                    read.integer("patience", 10), read.number("threshold", 1e-4), absolute(),
                    read.integer("cooldown", 0), read.number("min_lr", 0.0),
                    read.number("eps", 1e-8));
            default -> new PiecewiseLinear(points());
        };
    }

    private List<Integer> milestones() {
        List<Integer> milestones = new ArrayList<>();
        for (String part : read.text("milestones", null).split("/", -1)) {
            milestones.add(read.whole("milestones", part));
        }
        return milestones;
    }

    private boolean absolute() {
        return switch (read.text("threshold_mode", "rel")) {
            case "rel" -> false;
            case "abs" -> true;
            case String other -> throw read.wrong("threshold_mode: found '" + other
                    + "', expected rel or abs");
        };
    }

    private boolean linear() {
        return switch (read.text("anneal_strategy", "cos")) {
            case "cos" -> false;
            case "linear" -> true;
            case String other -> throw read.wrong("anneal_strategy: found '" + other
                    + "', expected cos or linear");
        };
    }

    private List<PiecewiseLinear.Point> points() {
        List<PiecewiseLinear.Point> points = new ArrayList<>();
        for (String name : read.left()) {
            if (!COMMON.contains(name)) {
                points.add(new PiecewiseLinear.Point(read.whole("the step of a point", name),
                        read.number(name, null)));
            }
        }
        return points;
    }

    private void requireAllTaken() {
        List<String> known = new ArrayList<>(TYPES.get(read.name()));
        known.addAll(COMMON);
        read.requireAllTaken(known);
    }
}
