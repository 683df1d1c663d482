package dev.orcinus.runtime.observe;

import dev.orcinus.platform.AddressRange;

/**
 * A function or variable of loaded code.
 *
 * @param name its symbol
 * @param range its addresses; empty if its size is not known
 */
public record SymbolRange(String name, AddressRange range) {}
