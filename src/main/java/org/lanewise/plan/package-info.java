/**
 * How a network is computed: a list of steps over named buffers, all allocated before the first
 * runs.
 *
 * <p>A {@link org.lanewise.plan.Plan} is compiled from a network once. Each
 * {@link org.lanewise.plan.Step} has the buffers it reads and writes and calls the kernels; the
 * plan runs them forward, then backward. Nothing is allocated after that.
 */
package org.lanewise.plan;
