package org.lanewise.plan;

import java.util.List;

/** The step between backward pass and update that keeps gradients from being too long. */
public final class GradientClip {
    /** PyTorch's {@code clip_grad_norm_} adds it to the norm. */
    private static final double EPSILON = 1e-6;

    private GradientClip() {}

    /**
     * Scales all gradients by {@code most / (norm + 1e-6)} where that is below 1; the norm is that
     * of all elements of all gradients, summed in the order of the parameters.
     *
     * @param plan whose parameters they are
     * @param parameters whose gradients are overwritten, unless their norm is not finite
     * @param most the longest they may be together
     * @return the norm before
     */
    public static double clip(Plan plan, List<ParameterBuffer> parameters, double most) {
        double squares = 0;
        for (int i = 0; i < parameters.size(); i++) {
            squares = plan.loops().addSquares(squares, parameters.get(i).gradient());
        }
        double norm = Math.sqrt(squares);
        double factor = most / (norm + EPSILON);
        if (Double.isFinite(norm) && factor < 1) {
            for (int i = 0; i < parameters.size(); i++) {
                plan.loops().scale(factor, parameters.get(i).gradient());
            }
        }
        return norm;
    }
}
