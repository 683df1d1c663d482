/**
 * Loads object files into this JVM or into an executor: {@code Jit} is the way in. Everything else
 * in this module serves it and is not exported.
 */
package dev.orcinus.loader;
