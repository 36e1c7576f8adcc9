/**
 * Files and text: JSON, CSV, ONNX, network files and output files, and how results are printed.
 */
package org.lanewise.cli.format;
