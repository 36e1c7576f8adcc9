/**
 * Timing and checking: problems and suites of problems, timed passes, the peak of the processor,
 * profiles of training steps, and the comparison of every kernel with the scalar kernels.
 */
package org.lanewise.cli.bench;
