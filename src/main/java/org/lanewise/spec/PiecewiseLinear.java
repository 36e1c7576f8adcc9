package org.lanewise.spec;

import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code base * factor}: the factor is linear between two points, that of the first point
 * before it and that of the last after it, as NumPy's {@code interp}.
 *
 * @param points ascending in their steps, at least one
 */
public record PiecewiseLinear(List<Point> points) implements Schedule {
    /**
     * A factor at a step.
     *
     * @param step at least 0
     * @param factor finite, at least 0
     */
    public record Point(int step, double factor) {}

    /**
     * Checks the points and copies the list.
     *
     * @param points ascending in their steps
     * @throws IllegalArgumentException if there is none or one is out of range
     */
    public PiecewiseLinear {
        points = List.copyOf(points);
        Rates.require(!points.isEmpty(), "points", points, "at least one");
        for (int i = 0; i < points.size(); i++) {
            Rates.require(points.get(i).step() > (i == 0 ? -1 : points.get(i - 1).step()), "points",
                    Rates.joined(points), "at least 0 and ascending in their steps");
            Rates.atLeastZero("factor", points.get(i).factor());
        }
    }

    @Override
    public double rate(double base, long step) {
        int next = 0;
        while (next < points.size() && points.get(next).step() <= step) {
            next++;
        }
        Point from = points.get(Math.max(0, next - 1));
        Point to = points.get(Math.min(points.size() - 1, next));
        double share = from.step() >= to.step()
                ? 0.0
                : (double) (step - from.step()) / (to.step() - from.step());
        return base * Rates.annealed(from.factor(), to.factor(), share, true);
    }

    @Override
    public String toString() {
        return points.stream().map(point -> point.step() + "=" + point.factor())
                .collect(Collectors.joining(",", "piecewise_linear:", ""));
    }
}
