/**
 * Matrix products: packing, micro-kernels and the loops around them.
 *
 * <p>{@link org.lanewise.kernel.gemm.MacroKernels} cuts rows of sums into tiles and calls the generated
 * {@code MicroKernels}. {@code Panel} and {@code Transpose} pack arrays, {@code Sums} initialises and stores
 * accumulators, and {@link org.lanewise.kernel.gemm.LaneBlocks} is the register blocking of a row.
 * {@link org.lanewise.kernel.gemm.Lanes} describes the vector registers, on which the tile sizes depend. The package
 * does not depend on the shape of a layer; {@code conv}, {@code linear} and {@code winograd} do.
 */
package org.lanewise.kernel.gemm;
