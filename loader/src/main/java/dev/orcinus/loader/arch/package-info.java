/**
 * What differs between processors: the kinds of edges, how requests for GOT entries and stubs are
 * granted, and how edges are written. Knows nothing of object formats.
 */
package dev.orcinus.loader.arch;
