/**
 * Networks as JSON: a small reader and writer, the fields of every layer, and the whole document.
 *
 * <p>Each type of layer is stated once, in {@link org.lanewise.codec.LayerCodecs}; network and suite
 * files, files of weights and checkpoints all go through it. Depends on {@code spec} alone.
 */
package org.lanewise.codec;
