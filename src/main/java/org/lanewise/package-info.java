/**
 * What you call: a {@link org.lanewise.Trainer} learns {@link org.lanewise.Parameters} from
 * {@link org.lanewise.Samples}; a {@link org.lanewise.Model} predicts with them.
 *
 * <p>Arrays are flat and row-major: images as (sample, channel, row, column), outputs as (sample,
 * feature). Nothing here prints, starts a thread or sets a property.
 */
package org.lanewise;
