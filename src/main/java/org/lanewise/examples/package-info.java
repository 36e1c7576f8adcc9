/**
 * Four published CNNs, computed again: worked examples of how the library is called.
 *
 * <p>Read {@link org.lanewise.examples.SoftmaxCnn} for a training run,
 * {@link org.lanewise.examples.MeanSquaredErrorCnn} for a batch, a listener and a single layer,
 * {@link org.lanewise.examples.SigmoidNotebook} for parameters of one's own and a single step, and
 * {@link org.lanewise.examples.CnnLesson} for what can be known without training: shapes,
 * parameter counts, receptive fields, and what every layer makes of an image.
 *
 * <p>Arguments and results are nested arrays in the layout of each source, and no argument is
 * modified; the library itself takes flat, row-major arrays.
 */
package org.lanewise.examples;
