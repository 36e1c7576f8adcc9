/**
 * Random numbers that are a function of what they are for: no state, so that they depend neither on threads nor on
 * what was drawn before, and nothing has to be saved.
 */
package org.lanewise.random;
