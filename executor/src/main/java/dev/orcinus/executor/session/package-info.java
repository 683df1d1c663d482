/**
 * One controller's session: frames in, answers out, guest threads, calls back to the controller,
 * and the clean-up at the end. Driven by {@link dev.orcinus.executor.Executor}; {@code service}
 * holds the functions that a session calls.
 */
package dev.orcinus.executor.session;
