/**
 * Differential checks of whole networks: every plan that may compute a network must give the bits of
 * the scalar reference.
 */
package org.lanewise.check;
