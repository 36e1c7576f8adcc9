/**
 * Direct convolutions: one class for each way to compute a pass, and the implicit GEMM that several of them share.
 *
 * <p>Implicit GEMM is in this package, not in {@code gemm}, because it reads the geometry of a convolution and
 * applies the ReLU of {@code elementwise}. All classes compute the bits of {@code ConvScalar}. None imports the
 * Vector API: they call {@code MicroKernels}.
 */
package org.lanewise.kernel.conv;
