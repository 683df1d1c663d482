package dev.orcinus.loader.graph;

/**
 * What an external symbol is bound to while its graph is linked. The linker has one implementation;
 * a symbol only carries it, because a table of all symbols of a batch would cost more than the
 * search for their definitions.
 */
public interface Binding {}
