/**
 * What all kernels share: shapes, geometry, layouts, tasks, working memory and the contracts of a pass.
 *
 * <p>The kernels are in the packages below, over flat {@code double[]}: {@code reference} has the scalar kernel of
 * each operation, which defines its bits; {@code gemm} the matrix products; {@code conv}, {@code linear} and
 * {@code winograd} the layers that learn weights; {@code elementwise} the rest; {@code list} the ordered lists that
 * choose. Vector kernels keep the reference's order of each sum: lanes hold outputs that do not depend on
 * each other, never the terms of one sum.
 *
 * <p>Letters, as in oneDNN: {@code n} samples, {@code g} groups, {@code ic oc} input and output
 * channels, {@code ih iw oh ow} rows and columns of the maps, {@code kh kw} of the kernel,
 * {@code sh sw} stride, {@code ph pw} padding, {@code dh dw} dilation (1 is dense). {@code src} is
 * what an operation reads, {@code dst} what it makes, {@code diffX} the gradient with respect to X. Samples
 * {@code from} to {@code to} (exclusive) are computed. Arguments are checked where a plan is made,
 * not here.
 *
 * <p>Parameters that Javadoc does not mention: {@code from} and {@code to} bound what is computed, the end
 * excluded; {@code src}, {@code from}, {@code a}, {@code b}, weights and bias are arrays that are read (a null
 * bias or bias gradient is none), {@code dst}, {@code to}, {@code c} and gradients with respect to parameters are
 * arrays that are overwritten. The integer after an array ({@code x}, {@code w}, {@code y}, {@code at},
 * {@code start}) is the offset of the first element; {@code row}, {@code column}, {@code plane}, {@code step}, {@code stride} and {@code pitch} are
 * distances from one row, pixel, product, ... to the next; {@code vectors} counts the vectors of a row of sums,
 * {@code valid} those of its elements that mean anything, {@code shift} is added to a list of offsets.
 * {@code capacity} is the most samples of one batch, {@code scratch} where working memory comes from.
 */
package org.lanewise.kernel;
