/**
 * The HTML page that {@code lanewise report} writes: its sections, their figures, and the files
 * they are read from.
 */
package org.lanewise.cli.report;
