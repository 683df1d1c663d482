/**
 * The model of what is being linked: a {@code LinkGraph} of sections, blocks, symbols and edges, as
 * in LLVM's JITLink. Knows neither object formats nor architectures; a graph has the name of its
 * architecture and a {@code GraphFormat}. Object readers build it, passes change it, the linker
 * lays it out and fixes it up.
 */
package dev.orcinus.loader.graph;
