/**
 * The part of an executor that a process has once, {@link dev.orcinus.executor.Executor}. The
 * command line and the daemon use it.
 */
package dev.orcinus.executor;
