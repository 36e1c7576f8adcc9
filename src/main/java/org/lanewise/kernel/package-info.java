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
 *
 * <p>Parameters that Javadoc does not mention: {@code from} and {@code to} bound what is computed, the end
 * excluded; {@code src}, {@code from}, {@code a}, {@code b}, weights and bias are arrays that are read (a null
 * bias or bias gradient is none), {@code dst}, {@code to}, {@code c} and gradients by what is learned arrays that are
 * overwritten. The integer after an array ({@code x}, {@code w}, {@code y}, {@code at}, {@code start}) is the offset
 * of the first element; {@code row}, {@code column}, {@code plane}, {@code step}, {@code stride} and {@code pitch} are
 * distances from one row, pixel, product, ... to the next; {@code vectors} counts the vectors of a row of sums,
 * {@code valid} those of its elements that mean anything, {@code shift} is added to a list of offsets.
 * {@code capacity} is the most samples of one batch, {@code scratch} where working memory comes from.
 */
package org.lanewise.kernel;
