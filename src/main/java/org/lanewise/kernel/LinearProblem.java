package org.lanewise.kernel;

/**
 * A dense layer before its arrays have places.
 *
 * @param ic inputs of one sample
 * @param oc outputs of one sample
 * @param samples the most samples of one batch
 */
public record LinearProblem(int ic, int oc, int samples) {}
