/**
 * The public API: {@code Jit} loads object files into this JVM or into an executor. It depends on
 * everything below it; nothing depends on it but programs.
 */
package dev.orcinus.jit;
