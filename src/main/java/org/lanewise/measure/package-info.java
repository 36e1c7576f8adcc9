/**
 * Passes of layers and networks run one by one, and the peak of the processor beside them: what
 * {@code bench}, {@code check} and {@code profile} and the benchmarks measure with.
 *
 * <p>It comes with the commands; who embeds the library trains through {@link org.lanewise}.
 */
package org.lanewise.measure;
