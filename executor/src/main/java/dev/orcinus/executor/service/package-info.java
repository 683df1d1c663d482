/**
 * The wrapper functions that LLVM's controllers call, a class per service, and the table of their
 * names. The package {@code session} calls them; each acts on the session that it is given.
 */
package dev.orcinus.executor.service;
