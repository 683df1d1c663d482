/**
 * Blocks of thread-local storage that linked code uses. Called by the executor's services and by
 * the loader.
 */
package dev.orcinus.runtime.threadlocals;
