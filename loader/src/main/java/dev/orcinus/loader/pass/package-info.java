/**
 * Changes to a link graph before it is laid out. Each is a pass: unwind records become blocks,
 * indirect functions get stubs, section bounds become symbols, needed blocks are marked. This
 * package knows neither object formats nor processors. Object formats call the first three passes,
 * {@code link} calls the last one.
 */
package dev.orcinus.loader.pass;
