/**
 * The commands: {@code lanewise train}, {@code evaluate}, {@code predict} and their like.
 *
 * <p>Only here is anything printed, and only here are the libraries for command lines and JSON
 * used. Results go to standard output, warnings and errors to standard error.
 */
package org.lanewise.cli;
