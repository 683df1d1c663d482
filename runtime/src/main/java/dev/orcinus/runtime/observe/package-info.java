/**
 * Observers of linked code: they are told which code has arrived in the guest, and which has left
 * it. Debuggers are the first of them; another one is one more {@link
 * dev.orcinus.runtime.observe.CodeSink} in the list of {@link
 * dev.orcinus.runtime.observe.CodeEvents}. Called by the executor's services and by the loader's
 * local target.
 */
package dev.orcinus.runtime.observe;
