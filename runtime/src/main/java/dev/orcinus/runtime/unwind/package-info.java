/**
 * Unwind information that the unwinder has been told of. Called by the executor's services and by
 * the loader.
 */
package dev.orcinus.runtime.unwind;
