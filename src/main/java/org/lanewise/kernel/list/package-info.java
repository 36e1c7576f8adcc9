/**
 * The ordered lists of implementations, and the choice among them.
 *
 * <p>{@link org.lanewise.kernel.list.Implementations} names the classes of {@code conv}, {@code linear},
 * {@code winograd} and {@code reference}, so this package is above them, and they do not depend on it. What they
 * implement ({@code BoundPass}, {@code WeightedKernel}) is in {@code org.lanewise.kernel}, below them. A plan depends
 * on the lists and on no implementation by name.
 */
package org.lanewise.kernel.list;
