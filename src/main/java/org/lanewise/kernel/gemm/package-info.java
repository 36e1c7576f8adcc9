/**
 * Matrix products: packing and micro-kernels.
 *
 * <p>The generated {@code MicroKernels} compute rows of sums tile by tile, of the sizes that
 * {@link org.lanewise.kernel.gemm.TileSizes} gives. {@code Panel} and {@code Transpose} pack arrays, {@code Sums} initialises and stores
 * accumulators, and {@link org.lanewise.kernel.gemm.LaneBlocks} is the register blocking of a row.
 * {@link org.lanewise.kernel.gemm.Lanes} describes the vector registers, on which the tile sizes depend. The package
 * does not depend on the shape of a layer; {@code conv}, {@code linear} and {@code winograd} do.
 */
package org.lanewise.kernel.gemm;
