/**
 * Groups of options that several commands share, as picocli mixins. Each group checks its values
 * and turns them into the library's types.
 */
package org.lanewise.cli.option;
