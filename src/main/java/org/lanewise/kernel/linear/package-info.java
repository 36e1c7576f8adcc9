/** Dense layers: they cut the sums of {@code LinearScalar} into tiles of {@code MicroKernels}, to the same bits. */
package org.lanewise.kernel.linear;
