/**
 * The fuzz targets, which take the bytes of messages, frames, objects and archives. In the normal
 * test run each replays its corpus; with {@code JAZZER_FUZZ=1} Jazzer looks for more (see the
 * module's README).
 */
package dev.orcinus.fuzz;
