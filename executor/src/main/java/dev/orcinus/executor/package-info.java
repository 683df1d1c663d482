/**
 * What a process needs once to serve controllers: {@link dev.orcinus.executor.Executor}. The
 * command line and the daemon's workers use it.
 */
package dev.orcinus.executor;
