/**
 * The kernels: one class for each operation and backend, {@code <Op>Scalar} and {@code <Op>Vector},
 * over flat {@code double[]}.
 *
 * <p>Every scalar kernel is the reference that faster ones are compared with, bit for bit: each
 * output is one sum in one written order of fused multiply-adds, the accumulator as the addend. It
 * is kept simple and is not optimised. Vector kernels keep its order: lanes hold outputs that do
 * not depend on each other, never the terms of one sum.
 *
 * <p>Letters, as in oneDNN: {@code n} samples, {@code g} groups, {@code ic oc} input and output
 * channels, {@code ih iw oh ow} rows and columns of the maps, {@code kh kw} of the kernel,
 * {@code sh sw} stride, {@code ph pw} padding, {@code dh dw} dilation (1 is dense). {@code src} is
 * what an operation reads, {@code dst} what it makes, {@code diffX} the gradient by X. Samples
 * {@code from} to {@code to} (exclusive) are computed. Arguments are checked where a plan is made,
 * not here.
 */
package org.lanewise.kernel;
