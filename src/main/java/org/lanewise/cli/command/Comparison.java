package org.lanewise.cli.command;

/**
 * A published figure and the one that the library computes.
 *
 * @param system which worked example
 * @param what the array or number
 * @param expected the published figures, the first few where there are many
 * @param computed the same of those computed, and how far they are off
 * @param met whether all of them agree, as closely as the source states them
 */
record Comparison(String system, String what, String expected, String computed, boolean met) {}
