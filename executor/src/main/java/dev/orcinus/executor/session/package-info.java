/**
 * The session of one controller: a line (frames, calls, results), a guest, and services that are
 * told of the session's end. {@link dev.orcinus.executor.Executor} runs sessions; the package
 * {@code service} has the functions that controllers call and the services.
 */
package dev.orcinus.executor.session;
