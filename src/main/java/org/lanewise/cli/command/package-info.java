/**
 * One class per command, such as {@code lanewise train}, and the classes that only commands use:
 * progress output, signal handling and the published examples.
 */
package org.lanewise.cli.command;
