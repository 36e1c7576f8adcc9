package org.lanewise.cli.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lanewise.measure.StepSchedule;

/**
 * How fast a training step would be on more threads, and what limits it.
 *
 * @param schedules the same step cut for more and more threads, from one on
 */
public record ScheduleReport(List<StepSchedule> schedules) {
    private static final String ROW = "    %7s  %9s  %8s  %10s  %s";

    /** {@return 1, 2, 4, ... and the most threads that are of interest} */
    public static List<Integer> counts(int threads) {
        List<Integer> counts = new ArrayList<>(
                IntStream.iterate(1, count -> count < threads, count -> 2 * count).boxed()
                        .toList());
        counts.add(threads);
        return counts;
    }

    private double speedup(StepSchedule schedule) {
        return schedules.getFirst().nanos() / schedule.nanos();
    }

    public List<String> lines() {
        List<String> lines = new ArrayList<>(List.of("", "threads", Report.format(ROW, "threads",
                "step", "speed-up", "efficiency", "lost most by")));
        for (StepSchedule schedule : schedules) {
            int limit = schedule.limit(schedules.getFirst());
            lines.add(Report.format(ROW, schedule.threads(),
                    Report.format("%.3g ms", schedule.nanos() / 1e6),
                    Report.format("%.2f", speedup(schedule)),
                    Report.format("%.2f", speedup(schedule) / schedule.threads()),
                    schedule.threads() == 1
                            ? ""
                            : Report.format("%s, %.2g ms", schedule.parts().get(limit).name(),
                                    schedule.lost(limit, schedules.getFirst()) / 1e6)));
        }
        StepSchedule.Machine machine = schedules.getFirst().machine();
        lines.addAll(List.of("", Report.format("Predicted from the blocks of a step, timed on one"
                + " thread; %.0f ns between cores; copying %.3g GB/s by one thread and %.3g by two."
                + " Each thread has a core of its own, and two cores the memory bandwidth of these.",
                machine.latencyNanos(), machine.copyOne() / 1e9, machine.copyTwo() / 1e9)));
        return lines;
    }

    /** Adds the same to a description. */
    public void addTo(ObjectNode root) {
        StepSchedule.Machine machine = schedules.getFirst().machine();
        ObjectNode node = root.putObject("schedule");
        node.put("latency_ns", machine.latencyNanos());
        node.put("copy_bytes_per_second_1", machine.copyOne());
        node.put("copy_bytes_per_second_2", machine.copyTwo());
        ArrayNode list = node.putArray("threads");
        for (StepSchedule schedule : schedules) {
            ObjectNode line = list.addObject();
            line.put("threads", schedule.threads());
            line.put("step_ns", schedule.nanos());
            line.put("speed_up", speedup(schedule));
            line.put("efficiency", speedup(schedule) / schedule.threads());
            if (schedule.threads() > 1) {
                line.put("limit",
                        schedule.parts().get(schedule.limit(schedules.getFirst())).name());
            }
        }
    }
}
