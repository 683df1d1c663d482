/**
 * The sections of unwind information that the unwinder knows. The executor's services and the
 * loader call this package.
 */
package dev.orcinus.runtime.unwind;
