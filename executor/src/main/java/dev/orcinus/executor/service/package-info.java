/**
 * The wrapper functions that LLVM's controllers ask for, a class per service, and the table of
 * their names. Called by {@code session}; each acts on the session that it is given.
 */
package dev.orcinus.executor.service;
