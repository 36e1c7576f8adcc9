package org.lanewise.kernel;

/**
 * The constants of Adam, AdamW and NAdam.
 *
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the divisor
 * @param coupledDecay share of the value added to its gradient (all but AdamW)
 */
public record AdamConstants(double beta1, double beta2, double epsilon, double coupledDecay) {}
