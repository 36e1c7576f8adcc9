/**
 * Memory-bound kernels: activations, ReLU masks, pooling, softmax, and conversions between NCHW and NHWC.
 *
 * <p>Most are generated from templates, as a class that uses the Vector API and one that calls it or computes the
 * same bits without it. Optimizers and losses that the JIT compiler vectorises by itself exist only as scalar kernels.
 */
package org.lanewise.kernel.elementwise;
