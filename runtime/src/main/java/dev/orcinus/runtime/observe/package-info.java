/**
 * Observers of linked code: they are told which code has arrived in the guest, and which has left
 * it: debuggers, and the tool perf. Another one is one more {@link
 * dev.orcinus.runtime.observe.CodeSink} in the list of {@link
 * dev.orcinus.runtime.observe.CodeEvents}. The executor's services and the loader's local target
 * call them.
 */
package dev.orcinus.runtime.observe;
