/**
 * Fuzz targets: what a peer sends, as bytes. In the normal test run each replays its corpus; with
 * {@code JAZZER_FUZZ=1} Jazzer looks for more (see the module's README).
 */
package dev.orcinus.fuzz;
