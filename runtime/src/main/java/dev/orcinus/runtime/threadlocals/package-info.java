/**
 * Blocks of thread-local storage that linked code uses. The executor's services and the loader call
 * them.
 */
package dev.orcinus.runtime.threadlocals;
