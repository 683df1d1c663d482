/**
 * Archives as {@code ar} makes them, of the GNU and the BSD sort, thin ones too: a raw,
 * bounds-checked reader of members and symbol indices. Knows nothing of what the members are.
 * Called by {@code input}.
 */
package dev.orcinus.loader.object.archive;
