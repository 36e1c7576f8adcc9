package org.lanewise.kernel;

/**
 * The constants of gradient descent.
 *
 * @param momentum share of the velocity that stays
 * @param weightDecay share of the value added to its gradient
 * @param nesterov whether the gradient is taken one step ahead
 */
public record SgdConstants(double momentum, double weightDecay, boolean nesterov) {}
