/**
 * The model of an object that is linked: a {@code LinkGraph} of sections, blocks, symbols and
 * edges, as in LLVM's JITLink. This package knows neither object formats nor architectures; a graph
 * has the name of its architecture and a {@code GraphFormat}. Object readers build a graph, passes
 * change it, and the linker lays it out and fixes it up.
 */
package dev.orcinus.loader.graph;
