/**
 * Observers of linked code: debuggers are told which objects have arrived and which have left.
 * Called by the executor's services and by the loader.
 */
package dev.orcinus.runtime.observe;
