/**
 * The targets of linking: this process, or an executor that is reached over a line. The linker lays
 * code out, fills the segments that a target gives it, and tells the target to finalize them.
 * {@code link} and the public API call it.
 */
package dev.orcinus.loader.targets;
