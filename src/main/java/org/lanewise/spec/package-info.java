/**
 * What you ask for: layers, losses, optimizers and the network they make, as plain data.
 *
 * <p>Nothing here holds an array or knows how a network is computed. Shapes are written
 * {@code channels x height x width}; sizes count elements, not bytes, unless a name says otherwise.
 */
package org.lanewise.spec;
