package org.lanewise.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.spec.OneCycle;
import org.lanewise.spec.PiecewiseLinear;
import org.lanewise.spec.Schedule;
import org.lanewise.spec.Spelling;

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
        TYPES.put(PIECEWISE, List.of());
    }

    private final String type;
    private final Map<String, String> fields = new LinkedHashMap<>();

    private ScheduleText(String text) {
        int colon = text.indexOf(':');
        type = colon < 0 ? text : text.substring(0, colon);
        if (!TYPES.containsKey(type)) {
            throw new IllegalArgumentException(
                    "schedule '" + type + "' is unknown; expected one of "
                            + String.join(", ", TYPES.keySet())
                            + Spelling.suggestion(type, TYPES.keySet()));
        }
        for (String part : colon < 0 ? new String[0] : text.substring(colon + 1).split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw wrong("found '" + part + "', expected name=value");
            }
            if (fields.put(part.substring(0, equals), part.substring(equals + 1)) != null) {
                throw wrong(part.substring(0, equals) + " is given twice");
            }
        }
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
        ScheduleText read = new ScheduleText(text);
        boolean warm = read.fields.containsKey("warm_up");
        if (!warm && read.fields.containsKey("warm_up_start")) {
            throw read.wrong("warm_up_start needs warm_up");
        }
        int warmUp = warm ? read.integer("warm_up", null) : 0;
        double start = read.number("warm_up_start", 1.0 / 3);
        String unit = read.text("unit", "step");
        Integer each = read.fields.containsKey("steps_per_epoch")
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
        Schedule schedule = read.schedule(length);
        read.requireAllRead();
        if (each != null) {
            schedule = new Schedule.PerEpoch(schedule, each);
        }
        return warm ? schedule.warmUp(warmUp, start) : schedule;
    }

    /** The schedule without what counts its steps, of a length that is given if there is one. */
    private Schedule schedule(Integer length) {
        return switch (type) {
            case "constant" -> Schedule.CONSTANT;
            case "step" -> new Schedule.Step(integer("step_size", null), number("gamma", 0.1));
            case "multi_step" -> new Schedule.MultiStep(milestones(), number("gamma", 0.1));
            case "exponential" -> new Schedule.Exponential(number("gamma", null));
            case "cosine" -> new Schedule.Cosine(integer("t_max", length), number("eta_min", 0.0));
            case "cosine_warm_restarts" -> new Schedule.CosineWarmRestarts(integer("t_0", null),
                    integer("t_mult", 1), number("eta_min", 0.0));
            case "one_cycle" -> new OneCycle(number("max_lr", null),
                    integer("total_steps", length), number("pct_start", 0.3),
                    number("div_factor", 25.0), number("final_div_factor", 1e4), linear());
            default -> new PiecewiseLinear(points());
        };
    }

    private List<Integer> milestones() {
        List<Integer> milestones = new ArrayList<>();
        for (String part : text("milestones", null).split("/", -1)) {
            milestones.add(whole("milestones", part));
        }
        return milestones;
    }

    private boolean linear() {
        return switch (text("anneal_strategy", "cos")) {
            case "cos" -> false;
            case "linear" -> true;
            case String other -> throw wrong("anneal_strategy: found '" + other
                    + "', expected cos or linear");
        };
    }

    private List<PiecewiseLinear.Point> points() {
        List<PiecewiseLinear.Point> points = new ArrayList<>();
        for (String name : List.copyOf(fields.keySet())) {
            if (!COMMON.contains(name)) {
                points.add(new PiecewiseLinear.Point(whole("the step of a point", name),
                        number(name, null)));
            }
        }
        return points;
    }

    private String text(String name, String fallback) {
        String value = fields.remove(name);
        if (value == null && fallback == null) {
            throw wrong("needs " + name);
        }
        return value == null ? fallback : value;
    }

    private int integer(String name, Integer fallback) {
        String value = text(name, fallback == null ? null : fallback.toString());
        return whole(name, value);
    }

    private int whole(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw wrong(name + ": found '" + value + "', expected a whole number below 2^31");
        }
    }

    private double number(String name, Double fallback) {
        String value = text(name, fallback == null ? null : fallback.toString());
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw wrong(name + ": found '" + value + "', expected a number");
        }
    }

    private void requireAllRead() {
        if (!fields.isEmpty()) {
            List<String> known = new ArrayList<>(TYPES.get(type));
            known.addAll(COMMON);
            String name = fields.keySet().iterator().next();
            throw wrong("has no field '" + name + "'; its fields are " + String.join(", ", known)
                    + Spelling.suggestion(name, known));
        }
    }

    private IllegalArgumentException wrong(String message) {
        return new IllegalArgumentException("schedule " + type + ": " + message);
    }
}
