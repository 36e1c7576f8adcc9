/**
 * The description of a network: layers, losses and optimizers, as plain data.
 *
 * <p>Nothing here holds an array or depends on how a network is computed. Shapes are written
 * {@code channels x height x width}; sizes count elements, not bytes, unless a name says otherwise.
 */
package org.lanewise.spec;
