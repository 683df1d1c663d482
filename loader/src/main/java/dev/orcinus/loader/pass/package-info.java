/**
 * Changes to a link graph before it is laid out, each one a pass by itself: unwind records become
 * blocks, indirect functions get stubs, section bounds become symbols, dead blocks go. Knows
 * neither object formats nor processors. The first three are called by the object formats that want
 * them, the last one by {@code link}.
 */
package dev.orcinus.loader.pass;
