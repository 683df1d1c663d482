/**
 * Archives as {@code ar} makes them, of the GNU and the BSD sort, thin ones too: a raw,
 * bounds-checked reader of members and symbol indices, and a writer. It does not look into members.
 * The loader calls it to take objects out of archives, and the executor to make one.
 */
package dev.orcinus.formats.ar;
