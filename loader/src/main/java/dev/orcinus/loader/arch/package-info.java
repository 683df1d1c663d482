/**
 * The differences between processors: the kinds of edges, how the requested GOT entries and stubs
 * are made, and how edges are written. This package knows no object formats. {@code link} and
 * {@code pass} call it, and formats map relocations to its edge kinds.
 */
package dev.orcinus.loader.arch;
