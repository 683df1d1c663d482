/**
 * What is done to a link graph before it is laid out, each pass by itself: unwind records become
 * blocks, indirect functions get stubs, section bounds become symbols, dead blocks go. Knows
 * neither object formats nor processors. Called by {@code link}.
 */
package dev.orcinus.loader.pass;
