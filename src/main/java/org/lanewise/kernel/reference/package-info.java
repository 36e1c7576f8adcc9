/**
 * The scalar kernels: one class for each operation, {@code <Op>Scalar}, in plain Java.
 *
 * <p>They define every result. Each output is one sum in one written order of fused multiply-adds, the accumulator
 * as the addend. All other kernels are compared with them bit for bit. They are kept simple and are not optimised.
 */
package org.lanewise.kernel.reference;
