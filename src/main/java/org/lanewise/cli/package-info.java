/**
 * The program {@code lanewise}: reads the command line, runs a command and turns failures into exit
 * codes and one-line messages.
 *
 * <p>The packages below this one depend on each other in one direction: {@code command} uses
 * {@code option} and {@code report}, which use {@code bench}, which uses {@code format}. Only these
 * packages print and use the libraries for command lines, JSON, CSV and ONNX. Results go to
 * standard output, warnings and errors to standard error.
 */
package org.lanewise.cli;
