package org.lanewise.kernel;

/**
 * A dense layer over flat samples, one after another.
 *
 * @param ic inputs of one sample
 * @param oc outputs of one sample
 */
public record LinearGeometry(int ic, int oc) {}
