/**
 * Archives as {@code ar} makes them, of the GNU and the BSD sort, thin ones too: a raw,
 * bounds-checked reader of members and symbol indices, and a writer. Knows nothing of what the
 * members are. Called by the loader, which takes objects out of archives, and by the executor,
 * which makes one.
 */
package dev.orcinus.formats.ar;
