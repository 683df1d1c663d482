/**
 * The public API: a {@code Jit} loads object files into this JVM ({@code InProcessJit}) or into
 * another process ({@code RemoteJit}). It depends on everything below it; nothing depends on it but
 * programs.
 */
package dev.orcinus.jit;
