/**
 * Runs passes of layers and networks one by one and measures the peak of the processor, for
 * {@code bench}, {@code check}, {@code profile} and the benchmarks.
 *
 * <p>It is part of the commands' jar; programs that embed the library use {@link org.lanewise}.
 */
package org.lanewise.measure;
